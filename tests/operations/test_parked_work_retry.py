"""The scheduled function that does what the stream functions could not do for single customers."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import count
from typing import Any

import pytest

from parity.catalog.rules.aggregation_functions import Aggregation
from parity.core.periods import Reset
from parity.customers.store import keys as customer_keys
from parity.dynamodb import keys, parked_work
from parity.dynamodb.due_index import list_entries, query_due
from parity.dynamodb.items import to_wire
from parity.dynamodb.keys import FAR_FUTURE
from parity.dynamodb.parked_work import ParkedWork, parked_work_store
from parity.dynamodb.table import Table
from parity.entitlements.store.overrides import override_store
from parity.metering.store import keys as metering_keys
from parity.subscriptions.store import keys as subscription_keys
from tests.support.builders.catalog import make_hard_limit, store_meter
from tests.support.builders.customers import create_customer
from tests.support.builders.entitlements import (
    check_entitlements,
    make_override,
    make_windowed_source,
    store_snapshot,
    subscribe_acme,
)
from tests.support.builders.events import EventLog, aggregate_usage, make_event, used_by_kind
from tests.support.builders.moments import DAY, HOUR, MINUTE, NOON, TICK
from tests.support.builders.reports import list_used, report_usage, set_clocks
from tests.support.fakes.clients import ProcessEnded, end_process_after, inject_fault, remove_pauses
from tests.support.fakes.event_sources import (
    STREAM,
    Record,
    UsageStream,
    deliver_records,
    retry_parked_work,
)
from tests.support.fakes.functions import Context, load_handler, set_clock
from tests.support.fakes.gateway import load_sample_event

POISON = subscription_keys.subscription("beta", "broken")


def list_parked() -> list[ParkedWork]:
    """The earliest due first of each shard."""
    store = parked_work_store()
    pages = (
        query_due(store.table, keys.due_parked_partition(shard), FAR_FUTURE, None, 100)
        for shard in range(keys.DUE_SHARDS)
    )
    return [work for page in pages for entry in list_entries(page) if (work := store.get(entry.key))]


@pytest.fixture
def poisoned_beta(parity_table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    """`beta` has a grant, and an item that no version of this code writes. It is parked at noon."""
    create_customer("Beta")
    override_store().put("beta", make_override(value=5))
    parity_table.client.put_item(TableName=parity_table.name, Item=to_wire({**POISON, "terms": "?"}))
    set_clock(monkeypatch, "entitlements/recompute", NOON)
    event = load_sample_event("entitlements_recompute")
    event["Records"][0]["dynamodb"]["Keys"]["PK"]["S"] = customer_keys.customer("beta")["PK"]
    assert load_handler("entitlements/recompute").handler(event, Context()) == {"batchItemFailures": []}


@pytest.mark.usefixtures("poisoned_beta")
def test_a_parked_customer_is_recomputed_once_it_can_be(parity_table: Table) -> None:
    (parked,) = list_parked()
    assert (parked.task, parked.customer_id, parked.error) == ("recompute", "beta", "JSONDecodeError")
    assert (parked.parked_on, parked.attempts) == (NOON, 0)
    parity_table.delete(POISON)
    assert retry_parked_work(NOON + MINUTE) == {"done": 1, "failed": 0, "parked": 0}
    assert check_entitlements("beta")["exports"]["usageLimit"] == 5
    assert list_parked() == []


@pytest.mark.usefixtures("poisoned_beta")
def test_the_pauses_between_attempts_grow_up_to_an_hour(capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    for minute in (1, 3, 7, 15, 31, 63, 123, 183, 243):
        assert retry_parked_work(NOON + minute * MINUTE - TICK)["failed"] == 0
        assert retry_parked_work(NOON + minute * MINUTE)["failed"] == 1
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    failures = [line for line in lines if line.get("message") == "retry of parked work failed"]
    assert {(each["customerId"], each["task"]) for each in failures} == {("beta", "recompute")}
    assert {line["ParkedWork"] for line in lines if "ParkedWork" in line} == {1}


@pytest.mark.usefixtures("poisoned_beta")
def test_work_that_ends_the_process_waits_for_its_next_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    def end_process(*_: object) -> None:
        raise ProcessEnded

    monkeypatch.setattr("parity.activity.service.stream.recompute_with_counters", end_process)
    with pytest.raises(ProcessEnded):
        retry_parked_work(NOON + MINUTE)
    assert retry_parked_work(NOON + 2 * MINUTE) == {"done": 0, "failed": 0, "parked": 1}
    assert [work.attempts for work in list_parked()] == [1]


@pytest.mark.usefixtures("poisoned_beta")
def test_work_is_left_for_the_next_run_when_time_is_up() -> None:
    assert retry_parked_work(NOON + MINUTE, Context(remaining_milliseconds=0)) == {
        "done": 0,
        "failed": 0,
        "parked": 1,
    }


@pytest.mark.usefixtures("poisoned_beta")
def test_work_that_is_parked_again_during_an_attempt_stays_parked(
    parity_table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    parity_table.delete(POISON)
    again = ParkedWork(task="recompute", customer_id="beta", error="KeyError", parked_on=NOON + HOUR)

    def park_again(*_: object) -> None:
        parked_work_store().park(again)

    monkeypatch.setattr("parity.activity.service.stream.recompute_with_counters", park_again)
    retry_parked_work(NOON + MINUTE)
    assert list_parked() == [again]


def test_records_that_do_not_fit_in_an_item_are_parked_in_several(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parked_work, "MAX_RECORD_BYTES", 2000)
    noise = random.Random(9)
    records = [
        {"dynamodb": {"SequenceNumber": str(number), "NewImage": noise.randbytes(300).hex()}}
        for number in range(20)
    ]
    work = ParkedWork(task="count", customer_id="acme", records=records, error="KeyError", parked_on=NOON)
    parked_work_store().park(work)
    parked_work_store().park(work)
    parts = sorted(list_parked(), key=lambda part: int(part.records[0]["dynamodb"]["SequenceNumber"]))
    assert len(parts) > 3
    assert [record for part in parts for record in part.records] == records


@contextmanager
def fail_to_count(customer_ids: Iterable[str], *, after_counting: bool) -> Iterator[None]:
    """The counting function fails for these customers, before or after its work."""
    handler = load_handler("usage/count")
    process, failing = handler.process_records, set(customer_ids)

    def fail(stores: Any, customer_id: str, *given: Any) -> None:  # noqa: ANN401
        if after_counting or customer_id not in failing:
            process(stores, customer_id, *given)
        if customer_id in failing:
            raise KeyError(customer_id)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(handler, "process_records", fail)
        yield


def retry_until_done(at: datetime) -> None:
    for number in count(1):
        if not retry_parked_work(at + number * HOUR)["parked"]:
            return


def test_events_that_were_parked_are_counted_once_after_later_ones(log: EventLog) -> None:
    store_meter("SUM")
    first = log.accept(make_event("a", NOON, 5), make_event("b", NOON, 7, customer_id="beta"))
    with fail_to_count(["acme"], after_counting=False):
        assert deliver_records(first) == []
    assert (used_by_kind(), used_by_kind("beta")) == ({}, {"NEVER": 7})
    deliver_records(log.accept(make_event("c", NOON + MINUTE, 3)))
    assert used_by_kind() == {"NEVER": 3}
    retry_until_done(NOON)
    assert used_by_kind() == {"NEVER": 8}


def aggregate_exports() -> object:
    """What the hours of reported usage have."""
    return aggregate_usage(NOON, NOON + HOUR, Aggregation.CHANGE, feature="exports")


@pytest.mark.parametrize("after_counting", [False, True])
def test_reported_usage_that_was_parked_is_recorded_once_after_later_reports(
    parity_table: Table, monkeypatch: pytest.MonkeyPatch, *, after_counting: bool
) -> None:
    stream = UsageStream(parity_table)
    subscribe_acme(make_hard_limit(100))
    set_clocks(monkeypatch, NOON)
    report_usage(5)
    first = stream.read_changes()
    report_usage(7)
    with fail_to_count(["acme"], after_counting=after_counting):
        assert deliver_records(first) == []
    deliver_records(stream.read_changes())
    assert aggregate_exports() == (12 if after_counting else 7)
    retry_until_done(NOON)
    assert aggregate_exports() == 12
    assert list_used() == [12]


def deliver_randomly(log: EventLog, chance: random.Random) -> dict[str, int]:
    """Delivers events in batches, in which some of three customers cannot be counted; what each used."""
    used = dict.fromkeys(("acme", "beta", "gamma"), 0)
    for number in range(20):
        events = []
        for place in range(chance.randrange(1, 5)):
            customer_id, amount = chance.choice(list(used)), chance.randrange(1, 9)
            moment = NOON + chance.randrange(120) * MINUTE
            events.append(make_event(f"{number}-{place}", moment, amount, customer_id))
            used[customer_id] += amount
        records = log.accept(*events)
        failing = [each for each in used if chance.random() < 0.4]
        with fail_to_count(failing, after_counting=chance.random() < 0.5):
            assert deliver_records(records, NOON + 2 * HOUR) == []
        if chance.random() < 0.3:
            assert deliver_records(records, NOON + 2 * HOUR) == []
        if chance.random() < 0.3:
            retry_parked_work(NOON + 2 * HOUR + number * 2 * MINUTE)
    return used


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_parked_everything_counts_once(log: EventLog, seed: int) -> None:
    store_meter("SUM")
    used = deliver_randomly(log, random.Random(seed))
    retry_until_done(NOON + DAY)
    for customer_id, amount in used.items():
        assert used_by_kind(customer_id) == {"NEVER": amount}
        total = aggregate_usage(NOON, NOON + 3 * HOUR, Aggregation.SUM, customer_id=customer_id)
        assert total == amount


@pytest.mark.slow
def test_a_retry_that_ends_after_any_request_loses_nothing(
    log: EventLog, parity_table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    remove_pauses(monkeypatch)
    store_meter("SUM")
    store_snapshot(make_windowed_source(Reset.EVERY_YEAR))
    with fail_to_count(["acme"], after_counting=False):
        deliver_records(log.accept(make_event("a", NOON, 5), make_event("b", NOON - 2 * HOUR, 3)))
    ended, at = 0, NOON
    for last in count(1):
        at += HOUR
        with inject_fault(parity_table.client, end_process_after(last)) as sent:
            try:
                retry_parked_work(at)
            except ProcessEnded:
                ended += 1
        if len(sent) < last:
            break
    assert ended >= 5
    retry_until_done(at)
    assert list(used_by_kind().values()) == [8]
    assert aggregate_usage(NOON - DAY, NOON + DAY, Aggregation.SUM) == 8


def make_unreadable_record(customer_id: str, number: int) -> Record:
    image = {
        "PK": {"S": metering_keys.events(customer_id, NOON)},
        "SK": {"S": f"broken-{number}"},
        "timestamp": {"S": "yesterday"},
    }
    place = {"Keys": {"PK": image["PK"], "SK": image["SK"]}, "SequenceNumber": str(number)}
    return {"eventName": "INSERT", "eventSourceARN": STREAM, "dynamodb": {**place, "NewImage": image}}


def test_records_that_can_never_be_read_stay_parked_and_the_others_count_once(log: EventLog) -> None:
    store_meter("SUM")
    records = log.accept(make_event("a", NOON, 5), make_event("b", NOON, 3))
    assert deliver_records([records[0], make_unreadable_record("acme", 1500), records[1]]) == []
    assert used_by_kind() == {"NEVER": 8}
    for number in range(1, 4):
        assert retry_parked_work(NOON + number * HOUR) == {"done": 0, "failed": 1, "parked": 1}
    assert used_by_kind() == {"NEVER": 8}
