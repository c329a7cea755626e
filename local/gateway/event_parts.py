"""Request headers as they are passed on to functions, apart from the case of their names."""

from __future__ import annotations

import time
import uuid

from local.gateway.request import Request

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
"""What concerns only the connection to the gateway."""


def forwarding_headers(request: Request) -> dict[str, str]:
    """The headers that the gateway sets, whatever the client sent under these names."""
    return {
        "X-Amzn-Trace-Id": request.header("x-amzn-trace-id") or _trace_id(),
        "X-Forwarded-For": ", ".join(filter(None, [request.header("x-forwarded-for"), request.source_ip])),
        "X-Forwarded-Port": str(request.port),
        "X-Forwarded-Proto": "http",
    }


def _trace_id() -> str:
    return f"Root=1-{int(time.time()):08x}-{uuid.uuid4().hex[:24]}"
