"""What checks, recomputes and new subscriptions cost in read and write units, and how large snapshots are.

"20 features" are 10 metered ones, each with a counter, and 10 others.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from parity.core.periods import ChargePeriod
from parity.core.times import now
from parity.customers.rules.customers import CustomerDraft
from parity.customers.service.changes import create_customer
from parity.customers.service.imports import import_customers
from parity.customers.store import keys
from parity.customers.store.customers import customer_store
from parity.entitlements.service.check import check
from parity.entitlements.service.recompute import recompute
from parity.entitlements.store.holdings import entitlement_store
from parity.subscriptions.api.stores import subscription_stores
from parity.subscriptions.service.changes import Cancellation, CancellationType, cancel_subscription
from parity.subscriptions.service.subscriptions import Offer, SubscriptionDraft, create_subscription
from parity.subscriptions.service.writes import SubscriptionTarget
from tests.support.answers import expect
from tests.support.builders.catalog import sell_plan, store_metered_feature
from tests.support.builders.counters import (
    describe_check_sizes,
    make_sample_counters,
    make_sample_entitlements,
)
from tests.support.builders.entitlements import create_grant, remove_override, set_override
from tests.support.builders.subscriptions import post_to_subscription
from tools.measuring.units import Meter, empty_table

if TYPE_CHECKING:
    from collections.abc import Callable

    from parity.subscriptions.rules.subscriptions import Subscription

OTHERS = 1000
PAST = 10
SIZES = {"one": 1, "twenty": 20}
"""Customers by the number of features that their plan of the same name gives."""

NOW = {"cancellation_type": "IMMEDIATE"}


def measure() -> None:
    meter = Meter()
    store_metered_feature("metered-feature-0")
    for customer_id, features in SIZES.items():
        sell_plan(customer_id, gives=make_sample_entitlements(features))
        _create_customer(customer_id)
        _measure_changes(meter, customer_id, features)
        store_sample_usage(customer_id)
        _measure_check(meter, customer_id, f"check of {features} feature(s)")
    for _ in range(PAST):
        _cancel(_subscribe("twenty"))
    meter.measure(f"recompute with {PAST} past subscriptions, unchanged", lambda: _recompute("twenty"))
    _measure_check(meter, "twenty", f"check of 20 features, {PAST} past subscriptions")
    import_customers(customer_store(), [CustomerDraft(name=f"Other {n}") for n in range(OTHERS)], now, bool)
    _measure_check(meter, "twenty", f"the same among {OTHERS:,} other customers")
    _measure_check(meter, "twenty", "one of the 20 features", "metered-feature-0")
    sys.stdout.write(f"\n{describe_check_sizes()}\n")


def _measure_changes(meter: Meter, customer_id: str, features: int) -> None:
    """Each change, and what the stream function does then."""
    made: list[str] = []
    changes: dict[str, Callable[[], object]] = {
        "create a subscription": lambda: made.append(_subscribe(customer_id).id),
        "change its terms": lambda: _update(made[0], customer_id),
        "cancel it": lambda: expect(post_to_subscription("cancel", made[0], NOW), 200),
        "add a grant": lambda: create_grant(5, customer_id, featureId="metered-feature-0"),
        "set an override": lambda: set_override("metered-feature-0", customer_id, value=5),
        "remove it": lambda: expect(remove_override("metered-feature-0", customer_id=customer_id), 204),
        "create another subscription": lambda: _subscribe(customer_id),
    }
    for what, change in changes.items():
        meter.measure(f"{what}, {features} feature(s)", change)
        if meter.measure("  the stream function then", lambda: _recompute(customer_id)):
            sys.exit(f"{what}: the snapshot was not right after it")


def _update(subscription_id: str, plan: str) -> None:
    features = [{"identifier": "metered-feature-0", "quantity": 7}]
    body = {"plan_identifier": plan, "charge_period": "MONTHLY", "features": features}
    expect(post_to_subscription("update", subscription_id, body), 200)


def _measure_check(meter: Meter, customer_id: str, what: str, feature: str | None = None) -> None:
    store = entitlement_store()
    asked = [feature] if feature else None
    found = meter.measure(what, lambda: check(store.read_for_check(customer_id), now(), asked))
    if not all(entitlement.has_access for entitlement in found):
        sys.exit(f"{what}: access was denied")


def _create_customer(customer_id: str) -> None:
    draft = CustomerDraft(name=customer_id, customer_id=customer_id)
    create_customer(customer_store(), draft, now(), lambda _: None)


def _subscribe(customer_id: str) -> Subscription:
    offer = Offer(plan=customer_id, charge_period=ChargePeriod.MONTHLY)
    draft = SubscriptionDraft(customer_id=customer_id, offer=offer)
    return create_subscription(subscription_stores(), draft, now())


def _cancel(subscription: Subscription) -> None:
    cancellation = Cancellation(CancellationType.IMMEDIATE, None, {})
    cancel_subscription(subscription_stores(), SubscriptionTarget(subscription.id), cancellation, now())


def _recompute(customer_id: str) -> bool:
    return recompute(entitlement_store(), customer_id, now()).changed


def store_sample_usage(customer_id: str) -> None:
    """Puts the counters there that usage would have put."""
    store = entitlement_store()
    snapshot = store.read_for_check(customer_id).snapshot
    if snapshot is None:
        sys.exit("the recompute left no snapshot")
    for counter in make_sample_counters(snapshot, at=now()):
        place = {"PK": keys.customer(customer_id)["PK"]}
        store.table.put_on_condition({**counter, **place}, "attribute_not_exists(PK)", {})


if __name__ == "__main__":
    with empty_table():
        measure()
