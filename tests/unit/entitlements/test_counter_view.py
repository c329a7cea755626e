"""What checks read of counters and reservations, from the items that reports write."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from parity.core.numbers import Number
from parity.core.periods import EVER, window_at
from parity.core.times import to_micros
from parity.dynamodb.items import Item, from_wire, to_wire
from parity.entitlements.rules.settlement import LevelUsage, MeterUsage
from parity.entitlements.store.checks import CheckData, CheckStore
from parity.entitlements.store.counter_view import CounterView, view_of
from tests.support.builders.counters import Used, make_counter_item, make_reservation_item
from tests.support.builders.moments import TICK

AT = datetime(2026, 3, 15, 12, tzinfo=UTC)
MARCH = datetime(2026, 3, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
KINDS = ("NEVER", "EVERY_MONTH", "EVERY_HOUR", "EVERY_MONTH@20260131T100733123456")
NUMBERS = st.integers(-(10**30), 10**30) | st.decimals(-(10**15), 10**15, places=9).map(
    lambda number: int(number) if number == int(number) else number
)


def read_counter(used: Used, **more: Any) -> CounterView:  # noqa: ANN401
    """From the item after a round trip through DynamoDB's types."""
    return view_of(from_wire(to_wire(make_counter_item("acme", "exports", used, AT, **more))))


@given(used=st.dictionaries(st.sampled_from(KINDS), NUMBERS, min_size=1))
def test_every_window_is_a_level(used: dict[str, Number]) -> None:
    usage = read_counter(used).usage
    assert usage == MeterUsage(
        AT, next(iter(used)), {kind: LevelUsage(window_at(kind, AT).start, n) for kind, n in used.items()}
    )
    types = {kind: type(level.used) for kind, level in usage.levels.items()}
    assert types == {kind: type(number) for kind, number in used.items()}


def test_a_level_has_the_time_of_its_reset_and_the_amount_carried() -> None:
    found = read_counter({"EVERY_MONTH": 5}, since=to_micros(AT), carried=30)
    assert found.usage.levels == {"EVERY_MONTH": LevelUsage(MARCH, 5, carried=30, since=AT)}


def test_so_do_further_levels() -> None:
    month = [to_micros(MARCH), to_micros(datetime(2026, 4, 1, tzinfo=UTC))]
    further = f'[["EVERY_MONTH",{month[0]},{month[1]},"0.1",30,{to_micros(AT)},null,0]]'
    found = read_counter({"EVERY_DAY": 5}, further=further).usage.levels
    assert found["EVERY_MONTH"] == LevelUsage(MARCH, Decimal("0.1"), carried=30, since=AT)
    assert found["EVERY_DAY"] == LevelUsage(datetime(2026, 3, 15, tzinfo=UTC), 5)


def test_what_moved_up_is_not_held_by_the_first_level() -> None:
    """A report writes all usage of the first window: 130, of which 30 moved up."""
    first = read_counter({"EVERY_MONTH": 130}, moved=30).usage.levels["EVERY_MONTH"]
    assert (first.used, first.moved, first.passed) == (100, 30, 130)


def test_a_counter_is_current_until_it_turns() -> None:
    counter = read_counter({"EVERY_MONTH": 5})
    april = datetime(2026, 4, 1, tzinfo=UTC)
    assert (counter.is_current(april - TICK), counter.is_current(april)) == (True, False)
    assert read_counter({"NEVER": 5}).is_current(april)


class StoredItems:
    """A table with nothing but these items in the partition."""

    def __init__(self, *items: Item) -> None:
        self.items = [from_wire(to_wire(item)) for item in items]

    def query_all(self, *_: Any, **__: Any) -> list[Item]:  # noqa: ANN401
        return self.items


def read_check_data(*items: Item) -> CheckData:
    table: Any = StoredItems(*items)
    return CheckStore(table).read_for_check("acme")


def test_a_check_reads_the_counters_of_all_features() -> None:
    found = read_check_data(
        make_counter_item("acme", "exports", {"EVERY_MONTH": 5, "NEVER": 7}, AT),
        make_counter_item("acme", "emails", {"EVERY_MONTH": Decimal("2.5")}, AT),
    )
    exports, emails = found.usage("exports"), found.usage("emails")
    assert exports
    assert emails
    assert exports.levels == {"EVERY_MONTH": LevelUsage(MARCH, 5), "NEVER": LevelUsage(EVER.start, 7)}
    assert emails.levels == {"EVERY_MONTH": LevelUsage(MARCH, Decimal("2.5"))}
    assert found.usage("calls") is None


def test_reservations_are_held_until_they_expire() -> None:
    found = read_check_data(
        make_reservation_item("acme", "exports", 5, AT),
        make_reservation_item("acme", "exports", 7, AT + HOUR, "res-2"),
        make_reservation_item("acme", "emails", 11, AT + HOUR),
    )
    assert [found.amount_held("exports", at) for at in (AT - TICK, AT, AT + HOUR)] == [12, 7, 0]
    assert (found.amount_held("emails", AT), found.amount_held("calls", AT)) == (11, 0)
    assert found.counters == {}
