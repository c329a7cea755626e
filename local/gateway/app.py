"""The gateway as an ASGI app."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from local.gateway.authorizing import Clock, PolicyCache, authorize
from local.gateway.call import Call, Ids
from local.gateway.errors import GatewayError
from local.gateway.event import proxy_event
from local.gateway.request import Receive, Request, Scope, Send, read_body, request_head
from local.gateway.responding import Response, function_response, gateway_response, mock_response, with_ids
from local.gateway.routing import Router
from local.model import FunctionError, Invoke, RestApi

INTEGRATION_TIMEOUT_SECONDS = 29.0
MAX_PAYLOAD_BYTES = 6_291_556
"""Lambda's limit for an event and for an answer."""

_MAX_ESCAPED_BYTES = 6
_CONCURRENT_INVOCATIONS = 128
_NO_BODY_STATUSES = {204, 304}

_log = logging.getLogger(__name__)


class Gateway:
    """Serves one REST API of a template, at `/` and at `/<stage>`.

    `/` is a custom domain that maps to the stage, `/<stage>` the execute-api address. `invoke` may block; it
    runs in threads of the gateway's own, which end after `close`.
    """

    def __init__(
        self,
        api: RestApi,
        invoke: Invoke,
        *,
        integration_timeout_seconds: float = INTEGRATION_TIMEOUT_SECONDS,
        clock: Clock | None = None,
    ) -> None:
        self._api = api
        self._invoke_blocking = invoke
        self._timeout_seconds = integration_timeout_seconds
        self._router = Router(api.routes)
        self._policies = PolicyCache(clock) if clock else PolicyCache()
        self._threads = ThreadPoolExecutor(_CONCURRENT_INVOCATIONS, thread_name_prefix="invoke")
        self._under_way = 0
        self._closing = False

    def close(self) -> None:
        """Let the threads go once the last request under way has its answer: a reload closes mid-way."""
        self._closing = True
        self._release_when_idle()

    def _release_when_idle(self) -> None:
        if self._closing and not self._under_way:
            self._threads.shutdown(wait=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        ids = Ids()
        self._under_way += 1
        try:
            response = await self._respond(scope, receive, ids)
        finally:
            self._under_way -= 1
            self._release_when_idle()
        await _send(with_ids(response, ids), scope["method"], send)

    async def _respond(self, scope: Scope, receive: Receive, ids: Ids) -> Response:
        try:
            return await self._handle(scope, receive, ids)
        except GatewayError as error:
            if error.reason:
                _log.warning("%s %r: %s", scope["method"], scope["path"], error)
            return gateway_response(error, self._api, ids)
        except Exception as error:  # noqa: BLE001 - the client gets an answer whatever breaks
            _log.error("%s %r broke the gateway: %r", scope["method"], scope["path"], error)
            return gateway_response(GatewayError("DEFAULT_5XX"), self._api, ids)

    async def _handle(self, scope: Scope, receive: Receive, ids: Ids) -> Response:
        head = request_head(scope)
        request = replace(head, body=await read_body(head, receive))
        call = self._route(request, ids)
        route = call.match.route
        passed_on = await self._authorize(call, route.authorizer)
        if route.mock:
            return mock_response(route.mock)
        return await self._integrate(call, route.function or "", passed_on)

    async def _authorize(self, call: Call, name: str | None) -> Mapping[str, Any] | None:
        if name is None:
            return None
        return await authorize(call, self._api.authorizers[name], self._policies, self._invoke)

    def _route(self, request: Request, ids: Ids) -> Call:
        prefix = f"/{self._api.stage}"
        at_stage = request.path == prefix or request.path.startswith(f"{prefix}/")
        path = (request.path.removeprefix(prefix) or "/") if at_stage else request.path
        return Call(self._api, request, path, self._router.match(request.method, path), ids)

    async def _integrate(self, call: Call, function: str, passed_on: Mapping[str, Any] | None) -> Response:
        event = proxy_event(call, passed_on)
        _check_event_size(event, call.request)
        try:
            raw = await self._invoke(function, event)
        except FunctionError as error:
            raise GatewayError("INTEGRATION_FAILURE", reason=str(error)) from error
        except TimeoutError as error:
            raise GatewayError("INTEGRATION_TIMEOUT", reason=f"{function} took too long") from error
        if len(raw) > MAX_PAYLOAD_BYTES:
            raise GatewayError("INTEGRATION_FAILURE", reason=f"{function} answered {len(raw)} bytes")
        return function_response(raw, call)

    async def _invoke(self, function: str, event: Mapping[str, Any]) -> bytes:
        running = asyncio.get_running_loop().run_in_executor(
            self._threads, self._invoke_blocking, function, event
        )
        return await asyncio.wait_for(running, self._timeout_seconds)


def _check_event_size(event: Mapping[str, Any], request: Request) -> None:
    # Escaping makes a byte six at most, so a small body needs no measuring.
    if len(request.body) * _MAX_ESCAPED_BYTES < MAX_PAYLOAD_BYTES // 2:
        return
    if len(json.dumps(event, ensure_ascii=False).encode()) > MAX_PAYLOAD_BYTES:
        raise GatewayError("REQUEST_TOO_LARGE")


async def _send(response: Response, method: str, send: Send) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers]
    has_body = response.status not in _NO_BODY_STATUSES
    if has_body:
        headers.append((b"content-length", str(len(response.body)).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    body = response.body if has_body and method != "HEAD" else b""
    await send({"type": "http.response.body", "body": body})
