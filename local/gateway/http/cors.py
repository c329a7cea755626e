"""CORS as an HTTP API does it: by itself, and instead of the functions behind it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from local.gateway.request import Scope
from local.gateway.responses import Response
from local.model import Cors

PREFLIGHT_RESPONSE = Response(204, (), b"")
"""The answer to an OPTIONS request that no route takes, before `with_cors`."""

_SCHEMES = {"http://*": "http://", "https://*": "https://"}


def with_cors(response: Response, cors: Cors, scope: Scope) -> Response:
    """A response, the gateway's own refusals too, with the configured headers in place of the function's.

    An origin that is not allowed gets none of them. ("Configure CORS for HTTP APIs" in the API Gateway
    developer guide; that refusals have them: issue 9087 of the SAM CLI.)
    """
    own = [pair for pair in response.headers if not pair[0].startswith("access-control-")]
    origin = _allowed(cors, _header(scope, b"origin"))
    added = [(f"access-control-{name}", value) for name, value in _answers(cors, origin, scope) if value]
    return replace(response, headers=(*own, *added))


def _answers(cors: Cors, origin: str, scope: Scope) -> Iterator[tuple[str, str]]:
    if not origin:
        return
    yield "allow-origin", origin
    yield "allow-credentials", "true" if cors.allow_credentials else ""
    yield "expose-headers", ",".join(cors.expose_headers)
    if scope["method"] == "OPTIONS" and _header(scope, b"access-control-request-method"):
        yield "allow-methods", ",".join(cors.allow_methods)
        yield "allow-headers", ",".join(cors.allow_headers)
        yield "max-age", "" if cors.max_age_seconds is None else str(cors.max_age_seconds)


def _allowed(cors: Cors, origin: str) -> str:
    """What stands for the origin in the answer, empty when it is not allowed."""
    if not origin:
        return ""
    if "*" in cors.allow_origins:
        return "*"
    schemes = tuple(prefix for name, prefix in _SCHEMES.items() if name in cors.allow_origins)
    return origin if origin in cors.allow_origins or origin.startswith(schemes) else ""


def _header(scope: Scope, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")
