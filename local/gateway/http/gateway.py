"""The gateway of an HTTP API."""

from __future__ import annotations

import time
from dataclasses import replace

from local.asgi import Scope
from local.gateway.authorizer_answers import AnswerCache, Clock
from local.gateway.base import Gateway
from local.gateway.call import Call, Match
from local.gateway.errors import GatewayError
from local.gateway.http.authorizer import SimpleResponse, authorize
from local.gateway.http.cors import PREFLIGHT_RESPONSE, with_cors
from local.gateway.http.event import proxy_event
from local.gateway.http.responses import function_response, gateway_response
from local.gateway.http.router import Router, decode_path
from local.gateway.ids import Ids
from local.gateway.request import Request
from local.gateway.responses import Response
from local.model import HttpApi, HttpRoute, Invoke

INTEGRATION_TIMEOUT_SECONDS = 30.0


class HttpGateway(Gateway):
    """Serves the stage `$default` of one HTTP API of a template, at `/`."""

    def __init__(
        self,
        api: HttpApi,
        invoke: Invoke,
        *,
        integration_timeout_seconds: float = INTEGRATION_TIMEOUT_SECONDS,
        clock: Clock = time.monotonic,
    ) -> None:
        super().__init__(invoke, integration_timeout_seconds)
        self._api = api
        self._router = Router(api.routes)
        self._answers = AnswerCache[SimpleResponse](clock)

    async def handle(self, request: Request, ids: Ids) -> Response:
        path = decode_path(request.path)
        match = self._find_route(request.method, path)
        if match is None:
            return PREFLIGHT_RESPONSE
        call = Call(self._api, request, path, match, ids)
        context = await authorize(call, self._answers, self.invoke)
        answer = await self.invoke_integration(match.route.function, proxy_event(call, context), request)
        return function_response(answer)

    def error_response(self, error: GatewayError, ids: Ids) -> Response:  # noqa: ARG002 - as declared
        return gateway_response(error)

    def with_gateway_headers(self, response: Response, scope: Scope, ids: Ids) -> Response:
        headers = (*response.headers, ("apigw-requestid", ids.extended_request_id))
        identified = replace(response, headers=headers)
        return with_cors(identified, self._api.cors, scope) if self._api.cors else identified

    def _find_route(self, method: str, path: str) -> Match[HttpRoute] | None:
        """None for a preflight: with CORS the API answers OPTIONS itself wherever no route does."""
        try:
            return self._router.match(method, path)
        except GatewayError:
            if method == "OPTIONS" and self._api.cors:
                return None
            raise
