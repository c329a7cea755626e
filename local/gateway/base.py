"""What both kinds of gateway have in common: they read requests, invoke functions and send answers."""

from __future__ import annotations

import asyncio
import json
import logging
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from local.asgi import Receive, Scope, Send
from local.gateway.errors import GatewayError
from local.gateway.ids import Ids
from local.gateway.request import Request, read_body, read_head
from local.gateway.responses import Response, send_response
from local.model import FunctionError, Invoke
from local.runtime.limits import ANSWER_LIMIT_BYTES, EVENT_LIMIT_BYTES

AsyncInvoke = Callable[[str, Mapping[str, Any]], Awaitable[bytes]]
"""As `Gateway.invoke`."""

_MAX_ESCAPED_BYTES = 6
_CONCURRENT_INVOCATIONS = 128

_log = logging.getLogger(__name__)


class Gateway(ABC):
    """An ASGI app that answers the requests of one API.

    `invoke` may block: it runs in threads of the gateway, which end after `close`.
    """

    def __init__(self, invoke: Invoke, timeout_seconds: float) -> None:
        self._invoke_blocking = invoke
        self._timeout_seconds = timeout_seconds
        self._threads = ThreadPoolExecutor(_CONCURRENT_INVOCATIONS, thread_name_prefix="invoke")
        self._running_requests = 0
        self._closing = False

    def close(self) -> None:
        """End the threads after the last running request: a reload closes a gateway that still answers."""
        self._closing = True
        self._release_when_idle()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        ids = Ids()
        self._running_requests += 1
        try:
            response = await self._respond(scope, receive, ids)
        finally:
            self._running_requests -= 1
            self._release_when_idle()
        await send_response(self.with_gateway_headers(response, scope, ids), scope["method"], send)

    @abstractmethod
    async def handle(self, request: Request, ids: Ids) -> Response:
        """The answer of a function or of the API; raises GatewayError for a request that gets neither."""

    @abstractmethod
    def error_response(self, error: GatewayError, ids: Ids) -> Response:
        """The answer to a request that no function answers."""

    @abstractmethod
    def with_gateway_headers(self, response: Response, scope: Scope, ids: Ids) -> Response:
        """The response with the headers that the gateway adds to every response."""

    async def invoke_integration(self, function: str, event: Mapping[str, Any], request: Request) -> bytes:
        """The answer of a function to the event of a request; raises GatewayError."""
        _check_event_size(event, request)
        try:
            answer = await self.invoke(function, event)
        except FunctionError as error:
            raise GatewayError("INTEGRATION_FAILURE", reason=str(error)) from error
        except TimeoutError as error:
            raise GatewayError("INTEGRATION_TIMEOUT", reason=f"{function} took too long") from error
        if len(answer) > ANSWER_LIMIT_BYTES:
            raise GatewayError("INTEGRATION_FAILURE", reason=f"{function} answered {len(answer)} bytes")
        return answer

    async def invoke(self, function: str, event: Mapping[str, Any]) -> bytes:
        """The answer of a function; raises FunctionError, or TimeoutError after the gateway's timeout."""
        running = asyncio.get_running_loop().run_in_executor(
            self._threads, self._invoke_blocking, function, event
        )
        return await asyncio.wait_for(running, self._timeout_seconds)

    def _release_when_idle(self) -> None:
        if self._closing and not self._running_requests:
            self._threads.shutdown(wait=False)

    async def _respond(self, scope: Scope, receive: Receive, ids: Ids) -> Response:
        try:
            head = read_head(scope)
            return await self.handle(replace(head, body=await read_body(head, receive)), ids)
        except GatewayError as error:
            if error.reason:
                _log.warning("%s %r: %s", scope["method"], scope["path"], error)
            return self.error_response(error, ids)
        except Exception as error:  # noqa: BLE001 - the client gets an answer whatever breaks
            _log.error("%s %r broke the gateway: %r", scope["method"], scope["path"], error)
            return self.error_response(GatewayError("DEFAULT_5XX"), ids)


def _check_event_size(event: Mapping[str, Any], request: Request) -> None:
    # JSON escapes a byte with six bytes at most, so the event of a small body is never too large.
    if len(request.body) * _MAX_ESCAPED_BYTES < EVENT_LIMIT_BYTES // 2:
        return
    if len(json.dumps(event, ensure_ascii=False).encode()) > EVENT_LIMIT_BYTES:
        raise GatewayError("REQUEST_TOO_LARGE")
