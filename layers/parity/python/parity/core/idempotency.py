"""Sending a request twice has the effect of sending it once (DESIGN.md section 2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

RETENTION = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered the first time, as it goes over the wire."""

    status: int
    headers: Mapping[str, str]
    body: str


@dataclass(frozen=True, slots=True)
class AnswerRecord:
    """The answer to one request; `fingerprint` tells the request apart from another under the same key."""

    idempotency_key: str
    fingerprint: str
    answer: Answer


class AlreadyAnsweredError(Exception):
    """The same request was carried out before; `answer` is what it was answered then."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer
