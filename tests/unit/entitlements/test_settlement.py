"""Levels over time, against a reference that charges unit by unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from parity.catalog.rules.feature_types import FeatureType
from parity.core.periods import Reset, ResetTime
from parity.entitlements.rules.balances import Balance, balances_at
from parity.entitlements.rules.levels import levels_at, next_turn
from parity.entitlements.rules.settlement import MeterUsage, settle
from parity.entitlements.rules.sources import FeatureSources, Rollover, Source
from tests.support.builders.entitlements import make_source
from tests.support.builders.moments import DAY, HOUR, START, TICK
from tests.support.scenarios.unit_charges import UnitCharges

ANCHOR = START - 3 * HOUR
HORIZON = 40 * DAY
RESETS = st.sampled_from([Reset.NEVER, Reset.NEVER, Reset.EVERY_DAY, Reset.EVERY_DAY, Reset.EVERY_WEEK])
ROLLOVERS = st.none() | st.builds(Rollover, st.sampled_from([30, 50, 100]), st.sampled_from([None, 5]))
STEPS = st.lists(
    st.tuples(st.sampled_from([0, 0, 1, 7, 24, 50]), st.integers(-2, 6)), min_size=1, max_size=25
)


@st.composite
def draw_sources(draw: st.DrawFn) -> tuple[Source, ...]:
    """Up to four sources of a meter, recurring and one-time ones, that start and end at any time."""
    sources = []
    for number in range(draw(st.integers(1, 4))):
        start = START + draw(st.sampled_from([0, 0, 0, 5, 30, 200])) * HOUR
        lasts = draw(st.none() | st.integers(1, 300))
        reset = draw(RESETS)
        rollover = None if reset is Reset.NEVER else draw(ROLLOVERS)
        details: dict[str, Any] = {
            "reset": reset,
            "reset_time": draw(st.sampled_from(ResetTime)),
            "rollover": rollover,
        }
        sources.append(
            make_source(
                draw(st.integers(0, 12)),
                id=f"s{number}",
                anchor=draw(st.sampled_from([START, ANCHOR])),
                valid_from=start,
                valid_until=start + lasts * HOUR if lasts else None,
                **details,
            )
        )
    return tuple(sources)


def make_feature(sources: Sequence[Source]) -> FeatureSources:
    return FeatureSources(FeatureType.METER, tuple(sources))


def report(feature: FeatureSources, usage: MeterUsage | None, at: datetime, amount: int) -> MeterUsage:
    """As a report does: it settles where a window has turned, and then moves one number."""
    turn = next_turn(feature, usage.at) if usage else None
    if usage is None or (turn and turn <= at):
        usage = settle(feature, usage, at)
    if usage.first is None:
        return usage._replace(at=at)
    first = usage.levels[usage.first]
    moved = first._replace(used=first.used + amount)
    return usage._replace(at=at, levels={**usage.levels, usage.first: moved})


def look(feature: FeatureSources, usage: MeterUsage | None, at: datetime) -> tuple[object, ...]:
    """Limit, usage and what remains."""
    balance = find_balance(feature, usage, at)
    return (balance.limit, balance.used, balance.remaining) if balance else (0, 0, 0)


def find_balance(feature: FeatureSources, usage: MeterUsage | None, at: datetime) -> Balance | None:
    return next(iter(balances_at(feature, usage, at)), None)


@dataclass
class Reference:
    """Charges unit by unit, from turn to turn."""

    feature: FeatureSources
    now: datetime = START
    charges: UnitCharges = field(default_factory=UnitCharges)

    def __post_init__(self) -> None:
        self.charges.enter(levels_at(self.feature, self.now), self.now)

    def pass_time(self, until: datetime) -> None:
        while (turn := next_turn(self.feature, self.now)) and turn <= until:
            self.now = turn
            self.charges.enter(levels_at(self.feature, turn), turn)
        self.now = until

    def report(self, at: datetime, amount: int) -> None:
        self.pass_time(at)
        self.charges.charge(amount)

    def look(self, at: datetime) -> tuple[object, ...]:
        self.pass_time(at)
        limit, used = self.charges.limit, self.charges.held
        return limit, used, limit - used


@given(sources=draw_sources(), steps=STEPS, idle=st.integers(0, 700))
def test_usage_is_charged_as_unit_by_unit(
    sources: tuple[Source, ...], steps: list[tuple[int, int]], idle: int
) -> None:
    feature, usage, at = make_feature(sources), None, START
    reference = Reference(feature)
    for hours, amount in steps:
        at += hours * HOUR
        usage = report(feature, usage, at, amount)
        reference.report(at, amount)
        assert look(feature, usage, at) == reference.look(at)
    at += idle * HOUR
    assert look(feature, usage, at) == reference.look(at)


@given(sources=draw_sources(), steps=STEPS, data=st.data())
def test_neither_the_order_of_sources_nor_when_usage_is_settled_matters(
    sources: tuple[Source, ...], steps: list[tuple[int, int]], data: st.DataObject
) -> None:
    feature, shuffled = make_feature(sources), make_feature(data.draw(st.permutations(sources)))
    lazy, eager, at = None, None, START
    for hours, amount in steps:
        for passed in range(0, hours, 5):
            eager = settle(shuffled, eager, at + passed * HOUR) if eager else None
        at += hours * HOUR
        lazy, eager = report(feature, lazy, at, amount), report(shuffled, eager, at, amount)
        assert look(feature, lazy, at) == look(shuffled, eager, at)


@given(sources=draw_sources(), steps=STEPS)
def test_what_remains_can_be_used_exactly(sources: tuple[Source, ...], steps: list[tuple[int, int]]) -> None:
    """And the ceiling is how much the first level's window can have then, with what moved up."""
    feature, usage, at = make_feature(sources), None, START
    for hours, amount in steps:
        at += hours * HOUR
        usage = report(feature, usage, at, amount)
    balance = find_balance(feature, usage, at)
    if usage is None or balance is None or balance.remaining <= 0:
        return
    usage = settle(feature, usage, at)
    assert usage.first
    assert balance.ceiling == usage.levels[usage.first].passed + balance.remaining
    full = report(feature, usage, at, int(balance.remaining))
    assert look(feature, full, at)[2] == 0


@given(sources=draw_sources(), steps=STEPS, new=draw_sources())
def test_one_more_source_never_leaves_less(
    sources: tuple[Source, ...], steps: list[tuple[int, int]], new: tuple[Source, ...]
) -> None:
    feature, usage, at = make_feature(sources), None, START
    for hours, amount in steps:
        at += hours * HOUR
        usage = report(feature, usage, at, amount)
    added = replace(new[0], id="new", valid_from=at, valid_until=None)
    before, after = look(feature, usage, at), look(make_feature((*sources, added)), usage, at)
    assert not isinstance(before[2], int) or not isinstance(after[2], int) or after[2] >= before[2]


@given(sources=draw_sources(), steps=STEPS, amount=st.integers(1, 30))
def test_a_correction_takes_back_what_it_corrects(
    sources: tuple[Source, ...], steps: list[tuple[int, int]], amount: int
) -> None:
    feature, usage, at = make_feature(sources), None, START
    for hours, reported in steps:
        at += hours * HOUR
        usage = report(feature, usage, at, reported)
    corrected = report(feature, report(feature, usage, at, amount), at, -amount)
    later = at + timedelta(hours=30)
    assert look(feature, corrected, at) == look(feature, usage, at)
    assert look(feature, corrected, later) == look(feature, usage, later)


def test_what_is_written_of_levels_in_the_documentation() -> None:
    """100 a month and 50 once: 150 in the first month, if they are used, and 100 in the next."""
    month = make_source(100, reset=Reset.EVERY_MONTH)
    feature = make_feature((month, make_source(50, id="once", reset=Reset.NEVER)))
    usage = report(feature, None, START, 130)
    assert look(feature, usage, START) == (150, 130, 20)
    next_month = month.window(START).end
    assert next_month
    assert look(feature, usage, next_month - TICK) == (150, 130, 20)
    assert look(feature, usage, next_month) == (150, 30, 120)
    assert look(feature, report(feature, usage, START, 20), next_month) == (150, 50, 100)
