"""Waiting for what other threads and processes do."""

from __future__ import annotations

import time
from collections.abc import Callable

DEADLINE_SECONDS = 20


def wait_until(condition: Callable[[], object], deadline_seconds: float = DEADLINE_SECONDS) -> None:
    """Return as soon as the condition holds; a failure only when it has not held for very long."""
    deadline = time.monotonic() + deadline_seconds
    while not condition():
        assert time.monotonic() < deadline, "the condition never held"
        time.sleep(0.02)
