"""Requests that change something, and how to tell how often they did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from parity.dynamodb.table import Table
from tests.support.handlers import Reply, call

Request = dict[str, Any]


@dataclass(frozen=True)
class Write:
    """A request that changes something: `prepare` makes one, `effects` counts how often it took effect.

    Carried out once it takes `effect`; `case` tells it from others of the operation. `is_sent_once` says that
    the client does not send it again by itself, as it adds to a sum.
    """

    operation: str
    status: int
    prepare: Callable[[str], Request]
    effects: Callable[[Table, str], int]
    effect: int = 1
    case: str = ""
    is_sent_once: bool = False

    def send(self, request: Request) -> Reply:
        return call(self.operation, **request)

    def __str__(self) -> str:
        return f"{self.operation} {self.case}".rstrip()


def once(name: str) -> dict[str, str]:
    return {"Idempotency-Key": name}
