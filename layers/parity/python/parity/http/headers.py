"""The headers of every answer, with and without a resolver, and the id of its request."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

EXPOSED_HEADERS = "ETag, Idempotent-Replayed, Location, Retry-After, X-Request-Id"
"""What web pages may read. On the edge, the gateway replaces this by the list in the template."""


def common_headers(event: Mapping[str, Any]) -> dict[str, str]:
    """The gateway answers preflights, but every other answer needs the headers of CORS, too.

    Answers are about one organisation's customers: no cache may keep them, and no browser may guess that a
    text is a script.
    """
    return {
        "Access-Control-Allow-Origin": os.environ.get("ALLOWED_ORIGIN", "*"),
        "Access-Control-Expose-Headers": EXPOSED_HEADERS,
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "X-Request-Id": request_id_of(event),
    }


def request_id_of(event: Mapping[str, Any]) -> str:
    """The gateway's id of the request, which its access log and the functions' log lines have, too."""
    request_id: str = event.get("requestContext", {}).get("requestId", "")
    return request_id
