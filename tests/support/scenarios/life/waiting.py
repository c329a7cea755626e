"""Waiting for what the streams and queues of the local cloud deliver."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

PATIENCE_SECONDS = 10
"""How long what was expected may take to be there, such as the usage of an event."""


def wait_for(look: Callable[[], dict[str, Any]], expected: dict[str, Any], what: str) -> None:
    """Looks again until it finds what is expected. Raises AssertionError with what it found last."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (found := look()) != expected and time.monotonic() < deadline:
        time.sleep(0.05)
    assert found == expected, f"{found} {what}, expected {expected}"
