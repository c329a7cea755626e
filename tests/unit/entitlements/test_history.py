"""The history of sources: what is left never depends on whether a counter happens to be stored."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parity.catalog.rules.feature_types import FeatureType
from parity.core.periods import Period, Reset, ResetTime
from parity.entitlements.rules import history
from parity.entitlements.rules.balances import balances_at
from parity.entitlements.rules.history import with_history
from parity.entitlements.rules.settlement import MeterUsage, settle
from parity.entitlements.rules.sources import FeatureSources, Rollover, Snapshot, Source, SourceKind
from tests.support.builders.entitlements import make_source
from tests.support.builders.moments import DAY, HOUR, START

ROLLOVERS = st.none() | st.builds(Rollover, st.sampled_from((50, 100)), st.none() | st.integers(0, 200))
MONTHLY: dict[str, Any] = {"reset": Reset.EVERY_MONTH, "rollover": Rollover(100, None)}
ANCHORED: dict[str, Any] = MONTHLY | {"reset_time": ResetTime.SUBSCRIPTION_START}


def make_snapshot(*sources: Source) -> Snapshot:
    features = {"exports": FeatureSources(FeatureType.METER, sources)} if sources else {}
    return Snapshot(archived=False, subscribed=(Period(START, None),), features=features)


@st.composite
def draw_source(draw: st.DrawFn, name: str, at: datetime) -> Source:
    kind = SourceKind.OVERRIDE if name == "override" else SourceKind.SUBSCRIPTION
    once = name == "pack"
    return make_source(
        draw(st.integers(0, 50)),
        kind,
        id=name,
        valid_from=at,
        reset=Reset.NEVER if once else draw(st.sampled_from((Reset.EVERY_DAY, Reset.EVERY_WEEK))),
        rollover=None if once or name == "override" else draw(ROLLOVERS),
    )


@st.composite
def draw_changes(draw: st.DrawFn) -> list[tuple[datetime, tuple[Source, ...], bool]]:
    """Moments at which sources change, with all sources from then on, and whether a report of 0 comes too."""
    held: dict[str, Source] = {}
    at, changes = START, []
    for _ in range(draw(st.integers(1, 8))):
        name = draw(st.sampled_from(("basic", "team", "pack", "override")))
        held = dict(held)
        if name in held and draw(st.booleans()):
            del held[name]
        else:
            held[name] = draw(draw_source(name, at))
        changes.append((at, tuple(held.values()), draw(st.booleans())))
        at += draw(st.sampled_from((HOUR, 5 * HOUR, DAY, 9 * DAY)))
    return changes


def look(snapshot: Snapshot, usage: MeterUsage | None, at: datetime) -> tuple[object, ...]:
    feature = snapshot.features.get("exports")
    balances = balances_at(feature, usage, at) if feature else []
    return tuple((each.limit, each.used, each.carried) for each in balances)


def test_a_source_that_has_not_begun_leaves_nothing() -> None:
    """The trial until the 10th is extended to the 20th: nothing was paid from the 10th on."""
    trial, paid = (
        make_source(100, id="team", valid_from=START + days * DAY, anchor=START + days * DAY, **ANCHORED)
        for days in (0, 10)
    )
    before = make_snapshot(replace(trial, valid_until=paid.valid_from), paid)
    end = START + 20 * DAY
    after = make_snapshot(replace(trial, valid_until=end), replace(paid, valid_from=end, anchor=end))
    assert with_history(after, before, START + DAY, {}) == after
    used = {"exports": START + DAY}
    assert with_history(after, before, START + DAY, used) == after


@pytest.mark.parametrize("days", [1, 20])
def test_what_has_not_begun_begins_when_it_now_says(days: int) -> None:
    """The plan that was to follow on the 10th follows on the 1st, or on the 20th."""
    old, new = (make_source(amount, id="team", valid_from=START, **MONTHLY) for amount in (100, 500))
    planned, moved = START + 10 * DAY, START + days * DAY
    before = make_snapshot(replace(old, valid_until=planned), replace(new, valid_from=planned))
    after = make_snapshot(replace(old, valid_until=moved), replace(new, valid_from=moved))
    fresh = after if days > 1 else make_snapshot(replace(new, valid_from=moved))
    assert with_history(fresh, before, START + DAY, {"exports": START}) == after


def test_a_plan_that_is_changed_during_its_trial_ends_with_the_change() -> None:
    """Both plans begin anew on the 10th, when the trial ends. The first one gives nothing after the 1st."""
    pro, team = (make_source(amount, id="acme", valid_from=START, **MONTHLY) for amount in (12, 20))
    trial_end, change = START + 10 * DAY, START + DAY
    before = make_snapshot(
        replace(pro, valid_until=trial_end), replace(pro, valid_from=trial_end, anchor=trial_end)
    )
    fresh = make_snapshot(
        replace(team, valid_from=change, valid_until=trial_end),
        replace(team, valid_from=trial_end, anchor=trial_end),
    )
    kept = with_history(fresh, before, change, {"exports": START}).features["exports"].sources
    assert kept == (replace(pro, valid_until=change), *fresh.features["exports"].sources)


@given(changes=draw_changes(), later=st.integers(0, 60), most=st.sampled_from((0, 1, 8)))
def test_a_report_of_nothing_changes_nothing(
    changes: list[tuple[datetime, tuple[Source, ...], bool]], later: int, most: int
) -> None:
    with patch.object(history, "MAX_ENDED", most):
        compare_silent_with_reporting(changes, later)


def compare_silent_with_reporting(
    changes: list[tuple[datetime, tuple[Source, ...], bool]], later: int
) -> None:
    """Of two customers with the same sources, one reports 0 now and then. Its ended sources are dropped."""
    silent, reporting, usage = None, None, None
    for at, sources, reports in changes:
        fresh = make_snapshot(*sources)
        silent = with_history(fresh, silent, at, {})
        reporting = with_history(fresh, reporting, at, {"exports": usage.at} if usage else {})
        feature = reporting.features.get("exports")
        if reports and feature:
            usage = settle(feature, usage, at + HOUR / 2)
        assert look(silent, None, at + HOUR) == look(reporting, usage, at + HOUR)
    for day in range(later):
        assert silent
        assert reporting
        moment = changes[-1][0] + HOUR + day * DAY
        assert look(silent, None, moment) == look(reporting, usage, moment)


def find_carried(snapshot: Snapshot, at: datetime) -> object:
    return look(snapshot, None, at)[0][2]  # type: ignore[index]


MARCH, APRIL = datetime.fromisoformat("2026-03-01T00:00Z"), datetime.fromisoformat("2026-04-01T00:00Z")


def test_what_rolled_over_before_a_change_of_plan_stays() -> None:
    before = make_snapshot(make_source(100, **MONTHLY))
    after = make_snapshot(make_source(10, valid_from=MARCH + DAY, **MONTHLY))
    changed = with_history(after, before, MARCH + DAY, {})
    assert find_carried(before, MARCH + DAY) == 200
    assert [find_carried(changed, at) for at in (MARCH + DAY, APRIL)] == [200, 210]


def test_a_change_of_something_else_changes_nothing() -> None:
    """Another version of the plan that gives the same, or another end, is the same source."""
    before = make_snapshot(make_source(100, plan_version=1, **MONTHLY))
    moved = make_source(100, plan_version=2, valid_from=MARCH + DAY, valid_until=APRIL, **MONTHLY)
    changed = with_history(make_snapshot(moved), before, MARCH + DAY, {})
    assert changed.features["exports"].sources == (replace(moved, valid_from=START),)


def test_an_override_that_was_removed_leaves_what_was_there_before() -> None:
    plan = make_source(100, **MONTHLY)
    override = make_source(30, SourceKind.OVERRIDE, valid_from=MARCH + DAY, reset=None)
    with_override = with_history(make_snapshot(plan, override), make_snapshot(plan), MARCH + DAY, {})
    removed = with_history(make_snapshot(plan), with_override, MARCH + 2 * DAY, {})
    assert [find_carried(removed, at) for at in (MARCH + 2 * DAY, APRIL)] == [200, 300]


def test_a_source_that_never_began_leaves_no_trace() -> None:
    future = make_source(100, valid_from=APRIL, **MONTHLY)
    changed = make_source(150, valid_from=APRIL, **MONTHLY)
    after = with_history(make_snapshot(changed), make_snapshot(future), MARCH, {})
    assert after.features["exports"].sources == (changed,)
    assert find_carried(after, APRIL) == 0


def test_ended_sources_are_dropped_once_usage_is_settled() -> None:
    before, after = make_snapshot(make_source(100, **MONTHLY)), make_snapshot(make_source(10, **MONTHLY))
    changed = with_history(after, before, MARCH, {})
    settled = with_history(after, changed, APRIL, {"exports": MARCH + DAY})
    assert [len(each.features["exports"].sources) for each in (changed, settled)] == [2, 1]


def test_ended_sources_that_nothing_depends_on_are_not_kept() -> None:
    before = make_snapshot(make_source(100, reset=Reset.EVERY_MONTH))
    assert with_history(make_snapshot(), before, MARCH, {}).features == {}


def test_the_same_twice_is_the_same() -> None:
    before = make_snapshot(make_source(100, **MONTHLY))
    fresh = make_snapshot(make_source(10, valid_from=MARCH, **MONTHLY))
    once = with_history(fresh, before, MARCH, {})
    assert with_history(fresh, once, APRIL, {}) == once


def test_many_changes_of_an_unused_feature_take_no_more_room() -> None:
    """100 changes of the limit, one a day: what rolled over is right, and the last source is the only one."""
    snapshot = make_snapshot(make_source(100, valid_from=START, **MONTHLY))
    for day in range(1, 101):
        at = START + day * DAY
        changed = make_snapshot(make_source(100 + day, valid_from=at, **MONTHLY))
        snapshot = with_history(changed, snapshot, at, {})
    feature = snapshot.features["exports"]
    assert len(feature.sources) <= history.MAX_ENDED + 1
    months = [datetime(2026, month, 1, tzinfo=START.tzinfo) for month in range(2, 6)]
    given = sum(100 + (first - START).days for first in months)
    assert find_carried(snapshot, START + 100 * DAY) == given


@pytest.mark.parametrize("behind", [timedelta(), timedelta(milliseconds=5), timedelta(seconds=50)], ids=str)
@pytest.mark.parametrize("is_written", [False, True], ids=["not yet written", "written before"])
def test_a_clock_that_is_behind_leaves_no_gap(behind: timedelta, *, is_written: bool) -> None:
    """The change was made at the moment, and is found again by a function whose clock is behind."""
    before = make_snapshot(make_source(100, **MONTHLY))
    fresh = make_snapshot(make_source(10, valid_from=MARCH, **MONTHLY))
    stored = with_history(fresh, before, MARCH, {}) if is_written else before
    found = with_history(fresh, stored, MARCH - behind, {})
    assert [each.valid_until for each in found.features["exports"].sources] == [MARCH, None]
