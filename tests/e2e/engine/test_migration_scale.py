"""Ten thousand subscribers move to a new version of their plan, by workers that end on the way."""

from __future__ import annotations

import itertools
import json
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest

from parity.catalog.api.stores import catalog_stores
from parity.catalog.rules.migrations import MigrationScope, MigrationSegment, MigrationStatus
from parity.catalog.rules.plans import PlanVersion
from parity.catalog.service.plans import PlanToChange, edit_plan, publish_plan
from parity.catalog.store.migrations import MigrationStore, migration_store
from parity.catalog.store.plans import plan_store
from parity.core.periods import ChargePeriod
from parity.core.times import now
from parity.dynamodb.items import to_wire
from parity.dynamodb.table import Table
from parity.entitlements.store import keys
from parity.subscriptions.rules import cancellations, changes
from parity.subscriptions.rules.subscriptions import Subscription, terms_of
from parity.subscriptions.store.items import subscription_from_item, subscription_to_item
from parity.subscriptions.store.migration_queue import to_request
from parity.subscriptions.store.subscribers import SubscriberSegment, subscriber_index
from parity.subscriptions.store.subscriptions import SubscriptionStore
from tests.support.builders.catalog import make_entitlement, make_price, sell_plan
from tests.support.engines.processes import list_unexpected, run_at_once
from tests.support.fakes.functions import Context, load_handler
from tests.support.fakes.tables import scan_items
from tests.support.sizes import PartOrAll

YEARLY_EVERY = 400
"""The new version is not sold by the year: these stay where they are."""

CANCELED = 100
WORKERS = 4
OF_ONE_CUSTOMER = 60
"""Subscriptions of a customer who has some in each segment, so that workers collide."""

DELIVERED_AGAIN = 0.3

START = datetime(2026, 1, 31, 10, 30, tzinfo=UTC)
BATCH = 25


pytestmark = pytest.mark.slow


class WorkerEnded(BaseException):
    """The worker is gone: nothing in it runs after this."""


def make_id(number: int) -> str:
    """Random, as ids are, and the same for the same number."""
    return str(UUID(bytes=sha256(str(number).encode()).digest()[:16], version=4))


def make_subscription(number: int, version: PlanVersion) -> Subscription:
    period = ChargePeriod.MONTHLY if number % YEARLY_EVERY else ChargePeriod.YEARLY
    sold = version.price(period)
    assert sold is not None
    return changes.start_subscription(
        terms_of(version, sold, {}),
        changes.Start(
            id=make_id(number),
            customer_id="busy" if number < OF_ONE_CUSTOMER else f"customer-{number:05}",
            date=START,
        ),
        START,
    )


def store_subscriptions(table: Table, version: PlanVersion, subscribers: int) -> None:
    """As the store writes them, in batches; those at the end are over."""
    live = [make_subscription(number, version) for number in range(subscribers)]
    begun = [make_subscription(number, version) for number in range(subscribers, subscribers + CANCELED)]
    over = [cancellations.apply_cancellation(each, None, START, {}) for each in begun]
    requests = iter({"PutRequest": {"Item": to_wire(subscription_to_item(each))}} for each in (*live, *over))
    while batch := list(itertools.islice(requests, BATCH)):
        request: Any = {table.name: batch}
        assert not table.client.batch_write_item(RequestItems=request)["UnprocessedItems"]


def iterate_stored(table: Table) -> Iterator[Subscription]:
    return (
        subscription_from_item(item) for item in scan_items(table) if item["SK"].startswith(keys.SUBSCRIPTION)
    )


class UnkindQueue:
    """Delivers in any order, some messages again or late, and several of a segment at once."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._waiting: list[dict[str, Any]] = []
        self._lock = threading.Lock()

    def send(self, segments: Iterable[MigrationSegment]) -> None:
        with self._lock:
            self._waiting += [asdict(to_request(segment)) for segment in segments]

    def take(self) -> dict[str, Any] | None:
        with self._lock:
            if not self._waiting:
                return None
            place = self._chance.randrange(len(self._waiting))
            is_delivered_again = self._chance.random() < DELIVERED_AGAIN
            return self._waiting[place] if is_delivered_again else self._waiting.pop(place)


class Workers:
    """Move chunk after chunk, until nothing is left. A worker may end before or after any write."""

    def __init__(self, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
        self._chance = random.Random(seed)
        self._queue = UnkindQueue(seed)
        self._migrate = load_handler("plan_migrations/migrate").handler
        self._resume = load_handler("plan_migrations/resume").handler
        self.ended = 0
        for operation in ("migrate", "resume"):
            module = load_handler(f"plan_migrations/{operation}")
            monkeypatch.setattr(module, "migration_queue", lambda: self._queue)
        monkeypatch.setattr(MigrationStore, "replace", self._end_at(MigrationStore.replace, 0.1))
        monkeypatch.setattr(SubscriptionStore, "replace", self._end_at(SubscriptionStore.replace, 0.002))

    def _end_at(self, write: Callable[..., None], share: float) -> Callable[..., None]:
        def write_or_end(*args: Any, **named: Any) -> None:  # noqa: ANN401
            if self._chance.random() < share:
                raise WorkerEnded
            write(*args, **named)
            if self._chance.random() < share:
                raise WorkerEnded

        return write_or_end

    def run(self) -> None:
        while migration_store().all_running():
            message = self._queue.take()
            if message is None:
                self._resume({}, Context())
                continue
            try:
                self._migrate({"Records": [{"body": json.dumps(message)}]}, Context())
            except WorkerEnded:
                self.ended += 1


@pytest.mark.parametrize("seed", [1, 2])
def test_every_subscriber_is_moved_once_and_counted(
    seed: int, table: Table, part_or_all: PartOrAll, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribers = part_or_all(1_200, 10_000)
    sell_plan("pro", make_price(), make_price("YEARLY", "200.00"))
    store_subscriptions(table, plan_store().get_version("pro", 1), subscribers)
    target = PlanToChange("pro", now())
    scope = MigrationScope(features=True, pricing=True)
    new_version = {"prices": (make_price(amount="30.00"),), "entitlements": (make_entitlement(value=500),)}
    edit_plan(plan_store(), target, lambda _: new_version)
    publish_plan(catalog_stores(), target, scope)
    workers = Workers(seed, monkeypatch)
    assert list_unexpected(run_at_once([workers.run] * WORKERS)) == []
    assert workers.ended > WORKERS
    staying = len(range(0, subscribers, YEARLY_EVERY))
    done = migration_store().get("pro", 2)
    assert done.status is MigrationStatus.COMPLETED
    assert (done.total, done.done, done.failed) == (subscribers, subscribers - staying, staying)
    assert sorted(failure.subscription_id for failure in done.failures) == sorted(
        make_id(number) for number in range(0, subscribers, YEARLY_EVERY)
    )
    index = subscriber_index()
    assert index.count(SubscriberSegment("pro", 2)) == (0, subscribers - staying)
    assert index.count(SubscriberSegment("pro", 1)) == (0, staying)
    found = Counter(
        (each.is_live, each.terms.plan_version, each.terms.price.amount, each.version)
        for each in iterate_stored(table)
    )
    assert found == {
        (True, 2, "30.00", 2): subscribers - staying,
        (True, 1, "200.00", 1): staying,
        (False, 1, "20.00", 2): CANCELED - 1,
        (False, 1, "200.00", 2): 1,
    }
