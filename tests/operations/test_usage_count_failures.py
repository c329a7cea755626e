"""The stream function that counts events: redelivery, broken records, and processes that end."""

from __future__ import annotations

import json

import pytest

from parity.catalog.rules.aggregation_functions import Aggregation
from parity.core.periods import Reset
from parity.dynamodb.table import Table
from parity.metering.rules import unique_values as different_values
from parity.metering.store import keys
from tests.support.builders.catalog import store_meter
from tests.support.builders.entitlements import make_windowed_source, store_snapshot
from tests.support.builders.events import (
    EVENT_NAME,
    EventLog,
    aggregate_usage,
    make_event,
    used_by_kind,
)
from tests.support.builders.moments import DAY, HOUR, MINUTE, NOON
from tests.support.fakes.clients import ProcessEnded, end_process_after, inject_fault, remove_pauses
from tests.support.fakes.event_sources import STREAM, Record, deliver_records, deliver_with_retries


def test_a_batch_redelivered_whole_in_part_or_overlapping_counts_once(log: EventLog) -> None:
    store_meter("SUM")
    records = log.accept(*(make_event(str(n), NOON + n * MINUTE, 2**n) for n in range(8)))
    for part in (records[:3], records[:3], records[1:5], records[4:5], records[2:], records, records[7:]):
        assert deliver_records(part) == []
    assert used_by_kind() == {"NEVER": 255}
    assert aggregate_usage(NOON, NOON + HOUR, Aggregation.SUM) == 255


def test_amounts_that_cancel_out_count_once(log: EventLog) -> None:
    store_meter("SUM")
    records = log.accept(make_event("a", NOON, 5), make_event("b", NOON, -5))
    deliver_records(records)
    deliver_records(records[1:])
    assert used_by_kind() == {"NEVER": 0}


@pytest.mark.parametrize("function", ["SUM", "UNIQUE", pytest.param("AVERAGE", marks=pytest.mark.slow)])
def test_a_process_that_ends_after_any_request_loses_nothing(
    function: str, log: EventLog, parity_table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The batch is redelivered. It has two customers, hours of three days, and a new window in between."""
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


def make_broken_record(customer_id: str, number: int) -> Record:
    """A record whose image cannot be read."""
    image = {
        "PK": {"S": keys.events(customer_id, NOON)},
        "SK": {"S": f"broken-{number}"},
        "eventName": {"S": EVENT_NAME},
        "timestamp": {"S": "yesterday"},
    }
    return {
        "eventName": "INSERT",
        "eventSourceARN": STREAM,
        "dynamodb": {
            "Keys": {"PK": image["PK"], "SK": image["SK"]},
            "NewImage": image,
            "SequenceNumber": str(number),
        },
    }


def test_a_broken_record_fails_its_customer_only(log: EventLog, capsys: pytest.CaptureFixture[str]) -> None:
    store_meter()
    records = log.accept(make_event("a", NOON), make_event("b", NOON, customer_id="beta"))
    assert deliver_records([records[0], make_broken_record("zeta", 1500), records[1]]) == []
    assert (used_by_kind(), used_by_kind("beta")) == ({"NEVER": 1}, {"NEVER": 1})
    line = json.loads(capsys.readouterr().out.splitlines()[0])
    assert (line["level"], line["customerId"]) == ("ERROR", "zeta")


def test_a_broken_record_keeps_no_other_record_of_its_customer_from_counting(log: EventLog) -> None:
    store_meter()
    records = log.accept(*(make_event(str(n), NOON, customer_id=f"c-{n % 3}") for n in range(12)))
    poison = make_broken_record("c-1", 1005)
    records[4:5] = [records[4], poison]
    assert deliver_records(records) == []
    assert [used_by_kind(f"c-{n}") for n in range(3)] == [{"NEVER": 4}] * 3


def test_features_that_cannot_be_counted_are_logged_and_the_others_are_counted(
    log: EventLog, parity_table: Table, capsys: pytest.CaptureFixture[str]
) -> None:
    for feature in ("alpha", "beta", "omega"):
        store_meter("COUNT", feature)
    for feature in ("alpha", "beta"):
        place = {"PK": keys.usage("acme", feature), "SK": keys.usage_hour(NOON)}
        parity_table.put_on_condition({**place, "meter": "NONSENSE"}, "attribute_not_exists(PK)", {})
    (record,) = log.accept(make_event("a", NOON))
    assert deliver_records([record]) == []
    assert used_by_kind(feature="omega") == {"NEVER": 1}
    *lines, metrics = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert metrics["CustomersParked"] == 1
    assert [(line["error"], line["customerId"]) for line in lines] == [("ValueError", "acme")] * 2


def test_more_unique_values_than_an_hour_holds_are_logged_once_and_block_nothing(
    log: EventLog, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(different_values, "MAX_VALUES", 10)
    store_meter("UNIQUE")
    store_meter("COUNT", "calls")
    records = log.accept(*(make_event(str(n), NOON, n) for n in range(25)))
    assert deliver_with_retries(records) == []
    assert used_by_kind() == {"NEVER": 10}
    assert used_by_kind(feature="calls") == {"NEVER": 25}
    line, _ = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert line["error"] == "BucketFullError"
    assert deliver_records(log.accept(*(make_event(f"more-{n}", NOON, -n) for n in range(9)))) == []
    assert used_by_kind() == {"NEVER": 10}
