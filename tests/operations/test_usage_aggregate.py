"""The scheduled function: closes hours, mends what is wrong, rolls days up. And usage that is reported."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from parity.catalog.rules.aggregation_functions import Aggregation
from parity.core.periods import Period, Reset
from parity.dynamodb import keys
from parity.dynamodb.table import Table
from parity.metering.rules import unique_values as different_values
from parity.metering.rules.counters import UsageCounter
from parity.metering.rules.usage_key import UsageKey
from parity.metering.service import due_hours as aggregating
from parity.metering.service.rollups import roll_up_day
from parity.metering.service.windows import update_windows
from parity.metering.store.buckets import bucket_store
from parity.metering.store.counters import counter_store
from parity.metering.store.events import event_store
from tests.support.builders.catalog import store_meter
from tests.support.builders.entitlements import make_windowed_source, store_snapshot
from tests.support.builders.events import (
    FEATURE,
    EventLog,
    aggregate_usage,
    make_event,
    tamper_with_hour,
    used_by_kind,
)
from tests.support.builders.moments import DAY, HOUR, MINUTE, NOON
from tests.support.fakes.clients import ProcessEnded, end_process_after, inject_fault, no_fault, remove_pauses
from tests.support.fakes.event_sources import deliver_records, make_counter_record, run_aggregation
from tests.support.fakes.functions import Context, load_handler
from tests.support.fakes.gateway import load_sample_event

KEY = UsageKey("acme", FEATURE)
SUM = Aggregation.SUM
CLOSING = NOON + HOUR + 3 * MINUTE
"""When the hour of NOON is due."""

NEXT_DAY = NOON + DAY
"""When the day is due."""


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> EventLog:
    """Moto's transactions are not concurrent: shards are worked off in turn."""
    monkeypatch.setattr(aggregating, "WORKERS", 1)
    return EventLog()


def stored_counter() -> UsageCounter:
    counter = counter_store().get(KEY)
    assert counter
    return counter


def counts(done: dict[str, Any]) -> tuple[int, int, int]:
    assert done["complete"]
    return done["closed"], done["drifted"], done["failed"]


def hour(at: datetime = NOON) -> Any:  # noqa: ANN401
    return bucket_store().hours(KEY, [at])[at]


def open_days() -> list[datetime]:
    return sorted(bucket_store().open_days(KEY, Period(NOON - 40 * DAY, NOON + 40 * DAY)))


def day_total() -> dict[datetime, Any]:
    """By the day alone."""
    start = NOON.replace(hour=0)
    rollups = bucket_store().days_within(KEY, Period(start, start + DAY))
    return {slot: tally for each in rollups.values() for slot, tally in each.slots.items()}


def test_an_hour_is_closed_once_it_is_over_and_has_settled(log: EventLog) -> None:
    store_meter()
    deliver_records(log.accept(make_event("a", NOON)))
    assert counts(run_aggregation(NOON + HOUR + MINUTE)) == (0, 0, 0)
    assert counts(run_aggregation(CLOSING)) == (1, 0, 0)
    assert (hour().due, hour().recounted) == (None, True)
    assert counts(run_aggregation(CLOSING)) == (0, 0, 0)


def test_what_was_not_counted_is_found_repaired_and_reported(
    log: EventLog, capsys: pytest.CaptureFixture[str]
) -> None:
    store_meter("SUM")
    store_snapshot(make_windowed_source(Reset.EVERY_DAY))
    deliver_records(log.accept(make_event("a", NOON, 1)))
    log.accept(make_event("b", NOON + MINUTE, 2), make_event("c", NOON + 50 * MINUTE, 4))
    assert counts(run_aggregation(CLOSING)) == (1, 2, 0)
    assert used_by_kind() == {"EVERY_DAY": 7}
    metrics = json.loads(capsys.readouterr().out)
    assert (metrics["HoursClosed"], metrics["UsageDrift"], metrics["AggregationSucceeded"]) == (1, 2, 1)


def test_a_bucket_that_was_tampered_with_is_repaired(log: EventLog) -> None:
    store_meter()
    deliver_records(log.accept(make_event("a", NOON)))
    tamper_with_hour(NOON, slots={NOON: 5, NOON + 15 * MINUTE: 1})
    assert counts(run_aggregation(CLOSING)) == (1, 2, 0)
    assert aggregate_usage(NOON, NOON + HOUR) == 1


def test_a_counter_that_was_tampered_with_is_repaired(log: EventLog) -> None:
    store_meter()
    store_snapshot(make_windowed_source(Reset.EVERY_DAY), make_windowed_source(Reset.EVERY_MONTH, number=2))
    deliver_records(log.accept(make_event("a", NOON)))
    counter = stored_counter()
    wrong = replace(counter.windows[1], used=7, tally=7)
    counter_store().save(replace(counter, windows=(counter.windows[0], wrong), version=counter.version + 1))
    assert counts(run_aggregation(CLOSING)) == (1, 1, 0)
    assert used_by_kind() == {"EVERY_DAY": 1, "EVERY_MONTH": 1}


def test_records_that_come_after_the_closing_change_nothing(log: EventLog, parity_table: Table) -> None:
    store_meter("SUM")
    records = log.accept(*(make_event(str(n), NOON, n) for n in range(5)))
    deliver_records(records[:2])
    run_aggregation(CLOSING)
    before = hour(), used_by_kind()
    with inject_fault(parity_table.client, no_fault) as sent:
        deliver_records(records, CLOSING)
    assert "TransactWriteItems" not in sent
    assert (hour(), used_by_kind()) == before
    assert used_by_kind() == {"NEVER": 10}


def test_a_late_event_opens_its_hour_and_moves_the_present_window(log: EventLog) -> None:
    store_meter()
    store_snapshot(make_windowed_source(Reset.EVERY_DAY), make_windowed_source(Reset.EVERY_MONTH, number=2))
    deliver_records(log.accept(make_event("a", NOON)))
    run_aggregation(NEXT_DAY)
    assert open_days() == []
    deliver_records(log.accept(make_event("b", NOON)), NEXT_DAY)
    assert used_by_kind() == {"EVERY_DAY": 0, "EVERY_MONTH": 2}
    assert open_days() == [NOON.replace(hour=0)]
    assert aggregate_usage(NOON, NOON + HOUR) == 2
    assert counts(run_aggregation(NEXT_DAY + HOUR)) == (1, 0, 0)
    assert open_days() == []
    assert day_total() == {NOON: 2}


def test_a_window_gets_in_time_what_came_before_it_began(log: EventLog) -> None:
    """Nothing else comes that would turn it; the schedule looks when the window begins."""
    store_meter()
    turn = NOON + 30 * MINUTE
    store_snapshot(make_windowed_source(Reset.EVERY_DAY, turn - 5 * DAY))
    deliver_records(
        log.accept(make_event("a", turn + 3 * MINUTE), make_event("b", turn - MINUTE)), turn - MINUTE
    )
    assert list(used_by_kind().values()) == [1]
    assert run_aggregation(turn + MINUTE)["drifted"] == 0
    (window,) = stored_counter().windows
    assert (window.period.start, window.used) == (turn, 1)
    assert not hour().recounted
    assert counts(run_aggregation(CLOSING)) == (1, 0, 0)


def test_hours_whose_events_are_no_longer_kept_are_not_counted_again(log: EventLog) -> None:
    """Their events may be gone: what is known of them stays, and what comes late is added."""
    store_meter()
    deliver_records(log.accept(make_event("a", NOON)))
    gone = NOON + event_store().retention
    delete_events(NOON)
    assert counts(run_aggregation(gone)) == (1, 0, 0)
    assert aggregate_usage(NOON, NOON + HOUR) == 1
    deliver_records(log.accept(make_event("b", NOON)), gone)
    assert aggregate_usage(NOON, NOON + HOUR) == 2


def test_a_longer_retention_does_not_bring_events_back(
    log: EventLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those that were stored before go when they were to go then."""
    store_meter()
    deliver_records(log.accept(make_event("a", NOON)))
    run_aggregation(CLOSING)
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
    assert counts(run_aggregation(CLOSING + HOUR)) == (2, 0, 0)
    assert open_days() == [NOON.replace(hour=0)]
    midnight = NOON.replace(hour=0) + DAY
    late = log.accept(make_event("late", midnight - MINUTE, 100))
    assert deliver_records(late, midnight + MINUTE) == []
    assert run_aggregation(midnight + 2 * MINUTE)["closed"] == 0
    assert open_days() == [NOON.replace(hour=0)]
    run_aggregation(midnight + 30 * MINUTE)
    assert open_days() == []
    assert aggregate_usage(NOON.replace(hour=0), midnight, SUM, whole_days=True) == 131
    month = NOON.replace(day=1, hour=0)
    assert aggregate_usage(month, month + 31 * DAY, SUM, whole_days=True) == 131


def test_a_day_waits_for_the_hours_that_are_open(log: EventLog) -> None:
    store_meter()
    deliver_records(log.accept(make_event("a", NOON)))
    assert not roll_up_day(bucket_store(), KEY, NOON.replace(hour=0))
    assert (open_days(), day_total()) == ([NOON.replace(hour=0)], {})


@pytest.mark.parametrize("function", ["SUM", "UNIQUE"])
def test_hours_days_and_months_say_the_same_however_they_are_mixed(function: str, log: EventLog) -> None:
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
    assert open_days() == []
    assert shown() == before
    deliver_records(log.accept(make_event("late", NOON - 30 * DAY, 1)), NOON + 2 * DAY)
    assert len(open_days()) == 1
    reopened = shown()
    run_aggregation(NOON + 3 * DAY)
    assert shown() == reopened


@pytest.mark.parametrize("at", [CLOSING, NEXT_DAY], ids=["hour", "day"])
def test_a_process_may_end_after_any_request(
    at: datetime, log: EventLog, parity_table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next run goes on from there; nothing stays open for ever."""
    remove_pauses(monkeypatch)
    store_meter("SUM")
    store_snapshot(make_windowed_source(Reset.EVERY_MONTH))
    deliver_records(log.accept(make_event("a", NOON, 1), make_event("b", NOON - HOUR, 2)))
    log.accept(make_event("c", NOON, 4))
    ended = 0
    for last in itertools.count(1):
        with inject_fault(parity_table.client, end_process_after(last)) as sent:
            try:
                run_aggregation(at)
            except ProcessEnded:
                ended += 1
        if len(sent) < last:
            break
    assert ended > 16
    run_aggregation(NEXT_DAY)
    assert open_days() == []
    assert used_by_kind() == {"EVERY_MONTH": 7}
    start = NOON.replace(hour=0)
    assert aggregate_usage(start, start + DAY, SUM) == 7
    assert day_total() == {NOON - HOUR: 2, NOON: 5}
    assert counts(run_aggregation(NEXT_DAY + DAY)) == (0, 0, 0)


@contextmanager
def before_commit(act: Callable[[], object]) -> Iterator[list[str]]:
    """Something happens once, when the next transaction has read all that it needs."""
    acts = iter([act])

    def fault(_: int, __: object) -> None:
        if injector[-1] == "TransactWriteItems" and (now := next(acts, None)):
            now()

    with inject_fault(bucket_store().table.client, fault) as injector:
        yield injector
    assert next(acts, None) is None


def test_an_event_that_is_counted_while_its_hour_is_closed_is_in_it_once(log: EventLog) -> None:
    store_meter("SUM")
    deliver_records(log.accept(make_event("a", NOON, 1)))
    records = log.accept(make_event("b", NOON, 2))
    with before_commit(lambda: deliver_records(records, CLOSING)):
        assert counts(run_aggregation(CLOSING)) == (1, 0, 0)
    assert used_by_kind() == {"NEVER": 3}
    assert aggregate_usage(NOON, NOON + HOUR, SUM) == 3


def test_an_hour_that_is_closed_while_an_event_is_counted_has_it_once(log: EventLog) -> None:
    store_meter("SUM")
    deliver_records(log.accept(make_event("a", NOON, 1)))
    records = log.accept(make_event("b", NOON, 2))
    with before_commit(lambda: run_aggregation(CLOSING)):
        deliver_records(records, CLOSING)
    assert used_by_kind() == {"NEVER": 3}
    assert aggregate_usage(NOON, NOON + HOUR, SUM) == 3


def test_two_runs_at_once_close_an_hour_once(log: EventLog) -> None:
    store_meter()
    deliver_records(log.accept(make_event("a", NOON)))
    log.accept(make_event("b", NOON))
    with before_commit(lambda: run_aggregation(CLOSING)):
        run_aggregation(CLOSING)
    assert used_by_kind() == {"NEVER": 2}


@pytest.mark.parametrize("late", [NOON, NOON - 5 * HOUR], ids=["a known hour", "a new hour"])
def test_an_event_that_comes_while_its_day_is_rolled_up_keeps_the_day_open(
    late: datetime, log: EventLog
) -> None:
    store_meter()
    deliver_records(log.accept(make_event("a", NOON)))
    run_aggregation(CLOSING)
    records = log.accept(make_event("b", late))
    with before_commit(lambda: deliver_records(records, NEXT_DAY)):
        assert not roll_up_day(bucket_store(), KEY, NOON.replace(hour=0))
    assert open_days() == [NOON.replace(hour=0)]
    start = NOON.replace(hour=0)
    assert aggregate_usage(start, start + DAY) == 2
    run_aggregation(NEXT_DAY + DAY)
    assert sum(day_total().values()) == 2


def test_a_plan_that_changes_splits_hours_that_are_closed_already(log: EventLog) -> None:
    """The new window starts within a slot: its hour is counted again, and that is no drift."""
    store_meter()
    deliver_records(
        log.accept(make_event("a", NOON + 5 * MINUTE), make_event("b", NOON + 9 * MINUTE)), CLOSING
    )
    run_aggregation(CLOSING)
    old = stored_counter()
    snapshot = store_snapshot(
        make_windowed_source(Reset.EVERY_MONTH, NOON + timedelta(minutes=7, seconds=33))
    )
    update_windows(counter_store(), bucket_store(), old, snapshot, CLOSING)
    assert deliver_records([make_counter_record(stored_counter(), old)], CLOSING) == []
    assert counts(run_aggregation(CLOSING + HOUR)) == (1, 0, 0)
    assert list(used_by_kind().values()) == [1]


def test_a_counter_with_windows_of_before_gets_those_of_now(log: EventLog) -> None:
    """As when it is made while the entitlements change; its own record brings it to light."""
    store_meter()
    deliver_records(log.accept(make_event("a", NOON), make_event("b", NOON - 2 * DAY)))
    store_snapshot(make_windowed_source(Reset.EVERY_DAY))
    assert used_by_kind() == {"NEVER": 2}
    assert deliver_records([make_counter_record(stored_counter())], NOON) == []
    assert used_by_kind() == {"EVERY_DAY": 1}


def test_what_cannot_be_closed_keeps_nobody_waiting_and_stays_due(
    log: EventLog, parity_table: Table, capsys: pytest.CaptureFixture[str]
) -> None:
    store_meter()
    deliver_records(
        log.accept(*(make_event(name, NOON, customer_id=name) for name in ("acme", "beta", "zeta")))
    )
    place = {"PK": keys.usage("acme", FEATURE), "SK": keys.usage_hour(NOON)}
    assert parity_table.update(place, "SET content = :none", "attribute_exists(PK)", {":none": "nothing"})
    assert counts(run_aggregation(CLOSING)) == (2, 0, 2)
    line, _, metrics = map(json.loads, capsys.readouterr().out.splitlines())
    assert (line["message"], line["customerId"], line["featureId"]) == ("aggregation failed", "acme", FEATURE)
    assert (metrics["AggregationSucceeded"], metrics["AggregationFailed"]) == (0, 2)
    assert counts(run_aggregation(CLOSING)) == (0, 0, 2)


def test_a_run_that_has_no_time_left_is_no_success(log: EventLog) -> None:
    store_meter()
    deliver_records(log.accept(make_event("a", NOON)))
    done = run_aggregation(CLOSING, Context(remaining_milliseconds=100))
    assert (done["closed"], done["complete"]) == (0, False)
    assert counts(run_aggregation(CLOSING)) == (1, 0, 0)


def test_a_full_hour_is_closed_and_told(log: EventLog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(different_values, "MAX_VALUES", 4)
    store_meter("UNIQUE")
    deliver_records(log.accept(*(make_event(str(n), NOON, n) for n in range(3))))
    log.accept(*(make_event(str(n), NOON, n) for n in range(3, 9)))
    assert counts(run_aggregation(CLOSING)) == (0, 0, 1)
    assert (hour().due, used_by_kind()) == (None, {"NEVER": 4})
    assert counts(run_aggregation(CLOSING + MINUTE)) == (0, 0, 0)


def test_the_sample_event_is_what_the_function_takes(log: EventLog) -> None:
    done = load_handler("usage/aggregate").handler(load_sample_event("usage_aggregate"), Context())
    assert done == {"closed": 0, "drifted": 0, "failed": 0, "complete": True}
