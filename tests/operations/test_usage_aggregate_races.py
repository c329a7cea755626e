"""The scheduled function: processes that end, and work that others do meanwhile."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from parity.catalog.rules.aggregation_functions import Aggregation
from parity.core.periods import Reset
from parity.dynamodb.table import Table
from parity.metering.service.rollups import roll_up_day
from parity.metering.store import keys
from parity.metering.store.buckets import bucket_store
from tests.support.builders.catalog import store_meter
from tests.support.builders.entitlements import make_windowed_source, store_snapshot
from tests.support.builders.events import (
    DAY_DUE,
    FEATURE,
    HOUR_DUE,
    USAGE_KEY,
    EventLog,
    aggregate_usage,
    list_open_days,
    load_counter,
    make_event,
    read_day,
    used_by_kind,
)
from tests.support.builders.moments import DAY, HOUR, MINUTE, NOON, TICK
from tests.support.fakes.clients import ProcessEnded, end_process_after, inject_fault, remove_pauses
from tests.support.fakes.event_sources import (
    close_due_hours,
    deliver_records,
    make_counter_record,
    run_aggregation,
)
from tests.support.fakes.functions import Context

SUM = Aggregation.SUM


@pytest.mark.parametrize(
    "at",
    [pytest.param(HOUR_DUE, id="hour"), pytest.param(DAY_DUE, id="day", marks=pytest.mark.slow)],
)
def test_a_process_that_ends_after_any_request_loses_nothing(
    at: datetime, log: EventLog, parity_table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next run continues from there. Nothing stays open for ever."""
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
    run_aggregation(DAY_DUE)
    assert list_open_days() == []
    assert used_by_kind() == {"EVERY_MONTH": 7}
    start = NOON.replace(hour=0)
    assert aggregate_usage(start, start + DAY, SUM) == 7
    assert read_day() == {NOON - HOUR: 2, NOON: 5}
    assert close_due_hours(DAY_DUE + DAY) == (0, 0, 0)


@contextmanager
def act_before_commit(act: Callable[[], object]) -> Iterator[list[str]]:
    """Calls `act` once, before the next transaction is sent and after all of its reads."""
    acts = iter([act])

    def fault(_: int, __: object) -> None:
        if injector[-1] == "TransactWriteItems" and (now := next(acts, None)):
            now()

    with inject_fault(bucket_store().table.client, fault) as injector:
        yield injector
    assert next(acts, None) is None


def test_an_event_counted_during_the_closing_of_its_hour_counts_once(log: EventLog) -> None:
    store_meter("SUM")
    deliver_records(log.accept(make_event("a", NOON, 1)))
    records = log.accept(make_event("b", NOON, 2))
    with act_before_commit(lambda: deliver_records(records, HOUR_DUE)):
        assert close_due_hours(HOUR_DUE) == (1, 0, 0)
    assert used_by_kind() == {"NEVER": 3}
    assert aggregate_usage(NOON, NOON + HOUR, SUM) == 3


def test_an_hour_closed_during_the_counting_of_an_event_has_it_once(log: EventLog) -> None:
    store_meter("SUM")
    deliver_records(log.accept(make_event("a", NOON, 1)))
    records = log.accept(make_event("b", NOON, 2))
    with act_before_commit(lambda: run_aggregation(HOUR_DUE)):
        deliver_records(records, HOUR_DUE)
    assert used_by_kind() == {"NEVER": 3}
    assert aggregate_usage(NOON, NOON + HOUR, SUM) == 3


def test_two_runs_at_once_close_an_hour_once(log: EventLog) -> None:
    store_meter()
    deliver_records(log.accept(make_event("a", NOON)))
    log.accept(make_event("b", NOON))
    with act_before_commit(lambda: run_aggregation(HOUR_DUE)):
        run_aggregation(HOUR_DUE)
    assert used_by_kind() == {"NEVER": 2}


@pytest.mark.parametrize("late", [NOON, NOON - 5 * HOUR], ids=["a known hour", "a new hour"])
def test_an_event_during_the_rollup_of_its_day_keeps_the_day_open(late: datetime, log: EventLog) -> None:
    store_meter()
    deliver_records(log.accept(make_event("a", NOON)))
    run_aggregation(HOUR_DUE)
    records = log.accept(make_event("b", late))
    with act_before_commit(lambda: deliver_records(records, DAY_DUE)):
        assert not roll_up_day(bucket_store(), USAGE_KEY, NOON.replace(hour=0))
    assert list_open_days() == [NOON.replace(hour=0)]
    start = NOON.replace(hour=0)
    assert aggregate_usage(start, start + DAY) == 2
    run_aggregation(DAY_DUE + DAY)
    assert sum(read_day().values()) == 2


def test_a_change_of_plan_splits_closed_hours(log: EventLog) -> None:
    """The new level begins within a slot. Its hour is recounted, which is no drift."""
    store_meter()
    store_snapshot(make_windowed_source(Reset.EVERY_MONTH))
    deliver_records(
        log.accept(make_event("a", NOON + 5 * MINUTE), make_event("b", NOON + 9 * MINUTE)), HOUR_DUE
    )
    run_aggregation(HOUR_DUE)
    begins = NOON + timedelta(minutes=7, seconds=33)
    store_snapshot(replace(make_windowed_source(Reset.EVERY_DAY, begins), valid_from=begins), at=begins)
    old = load_counter()
    deliver_records(log.accept(make_event("c", HOUR_DUE)), HOUR_DUE)
    assert deliver_records([make_counter_record(load_counter(), old)], HOUR_DUE) == []
    assert close_due_hours(HOUR_DUE + HOUR)[2] == 0
    assert list(used_by_kind().values()) == [2]


def test_a_counter_with_old_windows_gets_the_current_ones(log: EventLog) -> None:
    """A counter may be made while entitlements change. Its record has it settled with its next usage."""
    store_meter()
    deliver_records(log.accept(make_event("a", NOON), make_event("b", NOON - 2 * DAY)))
    store_snapshot(make_windowed_source(Reset.EVERY_DAY))
    assert used_by_kind() == {"NEVER": 2}
    assert deliver_records([make_counter_record(load_counter())], NOON) == []
    deliver_records(log.accept(make_event("c", NOON)))
    assert used_by_kind() == {"EVERY_DAY": 2}


def test_an_hour_that_cannot_be_closed_is_put_off_and_the_others_are_closed(
    log: EventLog, parity_table: Table, capsys: pytest.CaptureFixture[str]
) -> None:
    store_meter()
    deliver_records(
        log.accept(*(make_event(name, NOON, customer_id=name) for name in ("acme", "beta", "zeta")))
    )
    place = {"PK": keys.usage("acme", FEATURE), "SK": keys.usage_hour(NOON)}
    assert parity_table.update(place, "SET content = :none", "attribute_exists(PK)", {":none": "nothing"})
    assert close_due_hours(HOUR_DUE) == (2, 0, 1)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {
        (line["message"], line["customerId"], line["featureId"]) for line in lines if "message" in line
    } == {("aggregation failed", "acme", FEATURE)}
    assert sum(line.get("AggregationFailed", 0) for line in lines) == 1
    assert close_due_hours(HOUR_DUE) == (0, 0, 0)
    assert close_due_hours(HOUR_DUE + 10 * MINUTE + TICK) == (0, 0, 1)


def test_a_run_without_time_does_not_succeed(log: EventLog) -> None:
    store_meter()
    deliver_records(log.accept(make_event("a", NOON)))
    done = run_aggregation(HOUR_DUE, Context(remaining_milliseconds=100))
    assert (done["closed"], done["complete"]) == (0, False)
    assert close_due_hours(HOUR_DUE) == (1, 0, 0)
