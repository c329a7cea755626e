"""Webhook retries and parked work: one run takes the turns of all shards, and none of them starves."""

from __future__ import annotations

from itertools import chain
from typing import Any
from uuid import uuid4

import pytest

from parity.core.errors import BusyError
from parity.core.times import now
from parity.dynamodb import keys
from parity.dynamodb.parked_work import ParkedWork, parked_work_store
from parity.webhooks.api.queues import NotAskedError
from parity.webhooks.rules.deliveries import Delivery, DeliveryId
from parity.webhooks.service import retries
from parity.webhooks.service.retries import LEASE
from parity.webhooks.store.deliveries import DeliveryStore, delivery_store
from parity.webhooks.store.delivery_queue import DeliveryQueue, request_from_body
from tests.support.builders.moments import HOUR, MINUTE, NOON
from tests.support.builders.webhooks import RETRY, receive_attempts, set_webhook_clocks
from tests.support.fakes.event_sources import retry_parked_work
from tests.support.fakes.functions import Context, load_handler

NOW = now()
SHARDS = range(keys.DUE_SHARDS)
RUN_MILLISECONDS = 35_000
"""Five seconds of it are for the end."""

ENDPOINT = f"we_{0:016x}"


@pytest.fixture
def context() -> Context:
    return Context(remaining_milliseconds=RUN_MILLISECONDS)


def store_deliveries(monkeypatch: pytest.MonkeyPatch, shard: int, number: int) -> set[str]:
    """The ids of deliveries of a shard, which have been due for an hour."""
    monkeypatch.setattr(keys, "due_shard", lambda _: shard)
    ids = [DeliveryId(ENDPOINT, NOW - HOUR, str(uuid4())) for _ in range(number)]
    for id_ in ids:
        delivery = Delivery(id=id_, event_type="customer.created", body=b"{}", due_on=NOW - HOUR, version=1)
        delivery_store().save(delivery)
    return set(map(str, ids))


def spend_time_on_leases(monkeypatch: pytest.MonkeyPatch, context: Context, milliseconds: int) -> None:
    lease = DeliveryStore.lease

    def lease_slowly(*of: Any) -> bool:  # noqa: ANN401
        context.remaining_milliseconds -= milliseconds
        return lease(*of)

    monkeypatch.setattr(DeliveryStore, "lease", lease_slowly)


def list_asked(queue: DeliveryQueue) -> set[str]:
    return {str(request_from_body(body).id) for body in receive_attempts(queue)}


def test_an_endpoint_with_a_huge_backlog_keeps_no_other_shard_waiting(
    attempts_queue: DeliveryQueue, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The backlog alone would take a whole run."""
    backlog = store_deliveries(monkeypatch, 0, 60)
    others = set(chain(*(store_deliveries(monkeypatch, shard, 1) for shard in SHARDS[1:])))
    spend_time_on_leases(monkeypatch, context, 500)
    set_webhook_clocks(monkeypatch, NOW)
    done = load_handler(RETRY).handler({}, context)
    asked = list_asked(attempts_queue)
    assert others <= asked
    assert 0 < len(asked & backlog) < len(backlog)
    assert done == {"queued": len(asked), "complete": False}


def test_shards_whose_tasks_take_longer_than_their_share_are_the_first_in_turn(
    attempts_queue: DeliveryQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No run gets to all shards. In four runs each has had a turn, though none has been finished."""
    monkeypatch.setattr(retries, "CHUNK", 3)
    of_shard = {shard: store_deliveries(monkeypatch, shard, 4) for shard in SHARDS}
    asked: set[str] = set()
    for minute in range(4):
        context = Context(remaining_milliseconds=RUN_MILLISECONDS)
        with monkeypatch.context() as patch:
            spend_time_on_leases(patch, context, 1_000)
            set_webhook_clocks(patch, NOW + minute * MINUTE)
            assert load_handler(RETRY).handler({}, context)["complete"] is False
        of_run = list_asked(attempts_queue)
        assert not all(of_run & deliveries for deliveries in of_shard.values())
        asked |= of_run
    assert [shard for shard, deliveries in of_shard.items() if not asked & deliveries] == []


def test_what_has_a_lease_is_asked_for_where_a_later_lease_fails(
    attempts_queue: DeliveryQueue, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run fails, so that an alarm is raised; what failed is due in the next one."""
    ids = store_deliveries(monkeypatch, 3, 5)
    lease, leased = DeliveryStore.lease, []

    def fail_once(*of: Any) -> bool:  # noqa: ANN401
        leased.append(of)
        if len(leased) == 4:
            raise BusyError
        return lease(*of)

    monkeypatch.setattr(DeliveryStore, "lease", fail_once)
    set_webhook_clocks(monkeypatch, NOW)
    with pytest.raises(NotAskedError):
        load_handler(RETRY).handler({}, context)
    first = list_asked(attempts_queue)
    assert len(first) == 3
    assert load_handler(RETRY).handler({}, context) == {"queued": 2, "complete": True}
    assert list_asked(attempts_queue) == ids - first
    set_webhook_clocks(monkeypatch, NOW + LEASE + MINUTE)
    assert load_handler(RETRY).handler({}, context)["queued"] == 5


def test_customers_with_much_parked_work_keep_no_other_shard_waiting(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [*(f"busy-{number}" for number in range(60)), *(f"other-{shard}" for shard in SHARDS[1:])]
    monkeypatch.setattr(keys, "due_shard", lambda name: int(name.partition("-")[2]) * ("other" in name))
    for name in names:
        parked_work_store().park(
            ParkedWork(task="recompute", customer_id=name, error="KeyError", parked_on=NOON - HOUR)
        )
    done: list[str] = []

    def follow_slowly(_: object, customer_id: str, *__: object) -> None:
        done.append(customer_id)
        context.remaining_milliseconds -= 500

    monkeypatch.setattr(load_handler("parked_work/retry"), "follow_records", follow_slowly)
    outcome = retry_parked_work(NOON, context)
    assert {name for name in names if name.startswith("other")} <= set(done)
    assert len(done) == len(set(done)) < len(names)
    assert outcome == {"done": len(done), "failed": 0, "parked": len(names) - len(done)}
