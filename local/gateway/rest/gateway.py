"""The gateway of a REST API."""

from __future__ import annotations

import time

from local.asgi import Scope
from local.gateway.authorizer_answers import AnswerCache, Clock
from local.gateway.base import Gateway
from local.gateway.call import Call, RestCall
from local.gateway.errors import GatewayError
from local.gateway.ids import Ids
from local.gateway.request import Request
from local.gateway.responses import Response
from local.gateway.rest.authorizer import authorize
from local.gateway.rest.event import proxy_event
from local.gateway.rest.policy import Policy
from local.gateway.rest.responses import function_response, gateway_response, mock_response, with_ids
from local.gateway.rest.router import Router
from local.model import Invoke, RestApi

INTEGRATION_TIMEOUT_SECONDS = 29.0


class RestGateway(Gateway):
    """Serves one REST API of a template, at `/` and at `/<stage>`.

    `/` is as a custom domain that maps to the stage, `/<stage>` as the address of execute-api.
    """

    def __init__(
        self,
        api: RestApi,
        invoke: Invoke,
        *,
        integration_timeout_seconds: float = INTEGRATION_TIMEOUT_SECONDS,
        clock: Clock = time.monotonic,
    ) -> None:
        super().__init__(invoke, integration_timeout_seconds)
        self._api = api
        self._router = Router(api.routes)
        self._policies = AnswerCache[Policy](clock)

    async def handle(self, request: Request, ids: Ids) -> Response:
        call = self._route_request(request, ids)
        context = await authorize(call, self._policies, self.invoke)
        route = call.match.route
        if route.mock:
            return mock_response(route.mock)
        answer = await self.invoke_integration(route.function or "", proxy_event(call, context), request)
        return function_response(answer, call)

    def error_response(self, error: GatewayError, ids: Ids) -> Response:
        return gateway_response(error, self._api, ids)

    def with_gateway_headers(self, response: Response, scope: Scope, ids: Ids) -> Response:  # noqa: ARG002 - as declared
        return with_ids(response, ids)

    def _route_request(self, request: Request, ids: Ids) -> RestCall:
        prefix = f"/{self._api.stage}"
        at_stage = request.path == prefix or request.path.startswith(f"{prefix}/")
        path = (request.path.removeprefix(prefix) or "/") if at_stage else request.path
        return Call(self._api, request, path, self._router.match(request.method, path), ids)
