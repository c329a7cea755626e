"""One request on its way through a gateway."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from local.gateway.ids import Ids
from local.gateway.request import Request
from local.model import ACCOUNT_ID, REGION, HttpApi, HttpRoute, RestApi, Route

Api = TypeVar("Api", RestApi, HttpApi)
ApiRoute = TypeVar("ApiRoute", Route, HttpRoute)


@dataclass(frozen=True, slots=True)
class Match(Generic[ApiRoute]):
    """A route and the values of its path parameters."""

    route: ApiRoute
    path_parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Call(Generic[Api, ApiRoute]):
    """A routed request.

    `path` is the path in the event. A REST API keeps it and path parameters percent-encoded, an HTTP API
    decodes both. (LocalStack's `test_lambda_aws_proxy_integration` has recorded on AWS what a REST API does:
    `%2B` stays `%2B` in `path` and `pathParameters`, while query parameters are decoded.)
    """

    api: Api
    request: Request
    path: str
    match: Match[ApiRoute]
    ids: Ids

    @property
    def arn(self) -> str:
        """The ARN that authorizers get, and that their policies allow or deny."""
        resource = f"{self.api.name}/{self.api.stage}/{self.request.method}{self.path}"
        return f"arn:aws:execute-api:{REGION}:{ACCOUNT_ID}:{resource}"


RestCall = Call[RestApi, Route]
HttpCall = Call[HttpApi, HttpRoute]
