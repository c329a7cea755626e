"""How many bytes a check reads, by DynamoDB's rules: what it costs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from parity.catalog.rules.features import FeatureType
from parity.core.periods import Reset, ResetTime
from parity.entitlements.rules.allowances import window_kinds
from parity.entitlements.rules.snapshots import snapshot_of
from parity.entitlements.store.snapshots import snapshot_to_item
from tests.support.counters import counter_item
from tests.support.subscriptions import given, subscription

if TYPE_CHECKING:
    from parity.catalog.rules.plans import PlanEntitlement
    from parity.dynamodb.items import Item
    from parity.entitlements.rules.sources import Snapshot

CUSTOMER_ID = "5f0c6b1e-41b7-4c57-9a0e-2f3d8b7a5510"
SAMPLED_ON = datetime(2026, 3, 15, 12, 30, 0, 123456, tzinfo=UTC)


def sample_snapshot(features: int, subscriptions: int = 1) -> Snapshot:
    """As of a plan with so many features: every second one metered, half of these by the subscription."""
    held = [
        replace(
            subscription(*sample_entitlements(features), plan=f"professional-{each}"),
            id=f"0d9b8a5c-3c1f-4e5a-9b57-{each:012}",
        )
        for each in range(subscriptions)
    ]
    return replace(snapshot_of(held, [], archived=False), revision=41)


def sample_entitlements(features: int) -> tuple[PlanEntitlement, ...]:
    """What a plan with so many features gives: every second one is metered."""
    return tuple(_sample(number) for number in range(features))


def _sample(number: int) -> PlanEntitlement:
    if number % 2:
        return given(f"included-feature-{number}", 1, FeatureType.BOOLEAN)
    reset_time = ResetTime.SUBSCRIPTION_START if number % 4 else ResetTime.BEGINNING_OF_PERIOD
    return given(f"metered-feature-{number}", 100_000, reset=Reset.EVERY_MONTH, reset_time=reset_time)


def sample_counters(snapshot: Snapshot, used: int = 12_345) -> list[Item]:
    """A counter per metered feature with all its windows, as usage writes them."""
    return [
        counter_item(
            CUSTOMER_ID,
            name,
            dict.fromkeys(window_kinds(known), used),
            SAMPLED_ON,
            taken=used,
            earlier=10 * used,
            version=used,
        )
        for name, known in snapshot.features.items()
        if known.feature_type is FeatureType.METER
    ]


def item_size(item: Item) -> int:
    """Bytes by DynamoDB's rules: names and texts as UTF-8, a number about a byte per two digits."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items() if value is not None)


def _value_size(value: str | int) -> int:
    if isinstance(value, bool):
        return 1
    if isinstance(value, int):
        return 2 + (len(str(abs(value))) + 1) // 2
    return len(value.encode())


def check_size(features: int, subscriptions: int = 1) -> tuple[int, int]:
    """Bytes that a check of a customer with so many features reads: the snapshot, and with all counters."""
    snapshot = sample_snapshot(features, subscriptions)
    item = item_size(snapshot_to_item(CUSTOMER_ID, snapshot))
    return item, item + sum(map(item_size, sample_counters(snapshot)))


def snapshot_sizes() -> str:
    """A line for each number of features, to be shown by a tool."""
    lines = []
    for features, subscriptions in ((1, 1), (20, 1), (20, 2), (100, 1)):
        snapshot, all_of_it = check_size(features, subscriptions)
        lines.append(
            f"{features} features from {subscriptions} subscription(s): snapshot {snapshot:,} bytes, "
            f"with the counters of its meters {all_of_it:,}"
        )
    return "\n".join(lines)
