"""What authorizers answered, kept for a while."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Generic, TypeVar

Clock = Callable[[], float]
Key = tuple[str, tuple[str, ...]]
"""An authorizer's name and the identity that it was asked about."""

Answer = TypeVar("Answer")


class AnswerCache(Generic[Answer]):
    """Answers by authorizer and identity, each for its authorizer's time to live.

    The key holds nothing of the route, so an answer is used again for other routes, as on AWS.
    """

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._entries: dict[Key, tuple[float, Answer]] = {}

    def get(self, key: Key) -> Answer | None:
        entry = self._entries.get(key)
        return entry[1] if entry and self._clock() < entry[0] else None

    def put(self, key: Key, answer: Answer, ttl_seconds: float) -> None:
        now = self._clock()
        self._entries = {known: entry for known, entry in self._entries.items() if entry[0] > now}
        if ttl_seconds:
            self._entries[key] = (now + ttl_seconds, answer)
