"""What changes of a counter do at thresholds, and which of that was told."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, cast

import pytest

from parity.catalog.rules.aggregation_functions import Aggregation
from parity.catalog.rules.feature_types import FeatureType
from parity.core.periods import Reset, window_at
from parity.entitlements.rules.sources import Alerts, FeatureSources, Snapshot, ThresholdType
from parity.metering.rules.counter_changes import CounterChange
from parity.metering.rules.counters import UsageCounter, UsageWindow
from parity.metering.rules.usage_key import UsageKey
from parity.usage.rules.alerts import RecordedAlert
from parity.usage.rules.reports import Behaviour, apply_usage
from parity.usage.rules.threshold_moves import Direction, Move, ToldThreshold, find_moves
from tests.support.builders.entitlements import make_source
from tests.support.builders.moments import APRIL, DAY, MOMENT

ROSE, STAYED, FELL = Direction


def make_snapshot(limit: int = 10, **details: Any) -> Snapshot:  # noqa: ANN401
    """Exports with an alert at 80 percent of a limit a month."""
    alerts = Alerts(ThresholdType.PERCENTAGE, (80,))
    source = make_source(limit, reset=Reset.EVERY_MONTH, alerts=alerts, **details)
    return Snapshot(
        archived=False, subscribed=(), features={"exports": FeatureSources(FeatureType.METER, (source,))}
    )


def make_counter(used: int, version: int, at: datetime = MOMENT, kind: str = "EVERY_MONTH") -> UsageCounter:
    window = UsageWindow(kind=kind, period=window_at(kind, at))
    key = UsageKey("acme", "exports")
    counter = UsageCounter(key=key, aggregation=Aggregation.CHANGE, windows=(window,), at=at)
    return replace(apply_usage(counter, Behaviour.SET, used), version=version)


def find_directions(snapshot: Snapshot, old: UsageCounter | None, new: UsageCounter) -> list[Direction]:
    return [move.direction for move in find_moves(snapshot, CounterChange(old, new))]


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        (None, 7, []),
        (None, 8, [ROSE]),
        (0, 7, []),
        (7, 8, [ROSE]),
        (8, 8, [STAYED]),
        (9, 12, [STAYED]),
        (8, 7, [FELL]),
        (7, -3, []),
    ],
)
def test_usage_rises_stays_or_falls(before: int | None, after: int, found: list[Direction]) -> None:
    old = None if before is None else make_counter(before, 1)
    assert find_directions(make_snapshot(), old, make_counter(after, 2)) == found


def test_usage_of_the_window_before_counts_as_none() -> None:
    old, april = make_counter(9, 1), APRIL + DAY
    assert find_directions(make_snapshot(), old, make_counter(8, 2, april)) == [ROSE]
    assert find_directions(make_snapshot(), old, make_counter(7, 2, april)) == []


def test_usage_in_a_window_that_the_counter_did_not_have_stayed() -> None:
    """Nobody knows whether it was below, and the window may have been there before."""
    old = make_counter(9, 1, kind="EVERY_DAY")
    assert find_directions(make_snapshot(), old, make_counter(9, 2)) == [STAYED]


def test_the_present_limit_judges_both_states() -> None:
    assert find_directions(make_snapshot(100), make_counter(8, 1), make_counter(90, 2)) == [ROSE]
    assert find_directions(make_snapshot(5), make_counter(6, 1), make_counter(7, 2)) == [STAYED]


@pytest.mark.parametrize("change", ["valid_from", "valid_until"])
def test_the_first_change_under_other_limits_falls_below_what_it_does_not_reach(change: str) -> None:
    old, new = make_counter(2, 1), make_counter(3, 2, MOMENT + DAY)
    snapshot = make_snapshot()
    (source,) = snapshot.features["exports"].sources
    for moment, found in ((old.at, []), (MOMENT + DAY / 2, [FELL]), (new.at, [FELL]), (MOMENT + 2 * DAY, [])):
        other = replace(source, id="other", alerts=None, value=0, **cast("Any", {change: moment}))
        sources = FeatureSources(FeatureType.METER, (source, other))
        assert find_directions(replace(snapshot, features={"exports": sources}), old, new) == found


def make_move(direction: Direction, version: int) -> Move:
    (move,) = find_moves(make_snapshot(), CounterChange(None, make_counter(8, version)))
    return replace(move, direction=direction)


def make_told(first: int, last: int, below: int | None = None) -> ToldThreshold:
    recorded = cast("RecordedAlert", None)
    return ToldThreshold(first=recorded, first_version=first, last_version=last, below=below)


@pytest.mark.parametrize(
    ("move", "told", "is_told"),
    [
        ((ROSE, 3), (3, 3), True),
        ((ROSE, 3), (3, 7), True),
        ((ROSE, 7), (3, 7), True),
        ((ROSE, 9), (3, 7), False),
        ((ROSE, 5), (3, 7), False),
        ((STAYED, 4), (3, 3), True),
        ((STAYED, 4), (3, 3, 5), True),
        ((STAYED, 5), (3, 3, 5), False),
        ((STAYED, 8), (3, 3, 5), False),
        ((STAYED, 8), (3, 7), True),
    ],
)
def test_usage_that_stayed_belongs_to_the_rise_before_it(
    move: tuple[Direction, int],
    told: tuple[int, ...],
    is_told: bool,  # noqa: FBT001
) -> None:
    assert make_told(*told).is_told(make_move(*move)) is is_told


def test_only_a_fall_after_the_last_alert_ends_it() -> None:
    assert make_told(3, 7).ends_with(make_move(FELL, 8))
    assert not make_told(3, 7).ends_with(make_move(FELL, 6))
    assert not make_told(3, 7, 8).ends_with(make_move(FELL, 9))


def test_an_alert_that_was_told_late_changes_nothing_that_came_after_it() -> None:
    assert make_told(3, 7, 8).told_again(5) == make_told(3, 7, 8)
    assert make_told(3, 7, 8).told_again(9) == make_told(3, 9)
