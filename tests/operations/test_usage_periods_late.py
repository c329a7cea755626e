"""GET .../usage/{feature}/periods: what late events, late clocks and redelivered records change."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from parity.core.periods import Reset
from parity.metering.rules.counter_changes import CounterChange
from tests.support.answers import expect
from tests.support.builders.catalog import make_entitlement, store_metered_feature
from tests.support.builders.customers import store_customer
from tests.support.builders.entitlements import make_windowed_source, store_snapshot, subscribe_acme
from tests.support.builders.moments import APRIL, DAY, HOUR, MARCH, TICK
from tests.support.builders.reports import MONTHLY, reset_usage
from tests.support.builders.usage_history import (
    close_hours,
    count_event,
    list_window_usage,
    list_windows,
    process_changes,
    report_at,
    set_history_clocks,
    use_feature,
)

pytestmark = pytest.mark.usefixtures("usage_in_april")

NOW = datetime(2026, 4, 2, 12, 7, tzinfo=UTC)


@pytest.mark.parametrize("raw", [None, {"exports": "SUM"}], ids=["reported", "counted"])
def test_a_manual_reset_is_shown_and_earlier_usage_does_not_count(
    raw: dict[str, str] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe_acme(make_entitlement(value=100, **MONTHLY), raw=raw)
    use(60, MARCH, raw)
    set_history_clocks(monkeypatch, MARCH + DAY + 7 * HOUR / 60)
    expect(reset_usage(), 200)
    use(5, MARCH + 2 * DAY, raw)
    use(1, APRIL, raw)
    set_history_clocks(monkeypatch, NOW)
    march = list_windows()[1]
    assert (march["used"], march["remaining"], march["resetAt"][:16]) == (5, 95, "2026-03-02T00:07")
    assert list_windows()[0]["resetAt"] is None


def use(value: int, moment: datetime, raw: dict[str, str] | None) -> None:
    if raw:
        count_event(value, moment, "exports")
    else:
        use_feature(value, moment)


@pytest.mark.parametrize("function", ["SUM", "MAX", "UNIQUE", "AVERAGE"])
def test_late_events_count_in_the_window_in_which_they_happened(function: str) -> None:
    subscribe_acme(make_entitlement("calls", **MONTHLY), raw={"calls": function})
    count_event(1, MARCH)
    count_event(4, APRIL)
    assert list_window_usage("limit=2", "calls")[1] == ("2026-03", 1)
    count_event(2, APRIL - TICK, now=NOW)
    after = {"SUM": 3, "MAX": 2, "UNIQUE": 2, "AVERAGE": 1.5}[function]
    assert list_window_usage("limit=2", "calls")[1] == ("2026-03", after)
    close_hours("calls", NOW)
    assert list_window_usage("limit=2", "calls")[1] == ("2026-03", after)


def test_a_late_event_counts_in_a_window_that_the_counter_never_knew() -> None:
    subscribe_acme(make_entitlement("calls", **MONTHLY), raw={"calls": "SUM"})
    count_event(4, APRIL)
    count_event(2, MARCH, now=NOW)
    assert list_window_usage("limit=3", "calls") == [("2026-04", 4), ("2026-03", 2), ("2026-02", 0)]


def test_the_window_in_which_the_plan_began_was_not_reset_by_hand() -> None:
    store_customer("Acme")
    store_metered_feature("calls", "SUM")
    store_snapshot(replace(make_windowed_source(Reset.EVERY_MONTH), valid_from=MARCH + DAY), feature="calls")
    count_event(1, MARCH + 2 * DAY)
    count_event(4, APRIL)
    count_event(2, APRIL - TICK, now=NOW)
    march = list_windows("limit=2", "calls")[1]
    assert (march["used"], march["resetAt"]) == (3, None)


def end_window_twice() -> tuple[CounterChange, CounterChange]:
    """March ends with 60, and ends again with 75 in a newer version of the counter."""
    subscribe_acme(make_entitlement(**MONTHLY))
    use_feature(60, MARCH)
    change = report_at(1, APRIL)
    assert change.old is not None
    (window,) = change.old.windows
    later = replace(change.old, windows=(replace(window, used=75),), version=change.old.version + 5)
    return change, CounterChange(later, replace(change.new, version=later.version + 1))


@pytest.mark.parametrize("order", [(0,), (0, 0)], ids=["told-once", "told-twice"])
def test_the_record_of_the_new_window_has_the_last_state_of_the_old_one(order: tuple[int, ...]) -> None:
    changes = end_window_twice()
    for number in order:
        process_changes(changes[number])
    assert list_window_usage("limit=2") == [("2026-04", 1), ("2026-03", 60)]


@pytest.mark.parametrize("order", [(0, 1), (1, 0), (0, 1, 0), (1, 0, 1)], ids=str)
def test_the_newer_state_of_a_window_that_ended_twice_counts(order: tuple[int, ...]) -> None:
    """A plan's windows can be removed and added again. The order of the records must not matter."""
    changes = end_window_twice()
    for number in order:
        process_changes(changes[number])
    assert list_window_usage("limit=2") == [("2026-04", 1), ("2026-03", 75)]


def test_reports_from_a_clock_that_is_behind_count_in_the_new_window() -> None:
    """Its reports count in the new window, and the old one keeps its usage."""
    subscribe_acme(make_entitlement(**MONTHLY))
    use_feature(60, MARCH)
    changes = [report_at(1, APRIL), report_at(2, APRIL - TICK), report_at(4, APRIL - DAY)]
    process_changes(*changes)
    assert list_window_usage("limit=2") == [("2026-04", 7), ("2026-03", 60)]
