"""The gateway of an HTTP API."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from local.gateway.authorizer_answers import AnswerCache, Clock
from local.gateway.base import Gateway
from local.gateway.errors import GatewayError
from local.gateway.http.authorizer import SimpleAnswer, authorize
from local.gateway.http.call import Call, decoded_path
from local.gateway.http.cors import PREFLIGHT_RESPONSE, with_cors
from local.gateway.http.event import proxy_event
from local.gateway.http.responses import function_response, gateway_response
from local.gateway.http.router import Match, Router
from local.gateway.ids import Ids
from local.gateway.request import Request, Scope
from local.gateway.responses import Response
from local.model import HttpApi, Invoke

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
        self._answers = AnswerCache[SimpleAnswer](clock)

    async def handle(self, request: Request, ids: Ids) -> Response:
        path = decoded_path(request.path)
        match = self._match(request.method, path)
        if match is None:
            return PREFLIGHT_RESPONSE
        call = Call(self._api, request, path, match, ids)
        context = await self._authorize(call, match.route.authorizer)
        answer = await self.integrate(match.route.function, proxy_event(call, context), request)
        return function_response(answer)

    def refusal(self, error: GatewayError, ids: Ids) -> Response:  # noqa: ARG002 - as declared
        return gateway_response(error)

    def completed(self, response: Response, scope: Scope, ids: Ids) -> Response:
        headers = (*response.headers, ("apigw-requestid", ids.extended_request_id))
        identified = replace(response, headers=headers)
        return with_cors(identified, self._api.cors, scope) if self._api.cors else identified

    def _match(self, method: str, path: str) -> Match | None:
        """None for a preflight, which the API answers on any path that has no route for OPTIONS."""
        try:
            return self._router.match(method, path)
        except GatewayError:
            if method == "OPTIONS" and self._api.cors:
                return None
            raise

    async def _authorize(self, call: Call, name: str | None) -> Mapping[str, Any] | None:
        if name is None:
            return None
        return await authorize(call, self._api.authorizers[name], self._answers, self.invoke)
