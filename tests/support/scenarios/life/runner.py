"""Lives the stories in one local cloud, all at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import httpx

from tests.support.engines.clock import MovableClock
from tests.support.scenarios.http_plans import publish_plan
from tests.support.scenarios.life.story import Life, Story

LONGEST_MOVE = timedelta(days=3650)


def live(stories: Iterable[Story], client: httpx.Client, clock: MovableClock) -> dict[str, str]:
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
                    step.run(lives[name])
            except Exception as error:  # noqa: BLE001 - the other stories go on
                different[name] = f"{at:%Y-%m-%dT%H:%M}: {error!r}"
    return different


def _begin(story: Story, client: httpx.Client) -> Life:
    life = Life(client, story.name)
    features = {name: details for plan in story.plans.values() for name, details in plan.items()}
    for name, details in features.items():
        _create_feature(life, name, details, story.meters.get(name))
    for plan, entitlements in story.plans.items():
        publish_plan(client, life.own(plan), {life.own(name): each for name, each in entitlements.items()})
    name = f"Customer {story.name}"
    life.call("POST", "/customers/", customerId=life.customer_id, name=name, email=f"{story.name}@a.example")
    return life


def _create_feature(
    life: Life, name: str, details: Mapping[str, Any], aggregation: dict[str, Any] | None
) -> None:
    identifier = life.own(name)
    body: dict[str, Any] = {"name": identifier, "identifier": identifier}
    if aggregation:
        body["featureDetails"] = {"featureSubType": "RAW_EVENTS"}
        body["meter"] = {"eventName": identifier, "aggregation": aggregation}
    life.call("POST", "/catalog/features/", featureType=_feature_type(details), **body)


def _feature_type(details: Mapping[str, Any]) -> str:
    if "reset" in details:
        return "METER"
    return "BOOLEAN" if isinstance(details["value"], bool) else "CUSTOMIZABLE"


def _move_to(clock: MovableClock, moment: datetime) -> None:
    """Rows of several stories may be at the same moment, which the requests of the first have passed."""
    while (now := clock.now()) < moment:
        clock.move_to(min(moment, now + LONGEST_MOVE))
