"""What every answer carries besides its content: the id of its request, and what web pages may read of it.

It imports little, because the lean handlers need it, too.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

EXPOSED_HEADERS = "ETag, Idempotent-Replayed, Location, Retry-After, X-Request-Id"
"""On the edge, the gateway replaces this by the list in the template."""


def common_headers(event: Mapping[str, Any]) -> dict[str, str]:
    """The headers of every answer. The gateway answers preflights, but all other answers need CORS, too."""
    return {
        "Access-Control-Allow-Origin": os.environ.get("ALLOWED_ORIGIN", "*"),
        "Access-Control-Expose-Headers": EXPOSED_HEADERS,
        "X-Request-Id": request_id_of(event),
    }


def request_id_of(event: Mapping[str, Any]) -> str:
    """The gateway's id of the request, which its access log and the functions' log lines have, too."""
    request_id: str = event.get("requestContext", {}).get("requestId", "")
    return request_id


def with_request_id(problem: str, event: Mapping[str, Any]) -> str:
    """The problem's JSON with the id of the request. A wrong field of that name is only in `errors`."""
    return json.dumps({**json.loads(problem), "requestId": request_id_of(event)})
