"""Counting against a model: usage must equal a count by hand.

Events of any age arrive in any order and are redelivered. In between, hours are closed and days rolled up,
windows end, plans change, and operators reset usage.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parity.catalog.rules.aggregation_functions import Aggregation
from parity.core.numbers import Number, add
from parity.core.periods import Reset
from parity.dynamodb.table import Table
from parity.metering.rules.buckets import day_of, hour_of, month_of, next_month
from parity.metering.rules.counters import UsageCounter, next_version, reset_windows
from parity.metering.rules.events import UsageEvent
from parity.metering.rules.usage_key import UsageKey
from parity.metering.store.counters import counter_store
from tests.support.builders.catalog import store_meter
from tests.support.builders.entitlements import make_windowed_source, store_snapshot
from tests.support.builders.events import FEATURE, EventLog, aggregate_by_hand, aggregate_usage, make_event
from tests.support.builders.moments import DAY, HOUR, MINUTE
from tests.support.fakes.event_sources import deliver_records, run_aggregation
from tests.support.fakes.tables import read_table_definition

START = datetime.fromisoformat("2026-02-27T21:58:00Z")
"""Three days before a month's end, two minutes before an hour's."""

ANCHOR = datetime.fromisoformat("2026-01-31T10:07:33.123456Z")
"""In the middle of a quarter hour; 28 February is its day in February."""

PLANS = {
    "none": (),
    "ever": (make_windowed_source(Reset.NEVER),),
    "hours": (make_windowed_source(Reset.EVERY_HOUR),),
    "days and months": (
        make_windowed_source(Reset.EVERY_DAY),
        make_windowed_source(Reset.EVERY_MONTH, ANCHOR, number=2),
    ),
    "28 days": (
        make_windowed_source(Reset.EVERY_28_DAYS, ANCHOR),
        make_windowed_source(Reset.EVERY_MONTH, number=2),
    ),
}
FUNCTIONS = [each.value for each in Aggregation if each is not Aggregation.CHANGE]
AMOUNTS = st.one_of(st.integers(-3, 9), st.sampled_from([0.1, 0.25, 2.5, 1e-9, 999_999_999_999.125]))
AGES = st.one_of(
    st.timedeltas(-5 * MINUTE, 5 * MINUTE),
    st.timedeltas(-5 * MINUTE, 3 * HOUR),
    st.timedeltas(-5 * MINUTE, 34 * DAY),
)
STEPS = st.one_of(
    st.tuples(st.just("accept"), st.lists(st.tuples(AGES, AMOUNTS, st.booleans()), min_size=1, max_size=4)),
    st.tuples(st.just("deliver"), st.tuples(st.integers(0, 6), st.integers(1, 9))),
    st.tuples(st.just("wait"), st.sampled_from([MINUTE, 2 * MINUTE, 13 * MINUTE, HOUR, 7 * HOUR, 2 * DAY])),
    st.tuples(st.just("aggregate"), st.none()),
    st.tuples(st.just("change plan"), st.sampled_from(sorted(PLANS))),
    st.tuples(st.just("reset"), st.none()),
)


@dataclass
class World:
    """The events so far, and the time."""

    function: str
    now: datetime = START
    log: EventLog = field(default_factory=EventLog)
    events: list[UsageEvent] = field(default_factory=list)
    delivered: int = 0
    was_reset: bool = False
    """Then usage counted ahead of time is missing in the window until its hour is closed."""

    def accept(self, drawn: list[tuple[timedelta, Any, bool]]) -> None:
        for age, amount, counts in drawn:
            event = make_event(
                str(len(self.log.records)), self.now - age, amount, kind="a" if counts else "b"
            )
            self.log.accept(event)
            if counts:
                self.events.append(event)

    def deliver(self, part: tuple[int, int]) -> None:
        """Delivers new records, and some before them again."""
        again, new = part
        start = max(0, self.delivered - again)
        self.delivered = max(self.delivered, min(len(self.log.records), start + new))
        assert deliver_records(self.log.records[start : self.delivered], self.now) == []

    def wait(self, duration: timedelta) -> None:
        self.now += duration

    def aggregate(self, _: None) -> None:
        done = run_aggregation(self.now)
        assert (done["failed"], done["complete"]) == (0, True)
        if self.delivered == len(self.log.records) and not self.was_reset:
            assert done["drifted"] == 0

    def change_plan(self, plan: str) -> None:
        sources = (replace(source, valid_from=self.now) for source in PLANS[plan])
        store_snapshot(*sources, at=self.now)

    def reset(self, _: None) -> None:
        if (counter := self.counter) and counter.is_current(self.now):
            self.was_reset = True
            counter_store().save(next_version(reset_windows(counter, self.now), self.now))

    @property
    def counter(self) -> UsageCounter | None:
        return counter_store().get(UsageKey("acme", FEATURE))

    def settle(self) -> None:
        """Delivers all records and closes all hours that are over."""
        self.deliver((0, len(self.log.records)))
        for later in (15 * MINUTE, 2 * HOUR, 2 * DAY):
            self.wait(later)
            self.aggregate(None)

    def amount_to(self, start: datetime, end: datetime | None) -> Number:
        within = (
            each for each in self.events if start <= each.timestamp and (not end or each.timestamp < end)
        )
        return aggregate_by_hand(self.function, within)


FEW = settings(max_examples=2, suppress_health_check=[HealthCheck.function_scoped_fixture])
MANY = settings(FEW, max_examples=40)


@pytest.mark.parametrize("function", FUNCTIONS)
@FEW
@given(plan=st.sampled_from(sorted(PLANS)), steps=st.lists(STEPS, min_size=4, max_size=14))
def test_usage_equals_a_count_by_hand(
    function: str, plan: str, steps: list[tuple[str, Any]], parity_table: Table
) -> None:
    check_story(function, plan, steps, parity_table)


@pytest.mark.slow
@pytest.mark.parametrize("function", FUNCTIONS)
@MANY
@given(plan=st.sampled_from(sorted(PLANS)), steps=st.lists(STEPS, min_size=8, max_size=24))
def test_usage_equals_a_count_by_hand_in_longer_stories(
    function: str, plan: str, steps: list[tuple[str, Any]], parity_table: Table
) -> None:
    check_story(function, plan, steps, parity_table)


def check_story(function: str, plan: str, steps: list[tuple[str, Any]], table: Table) -> None:
    empty_table(table)
    store_meter(function, filters=[[{"property": "kind", "operator": "EQUALS", "value": "a"}]])
    store_snapshot(*PLANS[plan])
    world = World(function)
    for name, what in steps:
        getattr(world, name.replace(" ", "_"))(what)
    world.settle()
    for event in world.events:
        assert_same(world, event.timestamp)
    counter = world.counter
    for window in counter.windows[: len(counter.counting_kinds)] if counter else ():
        if counter and counter.is_current(world.now):
            counted = world.amount_to(window.counting_period.start, window.counting_period.end)
            assert window.used == add(counted, window.opening)


def empty_table(table: Table) -> None:
    table.client.delete_table(TableName=table.name)
    table.client.create_table(**read_table_definition(table.name))


def assert_same(world: World, moment: datetime) -> None:
    hour, day, month = hour_of(moment), day_of(moment), month_of(moment)
    for start, end, whole_days in (
        (hour, hour + HOUR, False),
        (hour + 45 * MINUTE, hour + HOUR, False),
        (day, day + DAY, False),
        (month, next_month(month), world.function != "UNIQUE"),
        (hour, next_month(next_month(month)), False),
    ):
        shown = aggregate_usage(start, end, Aggregation(world.function), whole_days=whole_days)
        assert shown == world.amount_to(start, end)
