"""The function on the stream loses its processes while customers change: nothing of it is seen in the end."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import httpx
import pytest

from parity.activity.store import keys
from parity.catalog.store.plans import PlanStore
from parity.core.errors import ConflictError
from parity.core.periods import ChargePeriod
from parity.core.times import now
from parity.customers.rules.customers import CustomerDraft, new_customer
from parity.customers.store.customers import CustomerStore
from parity.dynamodb.table import Table
from parity.entitlements.service.recompute import next_snapshot
from parity.entitlements.store.holdings import EntitlementStore
from parity.subscriptions.service.changes import (
    Cancellation,
    CancellationType,
    Effective,
    Update,
    cancel_subscription,
    undo_pending,
    update_subscription,
)
from parity.subscriptions.service.subscriptions import Offer, SubscriptionDraft, create_subscription
from parity.subscriptions.service.writes import SubscriptionStores, SubscriptionTarget
from parity.subscriptions.store.subscriptions import SubscriptionStore
from tests.support.engines.processes import run_at_once, wait_until
from tests.support.fakes.interruptions import Interruptions
from tests.support.scenarios.http_plans import LARGE, SMALL, subscribe_and_wait

CUSTOMERS = 100
THREADS = 8
INTERRUPTIONS = 12
SEED = 20260302
MOST_ROUNDS = 40

pytestmark = [pytest.mark.usefixtures("sold"), pytest.mark.slow]


@pytest.fixture
def stores(cloud_table: Table) -> SubscriptionStores:
    return SubscriptionStores(
        SubscriptionStore(cloud_table), EntitlementStore(cloud_table), PlanStore(cloud_table)
    )


def choose_offer(chance: random.Random) -> Offer:
    quantities = {"e2e-seats": chance.randrange(1, 50)}
    return Offer(
        plan=chance.choice([SMALL, LARGE]), charge_period=ChargePeriod.MONTHLY, quantities=quantities
    )


def change_once(stores: SubscriptionStores, chance: random.Random, customer_id: str) -> None:
    """Something that can happen to a customer's subscriptions."""
    owned = [each for each in stores.subscriptions.of_customer(customer_id) if each.is_live]
    if not owned or chance.random() < 1 / (1 + len(owned)):
        create_subscription(
            stores, SubscriptionDraft(customer_id=customer_id, offer=choose_offer(chance)), now()
        )
        return
    target = SubscriptionTarget(chance.choice(owned).id)
    kind = chance.choice([CancellationType.IMMEDIATE, CancellationType.CURRENT_PERIOD_ENDS])
    effective = chance.choice(list(Effective))
    changes: list[Callable[[], object]] = [
        partial(cancel_subscription, stores, target, Cancellation(kind, None, {}), now()),
        partial(update_subscription, stores, target, Update(choose_offer(chance), effective), now()),
        partial(undo_pending, stores, target, now()),
    ]
    with suppress(ConflictError):
        chance.choice(changes)()


def change_all(stores: SubscriptionStores, customers: list[str], seed: int) -> None:
    def change_some(first: int) -> None:
        chance = random.Random(f"{seed} {first}")
        for customer_id in customers[first::THREADS]:
            change_once(stores, chance, customer_id)

    assert run_at_once([partial(change_some, first) for first in range(THREADS)]) == [None] * THREADS


def has_right_snapshot(store: EntitlementStore, customer_id: str) -> bool:
    """Whether the stored snapshot is what follows from all that is stored."""
    holdings = store.holdings(customer_id)
    return holdings.snapshot is not None and next_snapshot(holdings, now()) is None


def count_told_changes(table: Table, customer_ids: list[str]) -> dict[str, int]:
    """By subscription, how many entries of activity it has."""
    found = [
        item
        for customer_id in customer_ids
        for item in table.query_all(
            "PK = :activity", {":activity": keys.activity(customer_id)}, ConsistentRead=True
        )
    ]
    return Counter(item["subscriptionId"] for item in found if "subscriptionId" in item)


def count_changes(store: SubscriptionStore, customer_ids: list[str]) -> dict[str, int]:
    """By subscription, how often it was written."""
    return {each.id: each.version for customer_id in customer_ids for each in store.of_customer(customer_id)}


def test_however_often_the_function_is_interrupted_snapshots_are_right_and_each_change_is_told_once(
    stores: SubscriptionStores,
    cloud_table: Table,
    hindrance: Interruptions,
    client: httpx.Client,
    identifier: str,
) -> None:
    customers = [f"{identifier}-{number}" for number in range(CUSTOMERS)]
    for customer_id in customers:
        draft = CustomerDraft(name=customer_id)
        made = new_customer(draft, id=f"id-{customer_id}", customer_id=customer_id, now=now())
        CustomerStore(cloud_table).create(made)
    before = hindrance.interrupted
    with hindrance.end_processes(SEED):
        for number in range(MOST_ROUNDS):
            change_all(stores, customers, SEED + number)
            if hindrance.interrupted - before >= INTERRUPTIONS:
                break
    assert hindrance.interrupted - before >= INTERRUPTIONS
    wait_until(lambda: all(has_right_snapshot(stores.entitlements, customer_id) for customer_id in customers))
    # The stream has one shard, so what was before it has been processed.
    subscribe_and_wait(client, f"{identifier}-later")
    assert [each for each in customers if not has_right_snapshot(stores.entitlements, each)] == []
    changes = count_changes(stores.subscriptions, customers)
    wait_until(lambda: count_told_changes(cloud_table, customers) == changes, 60)
    snapshots = [stores.entitlements.read_for_check(customer_id).snapshot for customer_id in customers]
    assert any(snapshot and snapshot.features for snapshot in snapshots)
