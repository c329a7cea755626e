"""One request on its way through the gateway: what it is, where it goes, and the ids it was given."""

from __future__ import annotations

from dataclasses import dataclass

from local.gateway.ids import Ids
from local.gateway.request import Request
from local.gateway.rest.router import Match
from local.model import ACCOUNT_ID, REGION, RestApi


@dataclass(frozen=True, slots=True)
class Call:
    """A routed request.

    `path` is what functions get as `path`: the URL's path as it was sent, without the stage when the address
    was `/<stage>/...`. It stays percent-encoded, and so do path parameters: that is what a REST API does
    (recorded on AWS by LocalStack's `test_lambda_aws_proxy_integration`: `%2B` arrives as `%2B` in `path` and
    in `pathParameters`, while query parameters arrive decoded). An HTTP API decodes them.
    """

    api: RestApi
    request: Request
    path: str
    match: Match
    ids: Ids

    @property
    def method_arn(self) -> str:
        """The ARN that an authorizer's policy is asked about."""
        resource = "/".join((self.api.name, self.api.stage, self.request.method, self.path.removeprefix("/")))
        return f"arn:aws:execute-api:{REGION}:{ACCOUNT_ID}:{resource}"
