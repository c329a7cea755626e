"""A story is a table. A row says when, what happens, and what the customer has then, computed by hand.

    row("2103-01-31T12:00", subscribe("team"), expect("calls", limit=100, used=0, remaining=100)),
    row("2103-02-10T09:00", report("calls", 30), expect("calls", limit=100, used=30, remaining=70)),
    row(
        "2103-02-28T18:00",
        expect("calls", limit=135, used=0, remaining=135, rolled=35),
        why="Half of the 70 that are left.",
    ),

All stories take place in one local cloud whose clock moves from row to row, so many stories cost little
more than one. Each has a customer, features and plans of its own. They are set in 2103 and 2104, which real
time does not reach; 2104 is a leap year. The clock goes on during the requests of a row, so leave an hour
between the turn of a window and the row that looks at it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx


@dataclass
class Life:
    """The customer of one story. `ids` has subscriptions, grants and reservations, by the story's names."""

    client: httpx.Client
    customer_id: str
    ids: dict[str, str] = field(default_factory=dict)

    def own(self, name: str) -> str:
        """The identifier of the story's own feature or plan."""
        return f"{self.customer_id}-{name}"

    def path(self, rest: str = "") -> str:
        return f"/customers/{self.customer_id}/{rest}"

    def request(self, method: str, path: str, **body: Any) -> httpx.Response:  # noqa: ANN401
        return self.client.request(method, path, json=body or None)

    def call(self, method: str, path: str, **body: Any) -> dict[str, Any]:  # noqa: ANN401
        """The answer to a request, which has to succeed."""
        answer = self.request(method, path, **body)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        found: dict[str, Any] = answer.json() if answer.content else {}
        return found

    def refuse(self, code: str, method: str, path: str, **body: Any) -> None:  # noqa: ANN401
        """Sends a request that has to be refused with that code."""
        answer = self.request(method, path, **body)
        assert not answer.is_success, f"{method} {path}: {answer.status_code}"
        assert answer.json()["code"] == code, answer.text


@dataclass(frozen=True)
class Step:
    """Does something or looks at something. `run` fails with an AssertionError that says what is different.

    `words` is what the table says. `numbers` are a metered feature's, if the step expects these.
    """

    words: str
    run: Callable[[Life], object]
    numbers: Mapping[str, int | None] | None = None


@dataclass(frozen=True)
class Row:
    at: datetime
    steps: tuple[Step, ...]
    why: str


def row(at: str, *steps: Step, why: str = "") -> Row:
    """A row at a moment in UTC, such as `2103-01-31T12:00`: what happens, and what is expected then.

    `why` says how the numbers come about, where that is not obvious.
    """
    return Row(datetime.fromisoformat(at).replace(tzinfo=UTC), steps, why)


@dataclass(frozen=True)
class Story:
    """`plans` has the features of each plan, by plan; every plan is sold by the month and by the year.

    `meters` has the aggregation of the features that are counted from events. Their events have their name.
    """

    name: str
    about: str
    plans: Mapping[str, Mapping[str, dict[str, Any]]]
    rows: tuple[Row, ...]
    meters: Mapping[str, dict[str, Any]] = field(default_factory=dict)
