"""What is carried from window to window: by cases in words, and against a walk through every window."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parity.catalog.rules.feature_types import FeatureType
from parity.core.numbers import Number
from parity.core.periods import Reset, ResetTime
from parity.entitlements.rules.balances import balances_at
from parity.entitlements.rules.settlement import MeterUsage
from parity.entitlements.rules.sources import FeatureSources, Rollover, Source, SourceKind
from tests.support.builders.entitlements import make_source
from tests.support.builders.evaluation import make_window_usage
from tests.support.builders.moments import DAY, START, TICK

JANUARY, FEBRUARY, MARCH, APRIL, MAY = (datetime(2026, month, 1, tzinfo=UTC) for month in range(1, 6))
ALL, HALF = Rollover(100, None), Rollover(50, None)


def make_rolling_source(limit: int | None = 100, rollover: Rollover | None = ALL, **details: Any) -> Source:  # noqa: ANN401
    """A source with the months of the calendar, valid from 31 January on, with 100 that all roll over."""
    return make_source(limit, **{"reset": Reset.EVERY_MONTH, "rollover": rollover, **details})


def used_in(window: datetime, used: Number, carried: int = 0) -> MeterUsage:
    """Usage in a month, as of its end."""
    return make_window_usage("EVERY_MONTH", window, used, carried)


def carryover_into(at: datetime, *sources: Source, usage: MeterUsage | None = None) -> int:
    (balance,) = balances_at(FeatureSources(FeatureType.METER, sources), usage, at)
    return balance.carried


@pytest.mark.parametrize(
    ("rollover", "used", "expected"),
    [
        pytest.param(None, 30, 0, id="nothing without a rollover"),
        pytest.param(ALL, 30, 70, id="all that is left"),
        pytest.param(HALF, 30, 35, id="half of what is left"),
        pytest.param(Rollover(33, None), 0, 33, id="a third of it"),
        pytest.param(Rollover(33, None), 1, 32, id="rounded down"),
        pytest.param(Rollover(0, None), 30, 0, id="no percent of it"),
        pytest.param(Rollover(100, 40), 30, 40, id="no more than the cap"),
        pytest.param(Rollover(100, 0), 30, 0, id="nothing with a cap of nothing"),
        pytest.param(ALL, 100, 0, id="nothing is left"),
        pytest.param(ALL, 130, 0, id="overuse is not carried"),
        pytest.param(ALL, -20, 120, id="usage that was given back"),
        pytest.param(ALL, Decimal("30.5"), 69, id="fractions are rounded down"),
        pytest.param(Rollover(80, None), Decimal("98.5"), 1, id="and only after the percentage"),
    ],
)
def test_how_much_a_window_carries_into_the_next(
    rollover: Rollover | None, used: Number, expected: int
) -> None:
    assert (
        carryover_into(MARCH, make_rolling_source(rollover=rollover), usage=used_in(FEBRUARY, used))
        == expected
    )


def test_an_amount_carried_in_is_carried_on() -> None:
    assert carryover_into(MARCH, make_rolling_source(), usage=used_in(FEBRUARY, 30, carried=50)) == 120


def test_windows_without_usage_add_up() -> None:
    february = used_in(FEBRUARY, 30)
    assert [carryover_into(at, make_rolling_source(), usage=february) for at in (MARCH, APRIL, MAY)] == [
        70,
        170,
        270,
    ]
    assert [
        carryover_into(at, make_rolling_source(rollover=HALF), usage=february) for at in (MARCH, APRIL, MAY)
    ] == [35, 67, 83]


def test_rolling_over_starts_with_the_window_in_which_the_source_became_valid() -> None:
    assert [carryover_into(at, make_rolling_source()) for at in (START, FEBRUARY, MARCH)] == [0, 100, 200]


def test_usage_before_the_source_became_valid_does_not_count() -> None:
    old = make_window_usage("EVERY_MONTH", JANUARY, 5, carried=500, at=JANUARY)
    assert carryover_into(FEBRUARY, make_rolling_source(), usage=old) == 100


def test_what_was_carried_into_a_window_stays_as_it_is() -> None:
    held = make_window_usage("EVERY_MONTH", MARCH, 5, carried=7, at=MARCH)
    assert carryover_into(MARCH + DAY, make_rolling_source(), usage=held) == 7
    assert carryover_into(MARCH, make_rolling_source(rollover=None), usage=held) == 7


@pytest.mark.parametrize("usage", [None, used_in(FEBRUARY, 1)], ids=["unused", "used"])
def test_nothing_is_carried_where_usage_is_unlimited(usage: MeterUsage | None) -> None:
    unlimited = make_rolling_source(unlimited=True)
    assert carryover_into(MARCH, make_rolling_source(), unlimited, usage=usage) == 0


def test_an_override_keeps_the_rollover_of_the_plan() -> None:
    override = make_rolling_source(30, None, kind=SourceKind.OVERRIDE, valid_from=MARCH)
    assert [carryover_into(at, make_rolling_source(), override) for at in (MARCH, APRIL)] == [200, 230]


def test_soft_limits_do_not_roll_over() -> None:
    soft = make_rolling_source(hard_limit=False)
    assert carryover_into(MARCH, soft) == 0
    assert carryover_into(MARCH, soft, make_rolling_source(10)) == 0


def test_nothing_is_carried_where_usage_is_never_reset() -> None:
    assert carryover_into(MARCH, make_rolling_source(reset=Reset.NEVER)) == 0


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        pytest.param(ALL, None, 120, id="one that rolls over is enough"),
        pytest.param(Rollover(10, None), HALF, 60, id="the greatest percentage"),
        pytest.param(Rollover(100, 30), Rollover(10, 5), 35, id="the caps together"),
        pytest.param(Rollover(100, 30), Rollover(10, None), 120, id="no cap if one has none"),
        pytest.param(Rollover(100, 30), None, 30, id="what does not roll over has no say"),
    ],
)
def test_several_sources_roll_over_together(first: Rollover, second: Rollover | None, expected: int) -> None:
    sources = make_rolling_source(100, first), make_rolling_source(20, second)
    assert carryover_into(MARCH, *sources, usage=used_in(FEBRUARY, 0)) == expected


def test_a_source_that_became_valid_later_adds_nothing_to_windows_before() -> None:
    later = make_rolling_source(10, None, kind=SourceKind.GRANT, valid_from=APRIL + DAY)
    assert [carryover_into(at, make_rolling_source(), later) for at in (APRIL, MAY)] == [300, 410]
    assert carryover_into(MAY, make_rolling_source(), later, usage=used_in(MARCH, 30)) == 70 + 110


def test_only_sources_that_are_valid_at_the_end_of_a_window_carry() -> None:
    ended = make_rolling_source(1000, HALF, id="ended", valid_until=FEBRUARY + DAY)
    assert carryover_into(MARCH, make_rolling_source(100, HALF), ended, usage=used_in(FEBRUARY, 40)) == 30


def test_a_source_that_does_not_roll_over_counts_from_the_first_that_does() -> None:
    older = make_rolling_source(10, None, valid_from=START - 400 * DAY)
    assert carryover_into(APRIL, older, make_rolling_source(valid_from=MARCH)) == 110


@pytest.mark.parametrize(
    ("rollover", "expected"),
    [
        pytest.param(ALL, 10**15 * 87_648, id="all of it"),
        pytest.param(Rollover(100, 10**15), 10**15, id="all of it up to a cap"),
        pytest.param(Rollover(99, None), 99 * 10**15 - 99, id="nearly all of it"),
        pytest.param(HALF, 10**15 - 1, id="half of it"),
    ],
)
def test_ten_years_of_hours_are_not_walked_through(rollover: Rollover, expected: int) -> None:
    begun = datetime(2026, 1, 1, 12, 30, tzinfo=UTC)
    hourly = make_rolling_source(10**15, rollover, reset=Reset.EVERY_HOUR, valid_from=begun)
    assert carryover_into(begun + timedelta(hours=87_648), hourly) == expected


def walk_windows(sources: list[Source], at: datetime) -> int:
    """Window by window, as the rule is written down."""
    window, carried = sources[0].window(min(each.valid_from for each in sources)), 0
    while window.end and window.end <= at:
        ending = [each for each in sources if each.is_valid_at(window.end - TICK)]
        own = [each.rollover for each in ending if each.rollover]
        left = max(0, carried + sum(each.value or 0 for each in ending))
        carried = left * max((each.percentage for each in own), default=0) // 100
        caps = [each.limit for each in own]
        carried = carried if None in caps else min(carried, sum(cap or 0 for cap in caps))
        window = sources[0].window(window.end)
    return carried


PERCENTAGES = st.sampled_from((0, 1, 33, 50, 80, 99, 100))
ROLLOVERS = st.builds(Rollover, PERCENTAGES, st.none() | st.integers(0, 500))


@st.composite
def draw_rolling_sources(draw: st.DrawFn) -> tuple[list[Source], datetime]:
    """Sources with the same windows, which start at any time, and a moment up to 400 days later."""
    reset = draw(st.sampled_from([each for each in Reset if each not in {Reset.NEVER, Reset.EVERY_HOUR}]))
    shared = {"reset": reset, "reset_time": draw(st.sampled_from(ResetTime))}
    at = START + draw(st.timedeltas(timedelta(), 400 * DAY))
    starts = st.datetimes(datetime(2025, 12, 1), at.replace(tzinfo=None), timezones=st.just(UTC))  # noqa: DTZ001
    rollovers = [draw(ROLLOVERS), *draw(st.lists(st.none() | ROLLOVERS, max_size=2))]
    sources = [
        make_rolling_source(
            draw(st.integers(0, 300)), rollover, valid_from=draw(starts), id=str(number), **shared
        )
        for number, rollover in enumerate(rollovers)
    ]
    return sources, at


@given(case=draw_rolling_sources())
def test_the_result_equals_a_walk_through_every_window(case: tuple[list[Source], datetime]) -> None:
    sources, at = case
    assert carryover_into(at, *sources) == walk_windows(sources, at)
