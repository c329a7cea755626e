"""The scheduled function: pages, shards, failures, metrics, and time that is over."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from parity.dynamodb import due_work, keys
from parity.dynamodb.items import to_wire
from parity.dynamodb.optimistic import VersionChangedError
from parity.dynamodb.table import Table
from parity.subscriptions.store import keys as subscription_keys
from parity.subscriptions.store.subscriptions import SubscriptionStore
from tests.support.builders.moments import DAY, FEBRUARY_END, START, TICK
from tests.support.builders.subscriptions import (
    load_subscription,
    subscribe_at,
)
from tests.support.fakes.clients import record_requests
from tests.support.fakes.event_sources import advance_due, run_advance
from tests.support.fakes.functions import Context

pytestmark = pytest.mark.usefixtures("sold_to_acme")


def test_a_subscription_that_another_run_advanced_is_left_to_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    subscribe_at(START)

    def overtaken(*_: object, **__: object) -> None:
        raise VersionChangedError

    monkeypatch.setattr(SubscriptionStore, "replace", overtaken)
    assert advance_due(FEBRUARY_END) == (0, 0)


def test_all_pages_of_due_subscriptions_are_advanced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(due_work, "PAGE_SIZE", 2)
    monkeypatch.setattr(keys, "due_shard", lambda id_: int(id_[0], 16) % 4)
    ids = [subscribe_at(START) for _ in range(60)]
    shards = {keys.due_shard(subscription_id) for subscription_id in ids}
    assert len(ids) > 2 * len(shards)
    assert advance_due(FEBRUARY_END) == (60, 0)
    assert {load_subscription(subscription_id).period_start for subscription_id in ids} == {FEBRUARY_END}


def test_a_subscription_that_cannot_be_read_is_logged_and_the_others_are_advanced(
    parity_table: Table,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(keys, "due_shard", lambda _: 7)
    ids = [subscribe_at(START + number * TICK) for number in range(5)]
    broken = ids[2]
    key = subscription_keys.subscription("acme", broken)
    parity_table.client.update_item(
        TableName=parity_table.name,
        Key=to_wire(key),
        UpdateExpression="SET subscriptionStatus = :what",
        ExpressionAttributeValues=to_wire({":what": "?"}),
    )
    assert advance_due(FEBRUARY_END + DAY) == (4, 1)
    _, failure, metrics = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (failure["level"], failure["message"]) == ("ERROR", "advance failed")
    assert (failure["customerId"], failure["subscriptionId"]) == ("acme", broken)
    assert failure["where"]
    assert (metrics["Advanced"], metrics["AdvanceFailed"]) == (4, 1)


def test_a_run_writes_the_metrics_that_the_alarms_expect(capsys: pytest.CaptureFixture[str]) -> None:
    subscribe_at(START)
    run_advance(FEBRUARY_END + TICK)
    of_schedule, of_turn = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    for metrics, names in (
        (of_schedule, ["AdvanceSecondsLate"]),
        (of_turn, ["Advanced", "AdvanceFailed"]),
    ):
        (declared,) = metrics["_aws"]["CloudWatchMetrics"]
        assert (declared["Namespace"], declared["Dimensions"]) == ("Parity", [["stack"]])
        assert declared["Metrics"] == [{"Name": name, "Unit": "Count"} for name in names]
        assert abs(metrics["_aws"]["Timestamp"] - datetime.now(UTC).timestamp() * 1000) < 60_000
        assert metrics["stack"] == "parity-test"
    assert of_schedule["AdvanceSecondsLate"] == int(TICK.total_seconds())
    assert (of_turn["Advanced"], of_turn["AdvanceFailed"]) == (1, 0)


def test_a_turn_that_is_out_of_time_leaves_the_rest() -> None:
    subscription_id = subscribe_at(START)
    assert run_advance(FEBRUARY_END, Context(remaining_milliseconds=4999)) == {
        "advanced": 0,
        "failed": 0,
        "complete": False,
    }
    assert load_subscription(subscription_id).period_start == START
    assert advance_due(FEBRUARY_END) == (1, 0)


def test_the_longest_overdue_subscription_is_advanced_first(
    monkeypatch: pytest.MonkeyPatch, parity_table: Table
) -> None:
    monkeypatch.setattr(keys, "due_shard", lambda _: 0)
    starts = [START + DAY, START - 5 * DAY, START]
    ids = {start: subscribe_at(start) for start in starts}
    with record_requests(parity_table.client) as requests:
        assert advance_due(START + 60 * DAY) == (3, 0)
    read = [parameters["Key"]["SK"]["S"] for operation, parameters in requests if operation == "GetItem"]
    assert read == [f"SUBSCRIPTION#{ids[start]}" for start in sorted(starts)]


def test_a_run_of_the_schedule_asks_every_shard_once_and_moves_nothing(parity_table: Table) -> None:
    with record_requests(parity_table.client) as requests:
        run_advance(START)
    asked = [parameters["ExpressionAttributeValues"][":partition"]["S"] for _, parameters in requests]
    assert sorted(asked) == [f"DUE#{shard:02}" for shard in range(keys.DUE_SHARDS)]
    assert {(parameters["IndexName"], parameters["Limit"]) for _, parameters in requests} == {("due", 1)}
