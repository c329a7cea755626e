"""Late events of the window that has just ended are deducted from what was carried out of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import count

import pytest

from parity.core.periods import Reset
from parity.entitlements.rules.sources import Rollover, Source
from parity.entitlements.service.check import check
from parity.entitlements.store.checks import check_store
from tests.support.builders.catalog import store_meter
from tests.support.builders.entitlements import make_windowed_source, store_snapshot
from tests.support.builders.events import FEATURE, EventLog, load_counter, make_event
from tests.support.builders.moments import DAY, HOUR, MINUTE
from tests.support.fakes.event_sources import close_due_hours, deliver_records, run_aggregation

FEBRUARY, MARCH = datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)
EVENTS = count()


def make_month(value: int = 100) -> Source:
    """So much a month from February on, all of which rolls over."""
    month = make_windowed_source(Reset.EVERY_MONTH)
    return replace(month, value=value, valid_from=FEBRUARY, rollover=Rollover(100, None))


def count_usage(log: EventLog, amount: int, at: datetime, now: datetime) -> None:
    """Delivers an event of the moment, twice."""
    records = log.accept(make_event(f"event-{next(EVENTS)}", at, amount))
    assert deliver_records(records, now) == []
    assert deliver_records(records, now) == []


def look(at: datetime) -> tuple[object, ...]:
    """The limit, the usage and what rolled over, as a check answers."""
    (found,) = check(check_store().read_for_check("acme", consistent=True), at, [FEATURE])
    return found.value, found.used, found.carried


@pytest.fixture(autouse=True)
def _meter(parity_table: object) -> None:
    store_meter("SUM")


LATE = MARCH - MINUTE
"""In February, and counted in March."""


@pytest.mark.parametrize("earlier", [None, 0, 30], ids=["unused", "used nothing", "used"])
def test_a_late_event_is_deducted_whatever_was_counted_before(log: EventLog, earlier: int | None) -> None:
    store_snapshot(make_month())
    if earlier is not None:
        count_usage(log, earlier, MARCH - DAY, MARCH - DAY)
    count_usage(log, 1, LATE, MARCH + MINUTE)
    left = 99 - (earlier or 0)
    assert look(MARCH + HOUR) == (100 + left, 0, left)


@pytest.mark.parametrize("turned", [False, True], ids=["before the first event of March", "after it"])
def test_late_events_are_deducted_before_and_after_the_next_window_is_used(
    log: EventLog, *, turned: bool
) -> None:
    store_snapshot(make_month())
    count_usage(log, 30, MARCH - DAY, MARCH - DAY)
    if turned:
        count_usage(log, 5, MARCH + MINUTE, MARCH + MINUTE)
    count_usage(log, 10, LATE, MARCH + 2 * MINUTE)
    count_usage(log, -4, LATE, MARCH + 3 * MINUTE)
    assert look(MARCH + HOUR) == (164, 5 if turned else 0, 64)
    run_aggregation(MARCH + 2 * HOUR)
    run_aggregation(MARCH + 2 * DAY)
    assert look(MARCH + 3 * DAY) == (164, 5 if turned else 0, 64)


def test_a_late_event_that_is_lost_is_deducted_when_its_hour_is_closed(log: EventLog) -> None:
    store_snapshot(make_month())
    count_usage(log, 30, LATE, MARCH - MINUTE)
    count_usage(log, 5, MARCH + MINUTE, MARCH + MINUTE)
    log.accept(make_event("lost", LATE, 7))
    assert look(MARCH + HOUR) == (170, 5, 70)
    assert close_due_hours(MARCH + 2 * HOUR)[2] == 0
    assert look(MARCH + 2 * HOUR) == (163, 5, 63)


def test_a_late_event_is_charged_to_the_next_level_beyond_the_limit_of_its_window(log: EventLog) -> None:
    """Of 100 a month 98 were used in February: of 5 that come late, 3 are of the 50 once."""
    month = replace(make_month(), rollover=None)
    once = replace(make_windowed_source(Reset.NEVER, number=2), value=50, valid_from=FEBRUARY)
    store_snapshot(month, once)
    count_usage(log, 98, MARCH - DAY, MARCH - DAY)
    count_usage(log, 20, MARCH + MINUTE, MARCH + MINUTE)
    assert look(MARCH + HOUR) == (150, 20, 0)
    count_usage(log, 5, LATE, MARCH + 2 * MINUTE)
    assert look(MARCH + HOUR) == (150, 23, 0)


def test_an_event_of_an_older_window_is_in_its_hour_only(log: EventLog) -> None:
    store_snapshot(replace(make_month(), valid_from=FEBRUARY - 40 * DAY))
    count_usage(log, 30, MARCH - DAY, MARCH - DAY)
    before = look(MARCH + HOUR)
    count_usage(log, 5, FEBRUARY - MINUTE, MARCH + MINUTE)
    assert look(MARCH + HOUR) == before


def test_a_counter_on_which_nothing_depends_keeps_no_previous_window(log: EventLog) -> None:
    store_snapshot(replace(make_month(), rollover=None))
    count_usage(log, 30, MARCH - DAY, MARCH - DAY)
    count_usage(log, 5, MARCH + MINUTE, MARCH + MINUTE)
    assert load_counter().previous is None
