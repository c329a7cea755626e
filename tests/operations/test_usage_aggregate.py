"""The scheduled function that closes hours and rolls days up."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from parity.catalog.rules.aggregation_functions import Aggregation
from parity.core.periods import Reset
from parity.dynamodb.table import Table
from parity.metering.rules import unique_values as different_values
from parity.metering.service.rollups import roll_up_day
from parity.metering.store.buckets import bucket_store
from parity.metering.store.counters import counter_store
from parity.metering.store.events import event_store
from tests.support.builders.catalog import store_meter
from tests.support.builders.entitlements import make_windowed_source, store_snapshot
from tests.support.builders.events import (
    DAY_DUE,
    HOUR_DUE,
    USAGE_KEY,
    EventLog,
    aggregate_usage,
    list_open_days,
    load_counter,
    make_event,
    read_day,
    tamper_with_hour,
    used_by_kind,
)
from tests.support.builders.moments import DAY, HOUR, MINUTE, NOON
from tests.support.fakes.clients import inject_fault, no_fault, record_requests
from tests.support.fakes.event_sources import (
    close_due_hours,
    deliver_records,
    run_aggregation,
)
from tests.support.fakes.functions import Context, load_handler
from tests.support.fakes.gateway import load_sample_event

SUM = Aggregation.SUM


def load_hour(at: datetime = NOON) -> Any:  # noqa: ANN401
    return bucket_store().hours(USAGE_KEY, [at])[at]


def test_an_hour_is_closed_some_minutes_after_its_end(log: EventLog) -> None:
    store_meter()
    deliver_records(log.accept(make_event("a", NOON)))
    assert close_due_hours(NOON + HOUR + MINUTE) == (0, 0, 0)
    assert close_due_hours(HOUR_DUE) == (1, 0, 0)
    assert (load_hour().due, load_hour().recounted) == (None, True)
    assert close_due_hours(HOUR_DUE) == (0, 0, 0)


def test_uncounted_events_are_found_counted_and_reported(
    log: EventLog, capsys: pytest.CaptureFixture[str]
) -> None:
    store_meter("SUM")
    store_snapshot(make_windowed_source(Reset.EVERY_DAY))
    deliver_records(log.accept(make_event("a", NOON, 1)))
    log.accept(make_event("b", NOON + MINUTE, 2), make_event("c", NOON + 50 * MINUTE, 4))
    assert close_due_hours(HOUR_DUE) == (1, 2, 0)
    assert used_by_kind() == {"EVERY_DAY": 7}
    _, metrics = map(json.loads, capsys.readouterr().out.splitlines())
    assert (metrics["HoursClosed"], metrics["UsageDrift"], metrics["AggregationFailed"]) == (1, 2, 0)


def test_a_bucket_that_was_tampered_with_is_repaired(log: EventLog) -> None:
    store_meter()
    deliver_records(log.accept(make_event("a", NOON)))
    tamper_with_hour(NOON, slots={NOON: 5, NOON + 15 * MINUTE: 1})
    assert close_due_hours(HOUR_DUE) == (1, 2, 0)
    assert aggregate_usage(NOON, NOON + HOUR) == 1


def test_a_counter_that_was_tampered_with_is_repaired_with_its_day(log: EventLog) -> None:
    store_meter()
    store_snapshot(make_windowed_source(Reset.EVERY_MONTH))
    deliver_records(log.accept(make_event("a", NOON)))
    counter = load_counter()
    wrong = replace(counter.windows[0], used=7, tally=7)
    counter_store().save(replace(counter, windows=(wrong,), version=counter.version + 1))
    assert close_due_hours(HOUR_DUE) == (1, 0, 0)
    assert used_by_kind() == {"EVERY_MONTH": 7}
    assert close_due_hours(DAY_DUE) == (0, 1, 0)
    assert used_by_kind() == {"EVERY_MONTH": 1}


def test_records_delivered_after_the_closing_change_nothing(log: EventLog, parity_table: Table) -> None:
    store_meter("SUM")
    records = log.accept(*(make_event(str(n), NOON, n) for n in range(5)))
    deliver_records(records[:2])
    run_aggregation(HOUR_DUE)
    before = load_hour(), used_by_kind()
    with inject_fault(parity_table.client, no_fault) as sent:
        deliver_records(records, HOUR_DUE)
    assert "TransactWriteItems" not in sent
    assert (load_hour(), used_by_kind()) == before
    assert used_by_kind() == {"NEVER": 10}


def test_a_late_event_reopens_its_hour_and_changes_the_current_window(log: EventLog) -> None:
    store_meter()
    store_snapshot(make_windowed_source(Reset.EVERY_DAY), make_windowed_source(Reset.EVERY_MONTH, number=2))
    deliver_records(log.accept(make_event("a", NOON)))
    run_aggregation(DAY_DUE)
    assert list_open_days() == []
    deliver_records(log.accept(make_event("b", NOON)), DAY_DUE)
    assert used_by_kind() == {"EVERY_DAY": 0, "EVERY_MONTH": 0}
    assert list_open_days() == [NOON.replace(hour=0)]
    assert aggregate_usage(NOON, NOON + HOUR) == 2
    assert close_due_hours(DAY_DUE + HOUR) == (1, 0, 0)
    assert list_open_days() == []
    assert read_day() == {NOON: 2}


def test_a_new_window_contains_events_that_arrived_before_it_began(log: EventLog) -> None:
    """No other event opens the new window. The scheduled function does when the window begins."""
    store_meter()
    turn = NOON + 30 * MINUTE
    store_snapshot(make_windowed_source(Reset.EVERY_DAY, turn - 5 * DAY))
    deliver_records(
        log.accept(make_event("a", turn + 3 * MINUTE), make_event("b", turn - MINUTE)), turn - MINUTE
    )
    assert list(used_by_kind().values()) == [1]
    assert run_aggregation(turn + MINUTE)["drifted"] == 0
    (window,) = load_counter().windows
    assert (window.period.start, window.used) == (turn, 1)
    assert not load_hour().recounted
    assert close_due_hours(HOUR_DUE) == (1, 0, 0)


def test_hours_whose_events_have_expired_are_not_recounted(log: EventLog) -> None:
    """Their events may have expired: the counted usage stays, and late events are added."""
    store_meter()
    deliver_records(log.accept(make_event("a", NOON)))
    gone = NOON + event_store().retention
    delete_events(NOON)
    assert close_due_hours(gone) == (1, 0, 0)
    assert aggregate_usage(NOON, NOON + HOUR) == 1
    deliver_records(log.accept(make_event("b", NOON)), gone)
    assert aggregate_usage(NOON, NOON + HOUR) == 2


def test_a_longer_retention_does_not_restore_expired_events(
    log: EventLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Events expire by the retention at the time when they were stored."""
    store_meter()
    deliver_records(log.accept(make_event("a", NOON)))
    run_aggregation(HOUR_DUE)
    gone = NOON + event_store().retention
    monkeypatch.setattr(event_store(), "retention", timedelta(days=400))
    delete_events(NOON)
    deliver_records(log.accept(make_event("b", NOON)), gone)
    assert aggregate_usage(NOON, NOON + HOUR) == 2


def delete_events(at: datetime) -> None:
    for event in event_store().of_hour("acme", at):
        item = event_store()._to_item(event)
        event_store().table.delete({"PK": item["PK"], "SK": item["SK"]})


def test_a_day_is_rolled_up_when_it_is_over_and_its_hours_are_closed(log: EventLog) -> None:
    store_meter("SUM")
    records = log.accept(*(make_event(str(n), NOON + n * 20 * MINUTE, 2**n) for n in range(5)))
    deliver_records(records, NOON + 80 * MINUTE)
    assert close_due_hours(HOUR_DUE + HOUR) == (2, 0, 0)
    assert list_open_days() == [NOON.replace(hour=0)]
    midnight = NOON.replace(hour=0) + DAY
    late = log.accept(make_event("late", midnight - MINUTE, 100))
    assert deliver_records(late, midnight + MINUTE) == []
    assert run_aggregation(midnight + 2 * MINUTE)["closed"] == 0
    assert list_open_days() == [NOON.replace(hour=0)]
    run_aggregation(midnight + 30 * MINUTE)
    assert list_open_days() == []
    assert aggregate_usage(NOON.replace(hour=0), midnight, SUM, whole_days=True) == 131
    month = NOON.replace(day=1, hour=0)
    assert aggregate_usage(month, month + 31 * DAY, SUM, whole_days=True) == 131


def test_a_day_waits_for_its_open_hours(log: EventLog) -> None:
    store_meter()
    deliver_records(log.accept(make_event("a", NOON)))
    assert not roll_up_day(bucket_store(), USAGE_KEY, NOON.replace(hour=0))
    assert (list_open_days(), read_day()) == ([NOON.replace(hour=0)], {})


@pytest.mark.parametrize("function", ["SUM", "UNIQUE"])
def test_hours_days_and_months_have_the_same_totals(function: str, log: EventLog) -> None:
    store_meter(function)
    fair = random.Random(function)
    moments = [NOON - fair.uniform(0, 40) * DAY for _ in range(7)]
    deliver_records(log.accept(*(make_event(str(n), moment, n % 7) for n, moment in enumerate(moments))))
    spans = [sorted((fair.choice(moments).replace(minute=0), NOON)) for _ in range(2)]
    spans += [[NOON.replace(month=2, day=1, hour=0), NOON.replace(month=3, day=1, hour=0)]]

    def shown() -> list[object]:
        return [
            aggregate_usage(span[0], span[1], Aggregation(function), whole_days=whole)
            for span in spans
            for whole in {False, function != "UNIQUE" and span[0].hour == 0}
        ]

    before = shown()
    assert any(before)
    run_aggregation(NOON + HOUR)
    assert shown() == before
    run_aggregation(NOON + 2 * DAY)
    assert list_open_days() == []
    assert shown() == before
    deliver_records(log.accept(make_event("late", NOON - 30 * DAY, 1)), NOON + 2 * DAY)
    assert len(list_open_days()) == 1
    reopened = shown()
    run_aggregation(NOON + 3 * DAY)
    assert shown() == reopened


def test_a_full_hour_is_closed_and_counted_as_failed(log: EventLog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(different_values, "MAX_VALUES", 4)
    store_meter("UNIQUE")
    deliver_records(log.accept(*(make_event(str(n), NOON, n) for n in range(3))))
    log.accept(*(make_event(str(n), NOON, n) for n in range(3, 9)))
    assert close_due_hours(HOUR_DUE) == (0, 0, 1)
    assert (load_hour().due, used_by_kind()) == (None, {"NEVER": 4})
    assert close_due_hours(HOUR_DUE + MINUTE) == (0, 0, 0)


def test_the_function_handles_its_sample_event(log: EventLog) -> None:
    done = load_handler("usage/aggregate").handler(load_sample_event("usage_aggregate"), Context())
    assert done == {"shards": 0}


def test_an_hour_is_closed_in_four_requests(log: EventLog, parity_table: Table) -> None:
    store_meter()
    store_snapshot(make_windowed_source(Reset.EVERY_DAY), make_windowed_source(Reset.EVERY_MONTH, number=2))
    customers = [f"customer-{number}" for number in range(5)]
    deliver_records(log.accept(*(make_event(name, NOON, customer_id=name) for name in customers)))
    with record_requests(parity_table.client) as requests:
        assert close_due_hours(HOUR_DUE) == (5, 0, 0)
    per_hour = [
        operation
        for operation, parameters in requests
        if "IndexName" not in parameters and "FEATURES" not in json.dumps(parameters, default=str)
    ]
    assert sorted(per_hour) == sorted(["BatchGetItem", "GetItem", "Query", "PutItem"] * 5)
