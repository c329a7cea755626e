"""CORS of an HTTP API: the gateway answers preflights and sets the headers, in place of the functions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from local.asgi import Scope
from local.gateway.responses import Response
from local.model import Cors

PREFLIGHT_RESPONSE = Response(204, (), b"")
"""The answer to an OPTIONS request without a route, before `with_cors` adds its headers."""

_SCHEMES = {"http://*": "http://", "https://*": "https://"}


def with_cors(response: Response, cors: Cors, scope: Scope) -> Response:
    """The response with the configured headers in place of the function's; errors of the gateway, too.

    An origin that is not allowed gets no CORS headers. (Sources: "Configure CORS for HTTP APIs" in the API
    Gateway developer guide; for errors, issue 9087 of the SAM CLI.)
    """
    own = [pair for pair in response.headers if not pair[0].startswith("access-control-")]
    origin = _allowed_origin(cors, _header(scope, b"origin"))
    added = [(f"access-control-{name}", value) for name, value in _cors_headers(cors, origin, scope) if value]
    return replace(response, headers=(*own, *added))


def _cors_headers(cors: Cors, origin: str, scope: Scope) -> Iterator[tuple[str, str]]:
    """The headers without `access-control-`; an empty value is not sent."""
    if not origin:
        return
    yield "allow-origin", origin
    yield "allow-credentials", "true" if cors.allow_credentials else ""
    yield "expose-headers", ",".join(cors.expose_headers)
    if scope["method"] == "OPTIONS" and _header(scope, b"access-control-request-method"):
        yield "allow-methods", ",".join(cors.allow_methods)
        yield "allow-headers", ",".join(cors.allow_headers)
        yield "max-age", "" if cors.max_age_seconds is None else str(cors.max_age_seconds)


def _allowed_origin(cors: Cors, origin: str) -> str:
    """The value of `access-control-allow-origin`, empty when the origin is not allowed."""
    if not origin:
        return ""
    if "*" in cors.allow_origins:
        return "*"
    schemes = tuple(prefix for name, prefix in _SCHEMES.items() if name in cors.allow_origins)
    return origin if origin in cors.allow_origins or origin.startswith(schemes) else ""


def _header(scope: Scope, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")
