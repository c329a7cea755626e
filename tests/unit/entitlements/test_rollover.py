"""What is carried from window to window: by cases in words, and against a walk through every window."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from parity.entitlements.rules.allowances import Allowance
from parity.entitlements.rules.counters import Counter

from parity.catalog.rules.feature_types import FeatureType
from parity.core.numbers import Number
from parity.core.periods import Reset, ResetTime
from parity.entitlements.rules.rollover import compute_carryover, compute_carryover_of_kind
from parity.entitlements.rules.sources import FeatureSources, Rollover, Source, SourceKind
from tests.support.builders.entitlements import make_source
from tests.support.builders.moments import DAY, START, TICK

JANUARY, FEBRUARY, MARCH, APRIL, MAY = (datetime(2026, month, 1, tzinfo=UTC) for month in range(1, 6))
ALL, HALF = Rollover(100, None), Rollover(50, None)


def make_rolling_source(limit: int | None = 100, rollover: Rollover | None = ALL, **details: Any) -> Source:  # noqa: ANN401
    """A source with the months of the calendar, valid from 31 January on, with 100 that all roll over."""
    return make_source(limit, **{"reset": Reset.EVERY_MONTH, "rollover": rollover, **details})


def make_allowance(*sources: Source) -> Allowance:
    return Allowance(sources[0].window_kind, sources)


def carryover_into(at: datetime, *sources: Source, counter: Counter | None = None) -> int:
    return compute_carryover(make_allowance(*sources), counter, at)


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
        carryover_into(MARCH, make_rolling_source(rollover=rollover), counter=Counter(FEBRUARY, used))
        == expected
    )


def test_an_amount_carried_in_is_carried_on() -> None:
    assert carryover_into(MARCH, make_rolling_source(), counter=Counter(FEBRUARY, 30, carried=50)) == 120


def test_windows_without_usage_add_up() -> None:
    february = Counter(FEBRUARY, 30)
    assert [carryover_into(at, make_rolling_source(), counter=february) for at in (MARCH, APRIL, MAY)] == [
        70,
        170,
        270,
    ]
    assert [
        carryover_into(at, make_rolling_source(rollover=HALF), counter=february) for at in (MARCH, APRIL, MAY)
    ] == [35, 67, 83]


def test_rolling_over_starts_with_the_window_in_which_the_source_became_valid() -> None:
    assert [carryover_into(at, make_rolling_source()) for at in (START, FEBRUARY, MARCH)] == [0, 100, 200]


def test_rolling_over_starts_anew_with_the_window_in_which_the_terms_changed() -> None:
    changed = make_rolling_source(changed_on=MARCH + DAY)
    assert [carryover_into(at, changed) for at in (MARCH, APRIL)] == [0, 100]


def test_usage_before_the_source_became_valid_does_not_count() -> None:
    old = Counter(JANUARY - DAY, 0, carried=500)
    assert carryover_into(FEBRUARY, make_rolling_source(), counter=old) == 100
    assert carryover_into(FEBRUARY, make_rolling_source(), counter=replace(old, window_start=JANUARY)) == 600


def test_the_amount_stored_in_a_counter_of_the_window_is_final() -> None:
    stored = Counter(MARCH, 5, carried=7)
    assert carryover_into(MARCH + DAY, make_rolling_source(), counter=stored) == 7
    assert carryover_into(MARCH, make_rolling_source(rollover=None), counter=stored) == 7


def test_a_counter_of_a_later_window_carries_nothing_into_an_earlier_one() -> None:
    assert carryover_into(MARCH, make_rolling_source(), counter=Counter(APRIL, 5, carried=7)) == 0


@pytest.mark.parametrize("counter", [None, Counter(FEBRUARY, 1), Counter(MARCH, 1, carried=7)], ids=str)
@pytest.mark.parametrize(
    "beside",
    [
        pytest.param(make_rolling_source(unlimited=True), id="what is unlimited"),
        pytest.param(make_rolling_source(0, None, kind=SourceKind.OVERRIDE), id="what is overridden"),
    ],
)
def test_nothing_is_carried_where_the_limit_is_unlimited_or_overridden(
    beside: Source, counter: Counter | None
) -> None:
    assert carryover_into(MARCH, make_rolling_source(), beside, counter=counter) == 0


def test_soft_limits_do_not_roll_over() -> None:
    assert carryover_into(MARCH, make_rolling_source(hard_limit=False)) == 0
    assert carryover_into(MARCH, make_rolling_source(hard_limit=False), make_rolling_source(10)) == 220


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
    assert carryover_into(MARCH, *sources, counter=Counter(FEBRUARY, 0)) == expected


def test_a_source_that_became_valid_later_adds_nothing_to_windows_before() -> None:
    later = make_rolling_source(10, None, kind=SourceKind.GRANT, valid_from=APRIL + DAY)
    assert [carryover_into(at, make_rolling_source(), later) for at in (APRIL, MAY)] == [300, 410]
    assert carryover_into(MAY, make_rolling_source(), later, counter=Counter(MARCH, 30)) == 70 + 110


def test_only_sources_that_are_valid_at_the_moment_carry() -> None:
    ended = make_rolling_source(1000, HALF, valid_until=FEBRUARY + DAY)
    exports = FeatureSources(FeatureType.METER, (make_rolling_source(100, HALF), ended))
    february = Counter(FEBRUARY, 40)
    assert compute_carryover_of_kind(exports, "EVERY_MONTH", february, MARCH) == 30
    assert compute_carryover_of_kind(exports, "EVERY_YEAR", february, MARCH) == 0
    assert compute_carryover_of_kind(exports, "EVERY_MONTH", None, START - TICK) == 0


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


def walk_windows(sources: list[Source], counter: Counter | None, at: datetime) -> int:
    """Window by window, as the rule is written down."""
    own = [each.rollover for each in sources if each.rollover]
    percentage = max(each.percentage for each in own)
    caps = [each.limit for each in own]
    window = sources[0].window(min(each.valid_from for each in sources if each.rollover))
    known = counter is not None and counter.window_start >= window.start
    if counter and known:
        window = sources[0].window(counter.window_start)
    carried = counter.carried if counter and known else 0
    used = counter.used if counter and known else 0
    while window.end and window.end <= at:
        limit = sum(each.value or 0 for each in sources if each.valid_from < window.end)
        left = max(Fraction(0), limit + carried - Fraction(used))
        carried = floor(left * percentage / 100)
        carried = carried if None in caps else min(carried, sum(cap or 0 for cap in caps))
        window, used = sources[0].window(window.end), 0
    return carried


PERCENTAGES = st.sampled_from((0, 1, 33, 50, 80, 99, 100))
ROLLOVERS = st.builds(Rollover, PERCENTAGES, st.none() | st.integers(0, 500))
USED = st.integers(-200, 400) | st.decimals(-200, 400, places=9)


@st.composite
def draw_sources_and_counter(draw: st.DrawFn) -> tuple[list[Source], Counter | None, datetime]:
    """Sources with the same windows, an earlier counter or none, and a moment up to 400 days later."""
    reset = draw(st.sampled_from([each for each in Reset if each not in {Reset.NEVER, Reset.EVERY_HOUR}]))
    shared = {"reset": reset, "reset_time": draw(st.sampled_from(ResetTime))}
    at = START + draw(st.timedeltas(timedelta(), 400 * DAY))
    starts = st.datetimes(datetime(2025, 12, 1), at.replace(tzinfo=None), timezones=st.just(UTC))  # noqa: DTZ001
    sources = [
        make_rolling_source(draw(st.integers(0, 300)), rollover, valid_from=draw(starts), **shared)
        for rollover in [draw(ROLLOVERS), *draw(st.lists(st.none() | ROLLOVERS, max_size=2))]
    ]
    counted = draw(st.none() | st.just(sources[0].window(draw(starts)).start))
    if counted is None or counted == sources[0].window(at).start:
        return sources, None, at
    return sources, Counter(counted, draw(USED), draw(st.integers(0, 300))), at


@given(case=draw_sources_and_counter())
def test_the_result_equals_a_walk_through_every_window(
    case: tuple[list[Source], Counter | None, datetime],
) -> None:
    sources, counter, at = case
    assert carryover_into(at, *sources, counter=counter) == walk_windows(sources, counter, at)


@given(case=draw_sources_and_counter())
def test_a_counter_that_is_opened_in_between_changes_nothing(
    case: tuple[list[Source], Counter | None, datetime],
) -> None:
    """The first report writes the amount that checks computed before it."""
    sources, counter, at = case
    between = at - 30 * DAY
    start = sources[0].window(between).start
    assume(all(each.valid_from <= between for each in sources))
    assume(counter is None or counter.window_start < start)
    opened = Counter(start, 0, carryover_into(between, *sources, counter=counter))
    assert carryover_into(at, *sources, counter=opened) == carryover_into(at, *sources, counter=counter)
