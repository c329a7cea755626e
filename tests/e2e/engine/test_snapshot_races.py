"""Changes of one customer at once: the snapshot is right once they are answered, with no stream function."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from parity.core.errors import BusyError, VersionConflictError
from parity.core.periods import ChargePeriod
from parity.core.times import now
from parity.dynamodb.table import Table
from parity.entitlements.api.stores import override_stores
from parity.entitlements.rules.errors import OverrideNotFoundError
from parity.entitlements.rules.sources import SourceKind
from parity.entitlements.service.check import check
from parity.entitlements.service.overrides import OverrideDraft, remove_override, set_override
from parity.entitlements.service.recompute import next_snapshot
from parity.entitlements.store.holdings import entitlement_store
from parity.subscriptions.api.stores import subscription_stores
from parity.subscriptions.rules.errors import SubscriptionEndedError
from parity.subscriptions.service.changes import (
    Cancellation,
    CancellationType,
    Update,
    cancel_subscription,
    update_subscription,
)
from parity.subscriptions.service.subscriptions import Offer, SubscriptionDraft, create_subscription
from parity.subscriptions.service.writes import SubscriptionTarget
from tests.support.builders.catalog import make_entitlement, sell_plan, store_metered_feature
from tests.support.builders.customers import store_customer
from tests.support.engines.processes import list_unexpected, run_at_once

pytestmark = pytest.mark.slow

ROUNDS = 50
THREADS = 8
CHECKS_PER_THREAD = 128
EXPECTED = (BusyError, VersionConflictError, OverrideNotFoundError, SubscriptionEndedError)
"""What one of two changes at once may be refused with."""

Call = Callable[[], Any]


@pytest.fixture(autouse=True)
def plans(table: Table) -> None:
    store_metered_feature("exports")
    sell_plan("pro", gives=(make_entitlement(),))
    sell_plan("team", gives=(make_entitlement(value=500), make_entitlement("seats", 5)))


def offer(plan: str) -> Offer:
    return Offer(plan=plan, charge_period=ChargePeriod.MONTHLY)


def subscribe(customer_id: str, plan: str = "pro") -> str:
    draft = SubscriptionDraft(customer_id=customer_id, offer=offer(plan))
    return create_subscription(subscription_stores(), draft, now()).id


def update(subscription_id: str, plan: str) -> None:
    target = SubscriptionTarget(subscription_id)
    update_subscription(subscription_stores(), target, Update(offer(plan)), now())


def cancel(subscription_id: str) -> None:
    target = SubscriptionTarget(subscription_id)
    cancel_subscription(
        subscription_stores(), target, Cancellation(CancellationType.IMMEDIATE, None, {}), now()
    )


def override(customer_id: str, value: int) -> None:
    draft = OverrideDraft(kind=SourceKind.OVERRIDE, value=value)
    set_override(override_stores(), customer_id, "exports", draft, now())


def remove(customer_id: str) -> None:
    remove_override(override_stores(), customer_id, SourceKind.OVERRIDE, "exports", now())


def list_changes(customer_id: str) -> list[Call]:
    """Changes that give and take, of a customer who has a subscription and an override."""
    subscription_id = subscribe(customer_id)
    override(customer_id, 5)
    return [
        partial(subscribe, customer_id, "team"),
        partial(update, subscription_id, "team"),
        partial(cancel, subscription_id),
        partial(override, customer_id, 7),
        partial(override, customer_id, 9),
        partial(remove, customer_id),
    ]


def test_two_changes_at_once_leave_the_right_snapshot() -> None:
    chance = random.Random(1)
    for number in range(ROUNDS):
        customer_id = store_customer(f"Customer {number}").customer_id
        outcomes = run_at_once(chance.sample(list_changes(customer_id), 2))
        assert not [
            each for each in outcomes if isinstance(each, Exception) and not isinstance(each, EXPECTED)
        ]
        assert next_snapshot(entitlement_store().holdings(customer_id), now()) is None


def test_sixteen_first_subscriptions_at_once_are_all_in_the_snapshot() -> None:
    store_customer("Acme")
    outcomes = run_at_once([partial(subscribe, "acme")] * 16)
    made = {each for each in outcomes if isinstance(each, str)}
    assert list_unexpected(outcomes, BusyError) == []
    (feature,) = check(entitlement_store().read_for_check("acme", consistent=True), now())
    assert {source.id for source in feature.sources} == made


def find_limit(customer_id: str) -> int | None:
    found = check(entitlement_store().read_for_check(customer_id, consistent=True), now(), ["exports"])
    return next((each.value for each in found if each.has_access), None)


def change_and_check(customer_id: str, seed: int) -> int:
    """Makes changes one after another, each followed by a check; returns how many checks were wrong."""
    chance, wrong = random.Random(seed), 0
    subscription_id = subscribe(customer_id)
    for _ in range(CHECKS_PER_THREAD // 4):
        value, plan = chance.randrange(1, 50), chance.choice(["pro", "team"])
        cancel(subscription_id)
        wrong += find_limit(customer_id) is not None
        subscription_id = subscribe(customer_id, plan)
        wrong += find_limit(customer_id) != (100 if plan == "pro" else 500)
        override(customer_id, value)
        wrong += find_limit(customer_id) != value
        remove(customer_id)
        wrong += find_limit(customer_id) != (100 if plan == "pro" else 500)
    return wrong


def test_none_of_a_thousand_checks_right_after_a_change_is_wrong() -> None:
    customers = [store_customer(f"Customer {number}").customer_id for number in range(THREADS)]
    calls = [partial(change_and_check, customer_id, seed) for seed, customer_id in enumerate(customers)]
    assert run_at_once(calls) == [0] * THREADS
