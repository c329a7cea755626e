"""Ten thousand subscribers move to a new version of their plan, by two workers that end on the way."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from parity.catalog.api.stores import catalog_stores
from parity.catalog.rules.migrations import Migration, MigrationScope, MigrationStatus
from parity.catalog.rules.plans import PlanVersion
from parity.catalog.service.plans import PlanToChange, edit_plan, publish_plan
from parity.catalog.store.migrations import MigrationStore, migration_store
from parity.catalog.store.plans import plan_store
from parity.core.periods import ChargePeriod
from parity.core.times import now
from parity.dynamodb import keys
from parity.dynamodb.items import to_wire
from parity.dynamodb.table import Table
from parity.entitlements.store.holdings import entitlement_store
from parity.subscriptions.rules import cancellations, changes
from parity.subscriptions.rules.subscriptions import Subscription, terms_of
from parity.subscriptions.service.migration import MigrationStores, migrate_chunk
from parity.subscriptions.store.items import subscription_from_item, subscription_to_item
from parity.subscriptions.store.subscriptions import SubscriptionStore, subscription_store
from tests.support.builders.catalog import make_entitlement, make_price, sell_plan
from tests.support.engines.processes import run_at_once
from tests.support.fakes.tables import scan_items

SUBSCRIBERS = 10_000
YEARLY_EVERY = 400
"""The new version is not sold by the year: these stay where they are."""

CANCELED = 100
WORKERS = 2
LIFETIME_WRITES = 1_300
"""So many subscriptions a worker moves before it ends."""

START = datetime(2026, 1, 31, 10, 30, tzinfo=UTC)
BATCH = 25


pytestmark = pytest.mark.slow


class WorkerEnded(BaseException):
    """The worker is gone: nothing in it runs after this."""


def make_subscription(number: int, version: PlanVersion) -> Subscription:
    period = ChargePeriod.MONTHLY if number % YEARLY_EVERY else ChargePeriod.YEARLY
    sold = version.price(period)
    assert sold is not None
    return changes.start_subscription(
        terms_of(version, sold, {}),
        changes.Start(id=f"sub-{number:05}", customer_id=f"customer-{number:05}", date=START),
        START,
    )


def store_subscriptions(table: Table, version: PlanVersion) -> None:
    """As the store writes them, in batches; those at the end are over."""
    live = [make_subscription(number, version) for number in range(SUBSCRIBERS)]
    begun = [make_subscription(number, version) for number in range(SUBSCRIBERS, SUBSCRIBERS + CANCELED)]
    over = [cancellations.apply_cancellation(each, None, START, {}) for each in begun]
    requests = iter({"PutRequest": {"Item": to_wire(subscription_to_item(each))}} for each in (*live, *over))
    while batch := list(itertools.islice(requests, BATCH)):
        request: Any = {table.name: batch}
        assert not table.client.batch_write_item(RequestItems=request)["UnprocessedItems"]


def iterate_stored(table: Table) -> Iterator[Subscription]:
    return (
        subscription_from_item(item) for item in scan_items(table) if item["SK"].startswith(keys.SUBSCRIPTION)
    )


class Worker:
    """Moves chunk after chunk; it ends when it has written so much, and another takes its place."""

    def __init__(self, table: Table) -> None:
        self.migrations, self.subscriptions = MigrationStore(table), SubscriptionStore(table)
        self.lives = 1
        self._writes = itertools.count(1)
        self._end_before(self.subscriptions, LIFETIME_WRITES)
        self._end_before(self.migrations, LIFETIME_WRITES // 100)

    def _end_before(self, store: Any, writes: int) -> None:  # noqa: ANN401
        """Just before each so-manieth write of the store."""
        replace: Callable[..., None] = store.replace
        numbers = itertools.count(1)

        def replace_or_end(*args: Any, **named: Any) -> None:  # noqa: ANN401
            if next(numbers) % writes == 0:
                raise WorkerEnded
            replace(*args, **named)

        store.replace = replace_or_end

    def run(self) -> Migration:
        while True:
            try:
                stores = MigrationStores(
                    self.migrations, self.subscriptions, entitlement_store(), plan_store()
                )
                migration = migrate_chunk(stores, "pro", 2, now())
            except WorkerEnded:
                self.lives += 1
                continue
            if migration.status is MigrationStatus.COMPLETED:
                return migration


def test_every_subscriber_is_moved_once_and_counted(table: Table) -> None:
    sell_plan("pro", make_price(), make_price("YEARLY", "200.00"))
    store_subscriptions(table, plan_store().get_version("pro", 1))
    target = PlanToChange("pro", now())
    scope = MigrationScope(features=True, pricing=True)
    new_version = {"prices": (make_price(amount="30.00"),), "entitlements": (make_entitlement(value=500),)}
    edit_plan(plan_store(), target, lambda _: new_version)
    publish_plan(catalog_stores(), target, scope)
    workers = [Worker(table) for _ in range(WORKERS)]
    outcomes = run_at_once([partial(worker.run) for worker in workers])
    assert [outcome.status for outcome in outcomes if isinstance(outcome, Migration)] == [
        MigrationStatus.COMPLETED
    ] * WORKERS
    assert sum(worker.lives for worker in workers) > 2 * WORKERS
    staying = SUBSCRIBERS // YEARLY_EVERY
    done = migration_store().get("pro", 2)
    assert (done.total, done.done, done.failed) == (SUBSCRIBERS, SUBSCRIBERS - staying, staying)
    assert {failure.subscription_id for failure in done.failures} == {
        f"sub-{number:05}" for number in range(0, SUBSCRIBERS, YEARLY_EVERY)
    }
    assert migration_store().all_running() == []
    assert subscription_store().count_subscribers("pro", 2) == SUBSCRIBERS - staying
    assert subscription_store().count_subscribers("pro", 1) == staying
    found = Counter(
        (each.is_live, each.terms.plan_version, each.terms.price.amount, each.version)
        for each in iterate_stored(table)
    )
    assert found == {
        (True, 2, "30.00", 2): SUBSCRIBERS - staying,
        (True, 1, "200.00", 1): staying,
        (False, 1, "20.00", 2): CANCELED - 1,
        (False, 1, "200.00", 2): 1,
    }
