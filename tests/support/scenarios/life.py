"""Life stories: what happens to a customer over the years, written as a table.

A row says when, what happens, and what the customer has then. The numbers are computed by hand:

    row("2101-01-31T12:00", subscribe("team"), expect("calls", limit=100, used=0, remaining=100)),
    row("2101-02-10T09:00", report("calls", 30), expect("calls", limit=100, used=30, remaining=70)),
    row("2101-02-28T18:00", nothing, expect("calls", limit=135, used=0, remaining=135, rolled=35)),

All stories take place in one local cloud whose clock moves from row to row, so many stories cost little
more than one. Each has a customer, features and plans of its own. They are set in 2101 to 2104, which
real time does not reach; 2104 is a leap year. The clock goes on during the requests of a row, so leave an
hour between the turn of a window and the row that looks at it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests.support.engines.clock import MovableClock
from tests.support.scenarios.http_plans import publish_plan

LONGEST_MOVE = timedelta(days=3650)

Step = Callable[["Life"], object]
"""Does something or looks at something. Fails with an AssertionError that says what is different."""


@dataclass(frozen=True)
class Row:
    at: datetime
    steps: tuple[Step, ...]


def row(at: str, *steps: Step) -> Row:
    """A row at a moment in UTC, such as `2101-01-31T12:00`: what happens, and what is expected then."""
    return Row(datetime.fromisoformat(at).replace(tzinfo=UTC), steps)


@dataclass(frozen=True)
class Story:
    """`plans` has the features of each plan, by plan; every plan is sold by the month and by the year."""

    name: str
    plans: Mapping[str, Mapping[str, dict[str, Any]]]
    rows: tuple[Row, ...]


@dataclass
class Life:
    """The customer of one story. `subscriptions` and `grants` are ids, by the names that the story gives."""

    client: httpx.Client
    customer_id: str
    subscriptions: dict[str, str] = field(default_factory=dict)
    grants: dict[str, str] = field(default_factory=dict)

    def own(self, name: str) -> str:
        """The identifier of the story's own feature or plan."""
        return f"{self.customer_id}-{name}"

    def request(self, method: str, path: str, **body: Any) -> httpx.Response:  # noqa: ANN401
        return self.client.request(method, path, json=body or None)

    def call(self, method: str, path: str, **body: Any) -> dict[str, Any]:  # noqa: ANN401
        """The answer to a request, which has to succeed."""
        answer = self.request(method, path, **body)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        found: dict[str, Any] = answer.json() if answer.content else {}
        return found


def live(stories: tuple[Story, ...], client: httpx.Client, clock: MovableClock) -> dict[str, str]:
    """Lives all stories at once. Returns what differs from its table, by story; that story ends there."""
    lives = {story.name: _begin(story, client) for story in stories}
    different: dict[str, str] = {}
    for at, name, steps in sorted(
        ((each.at, story.name, each.steps) for story in stories for each in story.rows),
        key=lambda found: found[:2],
    ):
        if name not in different:
            _move_to(clock, at)
            try:
                for step in steps:
                    step(lives[name])
            except Exception as error:  # noqa: BLE001 - the other stories go on
                different[name] = f"{at:%Y-%m-%dT%H:%M}: {error!r}"
    return different


def _begin(story: Story, client: httpx.Client) -> Life:
    life = Life(client, story.name)
    features = {name: details for plan in story.plans.values() for name, details in plan.items()}
    for name, details in features.items():
        identifier, kind = life.own(name), _feature_type(details)
        life.call("POST", "/catalog/features/", name=identifier, identifier=identifier, featureType=kind)
    for plan, entitlements in story.plans.items():
        publish_plan(client, life.own(plan), {life.own(name): each for name, each in entitlements.items()})
    life.call("POST", "/customers/", customerId=life.customer_id)
    return life


def _feature_type(details: Mapping[str, Any]) -> str:
    if "reset" in details or "hasUnlimitedUsage" in details:
        return "METER"
    return "BOOLEAN" if isinstance(details["value"], bool) else "CUSTOMIZABLE"


def _move_to(clock: MovableClock, moment: datetime) -> None:
    """Rows of several stories may be at the same moment, which the requests of the first have passed."""
    while (now := clock.now()) < moment:
        clock.move_to(min(moment, now + LONGEST_MOVE))
