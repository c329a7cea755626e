"""One address for several APIs, as a custom domain name with API mappings."""

from __future__ import annotations

from collections.abc import Mapping

from local.asgi import AsgiApp, Receive, Scope, Send


class Domain:
    """Passes a request to the API with the longest base path that its path starts with, else to `root`.

    The API gets the path without the base path. On AWS that is so for HTTP APIs only: `rawPath` "won't
    provide the API mapping value" ("Create AWS Lambda proxy integrations for HTTP APIs" in the API Gateway
    developer guide). The `path` of a REST API keeps the base path, so a REST API belongs at the root.
    """

    def __init__(self, root: AsgiApp, mapped: Mapping[str, AsgiApp]) -> None:
        """The keys of `mapped` are base paths without slashes around them, such as `edge`."""
        self._root = root
        by_length = sorted(mapped.items(), key=lambda item: len(item[0]), reverse=True)
        self._mapped = [(f"/{base_path}", api) for base_path, api in by_length]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        for prefix, api in self._mapped:
            if (scope["raw_path"] + b"/").startswith(f"{prefix}/".encode()):
                await api(_strip_base_path(prefix, scope), receive, send)
                return
        await self._root(scope, receive, send)


def _strip_base_path(prefix: str, scope: Scope) -> Scope:
    raw_path = scope["raw_path"].removeprefix(prefix.encode()) or b"/"
    return {**scope, "path": scope["path"].removeprefix(prefix) or "/", "raw_path": raw_path}
