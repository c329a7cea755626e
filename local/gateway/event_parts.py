"""What the events of both payload formats have in common."""

from __future__ import annotations

from typing import Any

from local.gateway.request import Request
from local.model import ACCOUNT_ID
from local.runtime.trace import new_trace_root

HOP_BY_HOP = {
    "connection",
    "expect",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
}
"""Headers that concern only the connection to the gateway."""


def forwarded_headers(request: Request) -> dict[str, str]:
    """The headers that the gateway sets, in place of those that the client sent under these names."""
    return {
        "X-Amzn-Trace-Id": request.header("x-amzn-trace-id") or new_trace_root(),
        "X-Forwarded-For": ", ".join(filter(None, [request.header("x-forwarded-for"), request.source_ip])),
        "X-Forwarded-Port": str(request.port),
        "X-Forwarded-Proto": "http",
    }


def describe_api(name: str, request: Request) -> dict[str, Any]:
    """The entries of a request context that name the API and the domain.

    The domain has its port, unlike on AWS, so that a URL made of it works here too.
    """
    domain = request.header("host") or "localhost"
    return {
        "accountId": ACCOUNT_ID,
        "apiId": name,
        "domainName": domain,
        "domainPrefix": domain.split(".", 1)[0],
    }
