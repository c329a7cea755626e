"""Turns of shards: at once, twice, late, after a crash, beside a backlog, and with items that fail."""

from __future__ import annotations

import itertools
import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from parity.core.errors import BusyError
from parity.dynamodb import due_work, keys
from parity.dynamodb.due_index import DueEntry, put_off
from parity.dynamodb.items import to_wire
from parity.dynamodb.table import Table
from parity.subscriptions.service import transitions
from parity.subscriptions.store import keys as subscription_keys
from parity.subscriptions.store.subscriptions import SubscriptionStore
from tests.support.builders.moments import DAY, FEBRUARY_END, MINUTE, START, TICK
from tests.support.builders.subscriptions import load_subscription, subscribe_at
from tests.support.fakes.clients import ProcessEnded, end_process_after, inject_fault, record_requests
from tests.support.fakes.event_sources import advance_due
from tests.support.fakes.functions import Context, load_handler, set_clock
from tests.support.fakes.jobs import (
    ask_for_turns,
    create_due_queue,
    make_event_of_shard,
    receive_turns,
    run_job,
)

pytestmark = pytest.mark.usefixtures("sold_to_acme")

ADVANCE = "subscriptions/advance"
DUE = FEBRUARY_END + DAY


@pytest.fixture
def one_shard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "due_shard", lambda _: 3)


@pytest.fixture
def attempts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The subscriptions that were attempted, in their order."""
    attempted: list[str] = []
    advance = transitions.advance_stored

    def record(store: SubscriptionStore, place: Any, now: datetime) -> bool:  # noqa: ANN401
        attempted.append(place.subscription_id)
        return advance(store, place, now)

    monkeypatch.setattr(transitions, "advance_stored", record)
    return attempted


def take_turn(shard: int = 3, at: datetime = DUE, received: int = 1) -> dict[str, Any]:
    with pytest.MonkeyPatch.context() as patch:
        set_clock(patch, ADVANCE, at)
        event = make_event_of_shard(shard, received)
        done: dict[str, Any] = load_handler(ADVANCE).handler(event, Context())
    return done


def subscribe_many(number: int) -> list[str]:
    """The longest overdue first."""
    return [subscribe_at(START + each * TICK) for each in range(number)]


def break_subscription(table: Table, subscription_id: str) -> None:
    table.client.update_item(
        TableName=table.name,
        Key=to_wire(subscription_keys.subscription("acme", subscription_id)),
        UpdateExpression="SET subscriptionStatus = :what",
        ExpressionAttributeValues=to_wire({":what": "?"}),
    )


def test_the_schedule_asks_for_a_turn_of_each_shard_with_work_and_of_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    queue = create_due_queue(ADVANCE)
    shards = itertools.cycle(range(12))
    monkeypatch.setattr(keys, "due_shard", lambda _: next(shards))
    subscribe_many(24)
    set_clock(monkeypatch, ADVANCE, DUE)
    assert load_handler(ADVANCE).handler({}, Context()) == {"shards": 12}
    records = [turn["Records"][0] for turn in receive_turns(queue)]
    asked = {each["attributes"]["MessageGroupId"]: json.loads(each["body"]) for each in records}
    assert asked == {str(shard): {"shard": shard} for shard in range(12)}


@pytest.mark.usefixtures("one_shard")
def test_a_message_that_is_delivered_twice_or_late_repeats_nothing(attempts: list[str]) -> None:
    ids = subscribe_many(5)
    assert take_turn()["advanced"] == 5
    for at in (DUE, DUE + 3 * MINUTE):
        assert take_turn(at=at) == {"advanced": 0, "failed": 0, "complete": True}
    assert attempts == ids


@pytest.mark.usefixtures("one_shard")
def test_a_schedule_that_runs_twice_before_any_turn_repeats_nothing(
    attempts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = subscribe_many(4)
    set_clock(monkeypatch, ADVANCE, DUE)
    handler = load_handler(ADVANCE).handler
    turns = [
        turn
        for _ in range(2)
        for turn in ask_for_turns(ADVANCE, lambda _, event: dict(handler(event, Context())))
    ]
    assert [handler(turn, Context())["advanced"] for turn in turns] == [4, 0]
    assert attempts == ids


def test_a_shard_with_a_huge_backlog_keeps_no_other_waiting(
    attempts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shard 0 never ends within its time. The others are done in the same run all the same."""
    monkeypatch.setattr(due_work, "PAGE_SIZE", 5)
    monkeypatch.setattr(keys, "due_shard", lambda _: 0)
    backlog = subscribe_many(30)
    monkeypatch.setattr(keys, "due_shard", lambda _: 31)
    other = subscribe_at(START)
    late = [Context(), Context(), Context(remaining_milliseconds=4999)]

    def make_context(event: dict[str, Any]) -> Context:
        is_backlog = "Records" in event and json.loads(event["Records"][0]["body"]) == {"shard": 0}
        return late[2] if is_backlog else late[0]

    set_clock(monkeypatch, ADVANCE, DUE)
    handler = load_handler(ADVANCE).handler
    turns = ask_for_turns(ADVANCE, lambda _, event: dict(handler(event, make_context(event))))
    assert [handler(turn, make_context(turn))["complete"] for turn in turns] == [False, True]
    assert attempts == [other]
    assert load_subscription(backlog[0]).period_start == START


@pytest.mark.usefixtures("one_shard")
def test_a_turn_that_ends_in_the_middle_is_gone_on_with(
    attempts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(due_work, "PAGE_SIZE", 2)
    ids = subscribe_many(5)
    moments = iter([10_000] * 6)
    with monkeypatch.context() as patch:
        patch.setattr(Context, "get_remaining_time_in_millis", lambda _: next(moments, 0))
        assert take_turn() == {"advanced": 4, "failed": 0, "complete": False}
    assert advance_due(DUE) == (1, 0)
    assert [load_subscription(each).period_start for each in ids] == [
        FEBRUARY_END + number * TICK for number in range(5)
    ]


@pytest.mark.usefixtures("one_shard")
@pytest.mark.parametrize("last", range(1, 12))
def test_a_process_that_ends_after_any_request_is_followed_by_a_careful_turn(
    last: int, parity_table: Table
) -> None:
    """The message is handed out again. What was put off before its attempt is due some minutes later."""
    ids = subscribe_many(3)
    received = 1
    with inject_fault(parity_table.client, end_process_after(last)):
        try:
            take_turn()
        except ProcessEnded:
            received = 2
    take_turn(received=received)
    advance_due(DUE + 10 * MINUTE)
    found = [load_subscription(each) for each in ids]
    assert [each.period_start for each in found] == [FEBRUARY_END + number * TICK for number in range(3)]
    assert [each.version for each in found] == [2, 2, 2]


@pytest.mark.usefixtures("one_shard")
def test_an_item_that_ends_its_process_does_so_once_and_those_behind_it_are_reached(
    attempts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = subscribe_many(4)
    for received in (1, 2):
        with monkeypatch.context() as patch:
            kill_process_at(ids[1], patch)
            with pytest.raises(ProcessEnded):
                take_turn(received=received)
    assert take_turn(received=3) == {"advanced": 2, "failed": 0, "complete": True}
    assert advance_due(DUE + 10 * MINUTE) == (1, 0)


@pytest.mark.usefixtures("one_shard")
def test_an_item_that_fails_is_put_off_longer_each_time_and_blocks_nobody(
    attempts: list[str], parity_table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(due_work, "PAGE_SIZE", 1)
    poison, *others = subscribe_many(3)
    break_subscription(parity_table, poison)
    assert advance_due(DUE) == (2, 1)
    assert advance_due(DUE) == (0, 0)
    assert advance_due(DUE + 10 * MINUTE) == (0, 1)
    assert advance_due(DUE + 29 * MINUTE) == (0, 0)
    assert advance_due(DUE + 30 * MINUTE + TICK) == (0, 1)
    assert attempts == [poison, *others, poison, poison]


@pytest.mark.usefixtures("one_shard")
def test_what_was_put_off_is_due_as_usual_once_it_was_moved_on(parity_table: Table) -> None:
    subscription_id = subscribe_at(START)
    (entry,) = list_due(parity_table)
    put_off(parity_table, entry, DUE)
    assert advance_due(DUE + 9 * MINUTE) == (0, 0)
    assert advance_due(DUE + 11 * MINUTE) == (1, 0)
    (entry,) = list_due(parity_table)
    end = load_subscription(subscription_id).period_end
    assert end
    assert entry.position == keys.due_position(f"{end:%Y-%m-%dT%H:%M:%S.%f}Z", subscription_id)


@pytest.mark.usefixtures("one_shard")
def test_what_somebody_else_moved_meanwhile_is_not_put_off(parity_table: Table) -> None:
    subscribe_at(START)
    (entry,) = list_due(parity_table)
    assert advance_due(DUE) == (1, 0)
    (moved,) = list_due(parity_table)
    put_off(parity_table, entry, DUE)
    assert list_due(parity_table) == [moved]


@pytest.mark.usefixtures("one_shard")
def test_an_outage_puts_nothing_off(monkeypatch: pytest.MonkeyPatch, parity_table: Table) -> None:
    subscribe_many(2)
    before = list_due(parity_table)

    def throttle(*_: object, **__: object) -> None:
        raise BusyError

    with monkeypatch.context() as patch:
        patch.setattr(SubscriptionStore, "get", throttle)
        assert run_job(ADVANCE, DUE)["failed"] == 2
    assert list_due(parity_table) == before
    assert advance_due(DUE) == (2, 0)


def test_a_shard_that_is_not_used_any_more_is_still_worked_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Items that were written into one of fewer shards stay there until they are written again."""
    with monkeypatch.context() as patch:
        patch.setattr(keys, "due_shard", lambda _: 0)
        subscribe_at(START)
    assert advance_due(DUE) == (1, 0)


def kill_process_at(subscription_id: str, patch: pytest.MonkeyPatch) -> None:
    """No thread of the process does anything after it has read that subscription."""
    dead: list[str] = []
    read = SubscriptionStore.get

    def get(store: SubscriptionStore, customer_id: str, id_: str) -> Any:  # noqa: ANN401
        if dead or id_ == subscription_id:
            dead.append(id_)
            raise ProcessEnded
        return read(store, customer_id, id_)

    def put_off_alive(*given: Any) -> None:  # noqa: ANN401
        if dead:
            raise ProcessEnded
        put_off(*given)

    patch.setattr(SubscriptionStore, "get", get)
    patch.setattr(due_work, "put_off", put_off_alive)


def list_due(table: Table) -> list[DueEntry]:
    found = table.query_all(
        "duePK = :shard", {":shard": subscription_keys.due_partition(3)}, IndexName=keys.DUE
    )
    return [DueEntry({"PK": item["PK"], "SK": item["SK"]}, item["dueSK"]) for item in found]


@pytest.mark.parametrize(
    ("times", "pause"),
    [(0, 10), (1, 20), (2, 40), (6, 640), (8, 24 * 60), (99, 24 * 60)],
)
def test_the_pauses_grow_up_to_a_day(times: int, pause: int) -> None:
    position = keys.due_position("2026-01-01T00:00:00.000000Z", "some~id")
    given = f"{position}~{times}" if times else position
    later = f"{DUE + timedelta(minutes=pause):%Y-%m-%dT%H:%M:%S.%f}Z#some~id~{times + 1}"
    assert keys.put_off_position(given, DUE) == later


def test_a_turn_asks_for_a_page_and_for_each_item_what_it_needs(parity_table: Table) -> None:
    subscribe_at(START)
    shard = next(shard for shard in range(keys.DUE_SHARDS) if take_turn(shard, START)["complete"])
    with record_requests(parity_table.client) as requests:
        take_turn(shard, START)
    assert [operation for operation, _ in requests] == ["Query"]
