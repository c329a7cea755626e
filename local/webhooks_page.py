"""`/local/webhooks`: a receiver that prints the webhooks that it gets (`WEBHOOKS=print`)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from local.asgi import Receive, Scope, Send
from local.gateway.errors import GatewayError
from local.gateway.request import read_body, read_head
from local.gateway.responses import Response, send_response
from local.seed.demo.api import Api

PATH = "/local/webhooks"


class WebhooksPage:
    """An ASGI app. It verifies no signature, because it does nothing with what it gets."""

    def __init__(self, print_line: Callable[[str], None]) -> None:
        self._print_line = print_line

    def serves(self, scope: Scope) -> bool:
        path: str = scope["path"]
        return path.removesuffix("/") == PATH

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send_response(await self._respond(scope, receive), scope["method"], send)

    async def _respond(self, scope: Scope, receive: Receive) -> Response:
        try:
            body = await read_body(read_head(scope), receive)
            event = json.loads(body)
            self._print_line(_describe(event))
        except (GatewayError, ValueError, KeyError, TypeError):
            return Response(400, (), b"")
        return Response(204, (), b"")


def _describe(event: Any) -> str:  # noqa: ANN401 - whatever was sent
    return f"{event['type']} {json.dumps(event['data'], ensure_ascii=False)}"


def subscribe_printer(url: str, key: str) -> None:
    """Creates an endpoint that gets all events, unless there is one. Raises DemoError."""
    api, receiver = Api(url, key), f"{url}{PATH}"
    listed = api.get("/webhook-endpoints/")["results"]
    if receiver not in {endpoint["url"] for endpoint in listed}:
        api.post(
            "/webhook-endpoints/", {"url": receiver, "description": "Prints what it gets, in the terminal"}
        )
