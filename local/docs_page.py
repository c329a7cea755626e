"""The API's documentation at `/docs`, and the site that serves it beside the gateway.

Swagger UI comes from the copy that Powertools ships (Apache-2.0), so the page needs no other host.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from local.asgi import AsgiApp, Receive, Scope, Send

_Answer = tuple[int, str, bytes]

_HTML, _JSON = "text/html; charset=utf-8", "application/json"
_ASSETS = {
    "/docs/swagger-ui.js": ("swagger-ui-bundle.min.js", "text/javascript; charset=utf-8"),
    "/docs/swagger-ui.css": ("swagger-ui.min.css", "text/css; charset=utf-8"),
}
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Parity API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="docs"></div>
<script src="/docs/swagger-ui.js"></script>
<script>
SwaggerUIBundle({
  url: "/docs/openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  filter: true,
  persistAuthorization: true,
  tryItOutEnabled: true,
});
</script>
</body>
</html>
"""


class DocsPage:
    """Answers GET and HEAD below `/docs` from an OpenAPI file, which it reads on every request."""

    def __init__(self, openapi: Path) -> None:
        self._openapi = openapi

    def serves(self, scope: Scope) -> bool:
        path: str = scope["path"]
        return path == "/docs" or path.startswith("/docs/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI
        status, content_type, body = self._respond(scope)
        headers = [
            (b"content-type", content_type.encode()),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"no-cache"),
        ]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    def _respond(self, scope: Scope) -> _Answer:
        path = scope["path"]
        if scope["method"] not in {"GET", "HEAD"}:
            return _message(405, "Only GET is served here.")
        if path in {"/docs", "/docs/"}:
            return self._page()
        if path == "/docs/openapi.json":
            return self._document(_origin(scope))
        if path in _ASSETS:
            file, content_type = _ASSETS[path]
            return 200, content_type, (_swagger_ui() / file).read_bytes()
        return _message(404, "There is no such page. The API's documentation is at /docs.")

    def _page(self) -> _Answer:
        problem = self._find_problem()
        return _message(404, problem) if problem else (200, _HTML, _PAGE.encode())

    def _document(self, origin: str) -> _Answer:
        problem = self._find_problem()
        if problem:
            return 404, _JSON, json.dumps({"detail": problem}).encode()
        document = json.loads(self._openapi.read_bytes())
        document["servers"] = [{"url": origin + _base_path(document), "description": "The local cloud"}]
        return 200, _JSON, json.dumps(document).encode()

    def _find_problem(self) -> str | None:
        name = f"{self._openapi.parent.name}/{self._openapi.name}"
        try:
            document = json.loads(self._openapi.read_bytes())
        except FileNotFoundError:
            return f"{name} is missing: generate it, then load this page again."
        except (OSError, ValueError) as error:
            return f"{name} cannot be read: {error}"
        return None if isinstance(document, dict) else f"{name} is not an OpenAPI document."


class Page(Protocol):
    """An ASGI app for some of the requests."""

    def serves(self, scope: Scope) -> bool: ...
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None: ...


class Site:
    """Serves each request by the first page that serves it, and by the gateway where none does."""

    def __init__(self, pages: Iterable[Page], gateway: AsgiApp) -> None:
        self._pages = tuple(pages)
        self._gateway = gateway

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        served: Iterable[AsgiApp] = ()
        if scope["type"] == "http":
            served = (page for page in self._pages if page.serves(scope))
        await next(iter(served), self._gateway)(scope, receive, send)


def _message(status: int, message: str) -> _Answer:
    return status, _HTML, f"<!DOCTYPE html><title>Parity API</title><p>{html.escape(message)}</p>".encode()


def _origin(scope: Scope) -> str:
    """The origin that the browser has used: requests from the page to it are never cross-origin."""
    hosts = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
    return f"http://{hosts[-1]}" if hosts else ""


def _base_path(document: dict[str, Any]) -> str:
    """The path of the document's own server, which is served here under another host."""
    servers = document.get("servers") or [{}]
    path = urlsplit(servers[0].get("url", "")).path.rstrip("/")
    return "" if "{" in path else path


def _swagger_ui() -> Path:
    """The folder of Powertools' copy, found without a slow import of Powertools."""
    spec = find_spec("aws_lambda_powertools")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("aws_lambda_powertools is not installed")
    return Path(spec.origin).parent / "event_handler" / "openapi" / "swagger_ui"
