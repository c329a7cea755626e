"""Usage counters and reservations as items, and how many bytes a check reads."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from parity.catalog.rules.feature_types import FeatureType
from parity.catalog.rules.plans import PlanEntitlement
from parity.core.numbers import Number
from parity.core.periods import Reset, ResetTime, window_at
from parity.core.times import to_micros
from parity.dynamodb.items import Item, to_wire
from parity.dynamodb.table import Table
from parity.entitlements.rules.levels import levels_at
from parity.entitlements.rules.snapshots import snapshot_of
from parity.entitlements.rules.sources import Snapshot, sources_of
from parity.entitlements.store import keys as entitlement_keys
from parity.entitlements.store.checks import CheckStore
from parity.entitlements.store.counter_view import FOREVER
from parity.entitlements.store.snapshots import snapshot_to_item
from parity.usage.store import keys as usage_keys
from tests.support.builders.catalog import make_entitlement
from tests.support.builders.moments import MOMENT, START
from tests.support.builders.subscriptions import make_subscription

Used = dict[str, Number]
"""By window kind."""


def make_counter_item(customer_id: str, feature: str, used: Used, at: datetime, **more: Any) -> Item:  # noqa: ANN401
    """A counter with this usage in the windows that contain the moment."""
    (kind, first), *further = used.items()
    _, start, end, *_ = _make_window(kind, first, at)
    return {
        **entitlement_keys.usage_counter(customer_id, feature),
        "kind": kind,
        "windowStart": start,
        "windowEnd": end,
        "used": first,
        "held": 0,
        "taken": first,
        "earlier": 0,
        "version": 1,
        "changedAt": to_micros(at),
        "turnsOn": min(end for _, _, end, *_ in (_make_window(*each, at) for each in used.items())),
        "settled": 1,
        "writeId": "0123456789abcdef",
        "further": json.dumps([_make_window(*each, at) for each in further]) if further else None,
        **more,
    }


def _make_window(kind: str, used: Number, at: datetime) -> list[Any]:
    window = window_at(kind, at)
    end = to_micros(window.end) if window.end else FOREVER
    text = str(used) if isinstance(used, Decimal) else used
    return [kind, to_micros(window.start), end, text, 0, None, None, 0]


def make_reservation_item(
    customer_id: str, feature: str, amount: int, expires: datetime, reservation_id: str = "res-1"
) -> Item:
    key = usage_keys.reservation(customer_id, feature, reservation_id)
    return {**key, "amount": amount, "expires": to_micros(expires)}


def store_counter(
    table: Table,
    feature: str,
    used: Number,
    window: tuple[str, datetime] = (Reset.NEVER.value, MOMENT),
    **more: Any,  # noqa: ANN401
) -> None:
    """Stores a counter of `acme`. `window` is the kind of its window and a moment in it.

    `NEVER` is the first level that is never reset, by the stored snapshot.
    """
    kind, at = window
    sources = sources_of(CheckStore(table).read_for_check("acme", consistent=True).snapshot, feature)
    levels = levels_at(sources, max(at, START)) if sources else ()
    found = (level.kind for level in levels if level.kind == kind or level.kind.startswith(f"{kind}@"))
    put_item(table, make_counter_item("acme", feature, {next(found, kind): used}, at, **more))


def store_reservation(
    table: Table, feature: str, amount: int, expires: datetime, reservation_id: str = "res-1"
) -> None:
    put_item(table, make_reservation_item("acme", feature, amount, expires, reservation_id))


def put_item(table: Table, item: Item) -> None:
    table.client.put_item(TableName=table.name, Item=to_wire(item))


SAMPLE_CUSTOMER_ID = "5f0c6b1e-41b7-4c57-9a0e-2f3d8b7a5510"
SAMPLED_ON = datetime(2026, 3, 15, 12, 30, 0, 123456, tzinfo=UTC)


def make_sample_snapshot(features: int, subscriptions: int = 1) -> Snapshot:
    """The snapshot of a plan with so many features. Half are metered, and half of these by the anchor."""
    held = [
        replace(
            make_subscription(*make_sample_entitlements(features), plan=f"professional-{each}"),
            id=f"0d9b8a5c-3c1f-4e5a-9b57-{each:012}",
        )
        for each in range(subscriptions)
    ]
    return replace(snapshot_of(held, [], archived=False), revision=41)


def make_sample_entitlements(features: int) -> tuple[PlanEntitlement, ...]:
    """What a plan with so many features gives: every second one is metered."""
    return tuple(_make_sample_entitlement(number) for number in range(features))


def _make_sample_entitlement(number: int) -> PlanEntitlement:
    if number % 2:
        return make_entitlement(f"included-feature-{number}", 1, FeatureType.BOOLEAN)
    reset_time = ResetTime.SUBSCRIPTION_START if number % 4 else ResetTime.BEGINNING_OF_PERIOD
    return make_entitlement(
        f"metered-feature-{number}", 100_000, reset=Reset.EVERY_MONTH, reset_time=reset_time
    )


def make_sample_counters(snapshot: Snapshot, used: int = 12_345, at: datetime = SAMPLED_ON) -> list[Item]:
    """A counter per metered feature with all its windows of the moment, as usage writes them."""
    return [
        make_counter_item(
            SAMPLE_CUSTOMER_ID,
            name,
            {level.kind: used for level in levels_at(known, at)},
            at,
            taken=used,
            earlier=10 * used,
            version=used,
        )
        for name, known in snapshot.features.items()
        if known.feature_type is FeatureType.METER
    ]


def measure_item(item: Item) -> int:
    """Bytes by DynamoDB's rules: names and texts as UTF-8, a number about a byte per two digits."""
    return sum(
        len(name.encode()) + _measure_value(value) for name, value in item.items() if value is not None
    )


def _measure_value(value: str | bytes | int) -> int:
    if isinstance(value, bool):
        return 1
    if isinstance(value, int):
        return 2 + (len(str(abs(value))) + 1) // 2
    return len(value if isinstance(value, bytes) else value.encode())


def measure_check(features: int, subscriptions: int = 1) -> tuple[int, int]:
    """Bytes that a check of a customer with so many features reads: the snapshot, and with all counters."""
    snapshot = make_sample_snapshot(features, subscriptions)
    item = measure_item(snapshot_to_item(SAMPLE_CUSTOMER_ID, snapshot))
    return item, item + sum(map(measure_item, make_sample_counters(snapshot)))


def describe_check_sizes() -> str:
    """A line for each number of features, which a tool prints."""
    lines = []
    for features, subscriptions in ((1, 1), (20, 1), (20, 2), (100, 1)):
        snapshot, all_of_it = measure_check(features, subscriptions)
        lines.append(
            f"{features} features from {subscriptions} subscription(s): snapshot {snapshot:,} bytes, "
            f"with the counters of its meters {all_of_it:,}"
        )
    return "\n".join(lines)
