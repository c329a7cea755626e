"""X-Ray trace headers."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from typing import Any

TRACE_HEADER = "x-amzn-trace-id"


def trace_header(event: Mapping[str, Any]) -> str:
    """The trace header in the gateway's event, or a new one that is not sampled."""
    headers = event.get("headers")
    if isinstance(headers, Mapping):
        for name, value in headers.items():
            if name.lower() == TRACE_HEADER:
                return str(value)
    return f"{new_trace_root()};Parent={secrets.token_hex(8)};Sampled=0"


def new_trace_root() -> str:
    return f"Root=1-{int(time.time()):08x}-{secrets.token_hex(12)}"
