"""Lambda's limits for the payloads of a synchronous invocation."""

from __future__ import annotations

EVENT_LIMIT_BYTES = 6_291_456
ANSWER_LIMIT_BYTES = 6_291_556
