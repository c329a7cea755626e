"""One request on its way through the gateway of an HTTP API."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

from local.gateway.http.router import Match
from local.gateway.ids import Ids
from local.gateway.request import Request
from local.model import ACCOUNT_ID, REGION, HttpApi

STAGE = "$default"


@dataclass(frozen=True, slots=True)
class Call:
    """A routed request; `path` is what functions get as `rawPath`."""

    api: HttpApi
    request: Request
    path: str
    match: Match
    ids: Ids

    @property
    def route_arn(self) -> str:
        """The ARN by which an authorizer knows the request."""
        resource = f"{self.api.name}/{STAGE}/{self.request.method}{self.path}"
        return f"arn:aws:execute-api:{REGION}:{ACCOUNT_ID}:{resource}"


def decoded_path(path: str) -> str:
    """A path as an HTTP API understands it, for its routes too: decoded, but for an encoded percent sign.

    What is encoded as `?` ends the path. (Recorded on AWS, by MiniStack and in hotsock/voker's pull request
    8. A REST API keeps all encoding.)
    """
    parts = re.split("(%25)", path)
    return "".join(part if part == "%25" else unquote(part) for part in parts).partition("?")[0]
