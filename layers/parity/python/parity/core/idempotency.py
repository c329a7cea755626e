"""Answers that are kept, so that a request that is sent twice has one effect (docs/decisions/0028)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

RETENTION = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Answer:
    """The first answer to a request: status, headers, and the body as text."""

    status: int
    headers: Mapping[str, str]
    body: str


@dataclass(frozen=True, slots=True)
class AnswerRecord:
    """The answer to one request. The fingerprint shows whether a later request under the key is the same."""

    idempotency_key: str
    fingerprint: str
    answer: Answer


class AlreadyAnsweredError(Exception):
    """The same request was carried out before; `answer` is the first answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer
