"""The dashboard at `/`: its built files, and the configuration that lets it use a local key."""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Mapping
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs

from local.asgi import Receive, Scope, Send
from local.clock.page import PATH as CLOCK_PATH
from local.gateway.responses import Headers, Response, send_response
from local.sign_in import SignIn

API_FOLDERS: Final = frozenset({"api", "docs", "edge", "local"})
"""The first parts of paths that other pages and the gateways serve."""

LOCAL_HOSTS: Final = frozenset({"127.0.0.1", "localhost"})

# Mantine sets styles on elements; it needs no inline script.
_CONTENT_SECURITY_POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)

SECURITY_HEADERS: Final[Headers] = (
    ("content-security-policy", _CONTENT_SECURITY_POLICY),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
)

ROLE: Final = "role"
"""The query parameter that opens the page with the key of a role, and the cookie that keeps the choice."""

USUAL_ROLE: Final = "admin"

_NOT_BUILT = "The dashboard is not built. Build it with `make dashboard`, then load this page again."


class DashboardPage:
    """Answers GET and HEAD from the folder of built files, which it reads on every request.

    A request that asks for HTML gets `index.html` at every path without a file, as the page has views of its
    own there. All other requests, and all of API_FOLDERS, get the gateway's answer: a mistyped path of the
    API stays a 404.
    """

    def __init__(self, files: Path, keys: Mapping[str, str], sign_in: SignIn | None = None) -> None:
        """`keys` has the key that the page calls the API with, by role; with `sign_in` it gets none."""
        self._files = files
        self._keys = keys
        self._sign_in = sign_in

    def serves(self, scope: Scope) -> bool:
        """Whether this page answers the request of the ASGI scope."""
        path = scope["path"]
        first, _, _ = path.removeprefix("/").partition("/")
        if scope["method"] not in {"GET", "HEAD"} or first in API_FOLDERS:
            return False
        return path in {"/", "/config.json"} or self._find_file(path) is not None or _is_navigation(scope)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI
        response = self._respond(scope)
        headers = (*response.headers, *self._choose_role(scope))
        if self._sign_in:
            headers = tuple(_let_connect(header, self._sign_in.origin) for header in headers)
        await send_response(Response(response.status, headers, response.body), scope["method"], send)

    def _choose_role(self, scope: Scope) -> Headers:
        role = parse_qs(scope["query_string"].decode("latin-1")).get(ROLE, [""])[-1]
        return (("set-cookie", f"{ROLE}={role}; Path=/; SameSite=Strict"),) if role in self._keys else ()

    def _respond(self, scope: Scope) -> Response:
        if scope["path"] == "/config.json":
            return self._describe_config(scope)
        file = self._find_file(scope["path"]) or self._files / "index.html"
        if not file.is_file():
            return _respond_with(503, "text/plain; charset=utf-8", _NOT_BUILT.encode())
        content_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        # The names of assets change with their content.
        is_asset = file.parent.name == "assets"
        caching = "public, max-age=31536000, immutable" if is_asset else "no-cache"
        return _respond_with(200, content_type, file.read_bytes(), caching)

    def _describe_config(self, scope: Scope) -> Response:
        """Only for a page of this machine: another site's name can be made to resolve to this server."""
        if _read_header(scope, b"host").partition(":")[0] not in LOCAL_HOSTS:
            return _respond_with(403, "text/plain; charset=utf-8", b"Open the dashboard at 127.0.0.1.")
        config: dict[str, Any] = {"apiUrl": "", "clockUrl": CLOCK_PATH}
        if self._sign_in:
            config["signIn"] = self._sign_in.config
        else:
            cookie = SimpleCookie(_read_header(scope, b"cookie")).get(ROLE)
            config["key"] = self._keys.get(cookie.value if cookie else "", self._keys[USUAL_ROLE])
        return _respond_with(200, "application/json", json.dumps(config).encode(), "no-store")

    def _find_file(self, path: str) -> Path | None:
        """The built file of a path. It is looked up among the names of all, so no path leads out of them."""
        files = (file for file in self._files.rglob("*") if file.is_file())
        return next((file for file in files if path == f"/{file.relative_to(self._files).as_posix()}"), None)


def _respond_with(status: int, content_type: str, body: bytes, caching: str = "no-cache") -> Response:
    headers = (("content-type", content_type), ("cache-control", caching), *SECURITY_HEADERS)
    return Response(status, headers, body)


def _let_connect(header: tuple[str, str], origin: str) -> tuple[str, str]:
    """The header, if it is the content policy with one more server that the page may call."""
    name, value = header
    if name != "content-security-policy":
        return header
    return name, value.replace("; ", f"; connect-src 'self' {origin}; ", 1)


def _is_navigation(scope: Scope) -> bool:
    """Whether a browser asks for a page, not a script or program for data."""
    return "text/html" in _read_header(scope, b"accept")


def _read_header(scope: Scope, name: bytes) -> str:
    values = [value.decode("latin-1") for header, value in scope["headers"] if header.lower() == name]
    return values[-1] if values else ""
