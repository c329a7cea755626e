"""The stream function that counts events: each of them once, whatever the stream does."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal

import pytest

from parity.catalog.rules.aggregation_functions import Aggregation
from parity.catalog.rules.features import archive_feature
from parity.catalog.store.features import feature_store
from parity.core.periods import Reset
from parity.dynamodb import keys
from parity.dynamodb.table import Table
from parity.metering.rules import unique_values as different_values
from parity.metering.rules.counters import next_version, reset_windows
from parity.metering.rules.usage_key import UsageKey
from parity.metering.service import counting
from parity.metering.store.buckets import bucket_store
from parity.metering.store.counters import counter_store
from parity.metering.store.events import event_store
from tests.support.builders.catalog import store_meter
from tests.support.builders.entitlements import make_windowed_source, store_snapshot
from tests.support.builders.events import (
    EVENT_NAME,
    FEATURE,
    EventLog,
    aggregate_usage,
    make_event,
    used_by_kind,
)
from tests.support.builders.moments import DAY, HOUR, MINUTE, NOON
from tests.support.fakes.clients import ProcessEnded, end_process_after, inject_fault, no_fault, remove_pauses
from tests.support.fakes.event_sources import Record, Stream, deliver_records, deliver_with_retries
from tests.support.fakes.functions import Context, load_handler
from tests.support.fakes.gateway import load_sample_event


@pytest.fixture
def log() -> EventLog:
    return EventLog()


def hour_total(customer_id: str = "acme", feature: str = FEATURE) -> object:
    return aggregate_usage(NOON, NOON + HOUR, customer_id=customer_id, feature=feature)


def test_an_event_counts_in_its_hour_and_in_every_window_that_it_lies_in(log: EventLog) -> None:
    store_meter()
    store_snapshot(make_windowed_source(Reset.EVERY_DAY), make_windowed_source(Reset.EVERY_MONTH, number=2))
    assert deliver_records(log.accept(make_event("a", NOON), make_event("b", NOON - 2 * DAY))) == []
    assert used_by_kind() == {"EVERY_DAY": 1, "EVERY_MONTH": 2}
    assert hour_total() == 1
    assert aggregate_usage(NOON - 2 * DAY, NOON - 2 * DAY + HOUR) == 1


def test_usage_without_an_entitlement_is_kept(log: EventLog) -> None:
    store_meter()
    deliver_records(log.accept(make_event("a", NOON)))
    assert used_by_kind() == {"NEVER": 1}


def test_events_that_no_meter_asks_for_leave_nothing(log: EventLog) -> None:
    deliver_records(log.accept(make_event("a", NOON)))
    assert used_by_kind() == {}


def test_a_batch_may_be_delivered_again_whole_in_part_and_overlapping(log: EventLog) -> None:
    store_meter("SUM")
    records = log.accept(*(make_event(str(n), NOON + n * MINUTE, 2**n) for n in range(8)))
    for part in (records[:3], records[:3], records[1:5], records[4:5], records[2:], records, records[7:]):
        assert deliver_records(part) == []
    assert used_by_kind() == {"NEVER": 255}
    assert aggregate_usage(NOON, NOON + HOUR, Aggregation.SUM) == 255


def test_amounts_that_cancel_out_are_not_counted_again_either(log: EventLog) -> None:
    store_meter("SUM")
    records = log.accept(make_event("a", NOON, 5), make_event("b", NOON, -5))
    deliver_records(records)
    deliver_records(records[1:])
    assert used_by_kind() == {"NEVER": 0}


def test_one_batch_counts_for_many_customers_features_and_hours(
    log: EventLog, parity_table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    """8 hours take three transactions of up to 3."""
    monkeypatch.setattr(counting, "HOURS_AT_ONCE", 3)
    store_meter("COUNT", "calls")
    store_meter("SUM")
    customers = ("acme", "beta")
    events = [
        make_event(f"{each}-{n}", NOON - n * 5 * HOUR, 0.1, each) for n in range(8) for each in customers
    ]
    records = log.accept(*events)
    with inject_fault(parity_table.client, no_fault) as sent:
        assert deliver_records(records) == []
    assert sent.count("TransactWriteItems") == 2 * 2 * 3
    for customer_id in customers:
        assert used_by_kind(customer_id) == {"NEVER": Decimal("0.8")}
        assert used_by_kind(customer_id, "calls") == {"NEVER": 8}
        assert hour_total(customer_id, "calls") == 1


def test_as_many_hours_as_fit_into_a_transaction_are_written_at_once(
    log: EventLog, parity_table: Table
) -> None:
    """Each with the mark of a day of its own."""
    store_meter()
    records = log.accept(*(make_event(str(n), NOON - n * DAY) for n in range(counting.HOURS_AT_ONCE)))
    with inject_fault(parity_table.client, no_fault) as sent:
        assert deliver_records(records) == []
    assert sent.count("TransactWriteItems") == 1
    assert used_by_kind() == {"NEVER": counting.HOURS_AT_ONCE}


def test_a_batch_of_one_hour_takes_four_requests(log: EventLog, parity_table: Table) -> None:
    store_meter()
    deliver_records(log.accept(make_event("a", NOON)))
    records = log.accept(*(make_event(str(n), NOON) for n in range(50)))
    with inject_fault(parity_table.client, no_fault) as sent:
        deliver_records(records)
    assert sent == ["Query", "GetItem", "BatchGetItem", "TransactWriteItems"]
    with inject_fault(parity_table.client, no_fault) as sent:
        deliver_records(records)
    assert sent == ["Query", "GetItem", "BatchGetItem"]
    assert used_by_kind() == {"NEVER": 51}


def test_the_meters_of_a_name_are_read_once_a_batch(log: EventLog, parity_table: Table) -> None:
    records = log.accept(*(make_event(str(n), NOON, customer_id=f"c-{n}") for n in range(20)))
    with inject_fault(parity_table.client, no_fault) as sent:
        deliver_records(records)
    assert sent == ["Query"]


def test_what_adds_nothing_to_a_maximum_writes_nothing(log: EventLog, parity_table: Table) -> None:
    store_meter("MAX")
    deliver_records(log.accept(make_event("a", NOON, 9)))
    records = log.accept(make_event("b", NOON, 3))
    with inject_fault(parity_table.client, no_fault) as sent:
        deliver_records(records)
    assert "TransactWriteItems" not in sent
    assert used_by_kind() == {"NEVER": 9}


@pytest.mark.parametrize("function", ["SUM", "UNIQUE", "AVERAGE"])
def test_a_process_may_end_after_any_request(
    function: str, log: EventLog, parity_table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The batch is delivered again; two customers, hours of three days, a turn of the window in between."""
    remove_pauses(monkeypatch)
    store_meter(function)
    for customer_id in ("acme", "beta"):
        store_snapshot(make_windowed_source(Reset.EVERY_DAY), customer_id=customer_id)
    deliver_records(log.accept(make_event("0", NOON - DAY, 1)), NOON - DAY)
    events = [
        make_event(f"{customer_id}-{n}", NOON - n * 7 * HOUR, n, customer_id)
        for n in range(6)
        for customer_id in ("acme", "beta")
    ]
    records = log.accept(*events)
    ended = 0
    for last in range(1, 40):
        with inject_fault(parity_table.client, end_process_after(last)) as sent:
            try:
                deliver_records(records)
            except ProcessEnded:
                ended += 1
        if len(sent) < last:
            break
    assert ended >= 5
    assert deliver_records(records) == []
    today = {"SUM": 1, "UNIQUE": 2, "AVERAGE": 0.5}[function]
    assert {tuple(used_by_kind(customer_id).values()) for customer_id in ("acme", "beta")} == {(today,)}
    span = NOON - 3 * DAY, NOON + DAY
    in_all = {"acme": {"SUM": 16, "UNIQUE": 6}, "beta": {"SUM": 15, "UNIQUE": 6}}
    for customer_id, expected in in_all.items():
        if function in expected:
            total = aggregate_usage(*span, Aggregation(function), customer_id=customer_id)
            assert total == expected[function]


def test_an_event_in_the_future_counts_when_its_window_begins(log: EventLog) -> None:
    store_meter()
    store_snapshot(make_windowed_source(Reset.EVERY_HOUR))
    deliver_records(
        log.accept(make_event("a", NOON - MINUTE), make_event("b", NOON + 3 * MINUTE)), NOON - MINUTE
    )
    assert used_by_kind() == {"EVERY_HOUR": 1}
    deliver_records(log.accept(make_event("c", NOON + MINUTE)), NOON + MINUTE)
    assert used_by_kind() == {"EVERY_HOUR": 2}


def test_what_adds_nothing_turns_the_window_all_the_same(log: EventLog) -> None:
    """A greater value of its quarter hour came before the window began."""
    store_meter("MAX")
    store_snapshot(make_windowed_source(Reset.EVERY_HOUR))
    deliver_records(log.accept(make_event("a", NOON + 3 * MINUTE, 9)), NOON - MINUTE)
    assert used_by_kind() == {"EVERY_HOUR": 0}
    deliver_records(log.accept(make_event("b", NOON + MINUTE, 3)), NOON + MINUTE)
    assert used_by_kind() == {"EVERY_HOUR": 9}


def test_an_old_event_moves_its_hour_and_no_window(log: EventLog) -> None:
    store_meter()
    store_snapshot(make_windowed_source(Reset.EVERY_DAY))
    deliver_records(log.accept(make_event("a", NOON), make_event("b", NOON - 30 * DAY)))
    assert used_by_kind() == {"EVERY_DAY": 1}
    assert aggregate_usage(NOON - 30 * DAY, NOON - 29 * DAY) == 1


def test_a_window_that_starts_within_a_quarter_hour_splits_it(log: EventLog) -> None:
    store_meter()
    anchor = NOON + timedelta(minutes=7, seconds=33, microseconds=1)
    store_snapshot(make_windowed_source(Reset.EVERY_DAY, anchor - 5 * DAY))
    deliver_records(
        log.accept(make_event("a", anchor), make_event("b", anchor - timedelta(microseconds=1))), anchor
    )
    assert list(used_by_kind().values()) == [1]
    assert sorted(bucket_store().hours(UsageKey("acme", FEATURE), [NOON])[NOON].slots) == [NOON, anchor]


def test_what_happened_before_a_reset_by_hand_does_not_count_after_it(log: EventLog) -> None:
    store_meter()
    deliver_records(log.accept(make_event("a", NOON)))
    counter = counter_store().get(UsageKey("acme", FEATURE))
    assert counter
    counter_store().save(next_version(reset_windows(counter, NOON + MINUTE), NOON + MINUTE))
    deliver_records(log.accept(make_event("b", NOON + 2 * MINUTE), make_event("c", NOON)), NOON + 2 * MINUTE)
    assert used_by_kind() == {"NEVER": 1}
    assert hour_total() == 3


def test_an_archived_feature_still_counts(log: EventLog) -> None:
    feature = store_meter()
    feature_store().replace(feature, archive_feature(feature, NOON))
    deliver_records(log.accept(make_event("a", NOON)))
    assert used_by_kind() == {"NEVER": 1}


def broken(customer_id: str, number: int) -> Record:
    """A record with an image that nobody can read."""
    image = {
        "PK": {"S": keys.events(customer_id, NOON)},
        "SK": {"S": f"broken-{number}"},
        "eventName": {"S": EVENT_NAME},
        "timestamp": {"S": "yesterday"},
    }
    return {
        "eventName": "INSERT",
        "dynamodb": {
            "Keys": {"PK": image["PK"], "SK": image["SK"]},
            "NewImage": image,
            "SequenceNumber": str(number),
        },
    }


def test_a_broken_record_fails_its_customer_only(log: EventLog, capsys: pytest.CaptureFixture[str]) -> None:
    store_meter()
    records = log.accept(make_event("a", NOON), make_event("b", NOON, customer_id="beta"))
    assert deliver_records([records[0], broken("zeta", 1500), records[1]]) == ["1500"]
    assert (used_by_kind(), used_by_kind("beta")) == ({"NEVER": 1}, {"NEVER": 1})
    line = json.loads(capsys.readouterr().out)
    assert (line["level"], line["customerId"]) == ("ERROR", "zeta")


def test_a_broken_record_is_given_up_and_nothing_else_is(log: EventLog) -> None:
    """The mapping halves the batch until it stands alone, and the other events of its customer count, too."""
    store_meter()
    records = log.accept(*(make_event(str(n), NOON, customer_id=f"c-{n % 3}") for n in range(12)))
    poison = broken("c-1", 1005)
    records[4:5] = [records[4], poison]
    assert deliver_with_retries(records) == [poison]
    assert [used_by_kind(f"c-{n}") for n in range(3)] == [{"NEVER": 4}] * 3


def test_features_that_cannot_be_counted_are_each_logged_and_do_not_keep_the_others(
    log: EventLog, parity_table: Table, capsys: pytest.CaptureFixture[str]
) -> None:
    for feature in ("alpha", "beta", "omega"):
        store_meter("COUNT", feature)
    for feature in ("alpha", "beta"):
        place = {"PK": keys.usage("acme", feature), "SK": keys.usage_hour(NOON)}
        parity_table.put_on_condition({**place, "meter": "NONSENSE"}, "attribute_not_exists(PK)", {})
    (record,) = log.accept(make_event("a", NOON))
    assert deliver_records([record]) == [record["dynamodb"]["SequenceNumber"]]
    assert used_by_kind(feature="omega") == {"NEVER": 1}
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["error"], line["customerId"]) for line in lines] == [("ValueError", "acme")] * 2


def test_more_different_values_than_an_hour_holds_are_told_once_and_block_nothing(
    log: EventLog, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(different_values, "MAX_VALUES", 10)
    store_meter("UNIQUE")
    store_meter("COUNT", "calls")
    records = log.accept(*(make_event(str(n), NOON, n) for n in range(25)))
    assert deliver_with_retries(records) == []
    assert used_by_kind() == {"NEVER": 10}
    assert used_by_kind(feature="calls") == {"NEVER": 25}
    assert [json.loads(line)["error"] for line in capsys.readouterr().out.splitlines()] == ["BucketFullError"]
    assert deliver_records(log.accept(*(make_event(f"more-{n}", NOON, -n) for n in range(9)))) == []
    assert used_by_kind() == {"NEVER": 10}


def test_the_records_of_the_stream_are_what_the_function_takes(parity_table: Table) -> None:
    store_meter()
    store_snapshot(make_windowed_source(Reset.EVERY_DAY))
    stream = Stream(parity_table)
    event_store().put(make_event("a", NOON))
    assert deliver_records(stream.records()) == []
    assert used_by_kind() == {"EVERY_DAY": 1}
    assert deliver_records(event for event in stream.records() if "ENTITLEMENTS#USED" in str(event)) == []


def test_the_sample_event_is_what_the_function_takes() -> None:
    answer = load_handler("usage/count").handler(load_sample_event("usage_count"), Context())
    assert answer == {"batchItemFailures": []}
