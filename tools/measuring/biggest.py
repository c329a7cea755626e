"""What the biggest customer costs: its bytes, and the units of a check and of a change, by its size."""

from __future__ import annotations

import sys
import time
from functools import partial
from typing import TYPE_CHECKING, Any

from parity.core.times import now
from parity.customers.store import keys as customer_keys
from parity.dynamodb.table import table
from parity.entitlements.service.check import check
from parity.entitlements.service.recompute import recompute
from parity.entitlements.store.holdings import entitlement_store
from parity.entitlements.store.keys import ENTITLEMENTS, SUBSCRIPTION
from parity.subscriptions.api.stores import subscription_stores
from parity.subscriptions.rules.subscriptions import MAX_LIVE_SUBSCRIPTIONS
from parity.subscriptions.service.changes import Cancellation, CancellationType, cancel_subscription
from parity.subscriptions.service.writes import SubscriptionTarget
from tests.support.builders.counters import measure_item
from tests.support.scenarios.biggest_customer import name_features, sell_large_plan, subscribe_acme
from tools.measuring.units import Meter, empty_table

if TYPE_CHECKING:
    from collections.abc import Callable

FEATURES = 100
SIZES = (1, 10, MAX_LIVE_SUBSCRIPTIONS)
AT_PERIOD_END = Cancellation(CancellationType.CURRENT_PERIOD_ENDS, None, {})
KILOBYTE = 1024


def measure() -> None:
    """Prints what a customer costs that gets more and more subscriptions to 100 metered features."""
    meter, store = Meter(), entitlement_store()
    sell_large_plan(FEATURES)
    made: list[str] = []
    for size in SIZES:
        made += subscribe_acme(range(len(made), size))
        sys.stdout.write(f"\n{size} subscription(s) to {FEATURES} features\n")
        _print_sizes()
        _measure(meter, "check of all features", lambda: _check(None))
        _measure(meter, "check of one feature", lambda: _check(name_features(1)))
        _measure(meter, "recompute, unchanged", lambda: recompute(store, "acme", now()))
        _measure(meter, "cancel at the end of the period, or again", partial(_cancel, made[0]))


def _check(features: list[str] | None) -> None:
    check(entitlement_store().read_for_check("acme"), now(), features)


def _cancel(subscription_id: str) -> None:
    cancel_subscription(subscription_stores(), SubscriptionTarget(subscription_id), AT_PERIOD_END, now())


def _print_sizes() -> None:
    partition = {":pk": customer_keys.customer("acme")["PK"]}
    sizes = {
        item["SK"]: measure_item(item)
        for item in table().query_all("PK = :pk", partition, ConsistentRead=True)
    }
    subscriptions = [size for key, size in sizes.items() if key.startswith(SUBSCRIPTION)]
    sys.stdout.write(
        f"snapshot {sizes[ENTITLEMENTS]:,} bytes; a subscription {max(subscriptions):,} bytes; "
        f"all items of the customer {sum(sizes.values()) / KILOBYTE:,.0f} KB\n"
    )


def _measure(meter: Meter, what: str, work: Callable[[], Any]) -> None:
    meter.measure(what, work)
    started = time.process_time()
    work()
    sys.stdout.write(f"{'':<64} {1000 * (time.process_time() - started):>5.0f} ms of CPU, the second time\n")


if __name__ == "__main__":
    with empty_table():
        measure()
