"""One address for several APIs, as a custom domain name with API mappings."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from local.gateway.request import Receive, Scope, Send

AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]


class Domain:
    """Sends a request to the API with the longest base path that its path starts with, else to `root`.

    The base path is gone before the API sees the request. That is what an HTTP API's functions see on AWS:
    `rawPath` "won't provide the API mapping value" ("Create AWS Lambda proxy integrations for HTTP APIs" in
    the API Gateway developer guide). A REST API's `path` would keep it, so a REST API belongs at the root.
    """

    def __init__(self, root: AsgiApp, mapped: Mapping[str, AsgiApp]) -> None:
        """`mapped` is by base path, without slashes around it, such as `edge`."""
        self._root = root
        by_length = sorted(mapped.items(), key=lambda item: len(item[0]), reverse=True)
        self._mapped = [(f"/{base_path}", api) for base_path, api in by_length]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        for prefix, api in self._mapped:
            if (scope["raw_path"] + b"/").startswith(f"{prefix}/".encode()):
                await api(_below(prefix, scope), receive, send)
                return
        await self._root(scope, receive, send)


def _below(prefix: str, scope: Scope) -> Scope:
    raw_path = scope["raw_path"].removeprefix(prefix.encode()) or b"/"
    return {**scope, "path": scope["path"].removeprefix(prefix) or "/", "raw_path": raw_path}
