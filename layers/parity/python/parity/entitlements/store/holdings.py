"""What a customer's entitlements are computed from, and the snapshot that is stored."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING

from parity.customers.store import keys as customer_keys
from parity.customers.store.customer_items import customer_from_item
from parity.dynamodb.table import table
from parity.entitlements.store import keys
from parity.entitlements.store.checks import CheckStore
from parity.entitlements.store.counter_view import view_of
from parity.entitlements.store.overrides import is_removed, override_from_item
from parity.entitlements.store.snapshots import revision_condition, snapshot_from_item, snapshot_to_item
from parity.subscriptions.store.items import subscription_from_item

if TYPE_CHECKING:
    from parity.customers.rules.customers import Customer
    from parity.dynamodb.items import Item
    from parity.entitlements.rules.overrides import Override
    from parity.entitlements.rules.settlement import MeterUsage
    from parity.entitlements.rules.sources import Snapshot, SourceKind
    from parity.entitlements.store.counter_view import CounterView
    from parity.subscriptions.rules.subscriptions import Subscription


@dataclass(slots=True)
class Holdings:
    """What a customer has: everything that entitlements are computed from, and the stored snapshot.

    `counters` are the items of usage counters as they are stored.
    """

    customer: Customer | None = None
    subscriptions: list[Subscription] = field(default_factory=list)
    overrides: list[Override] = field(default_factory=list)
    snapshot: Snapshot | None = None
    counters: list[Item] = field(default_factory=list)

    @property
    def counter_views(self) -> dict[str, CounterView]:
        """What its counters hold, by feature."""
        return {keys.counter_of(item)[1]: view_of(item) for item in self.counters}

    @property
    def usages(self) -> dict[str, MeterUsage]:
        """What was used, by feature."""
        return {feature: view.usage for feature, view in self.counter_views.items()}

    def find_subscription(self, subscription_id: str) -> Subscription | None:
        return next((each for each in self.subscriptions if each.id == subscription_id), None)

    def override(self, kind: SourceKind, override_id: str) -> Override | None:
        """The override of the feature that has this id, or the grant with this id."""
        return next((each for each in self.overrides if (each.kind, each.id) == (kind, override_id)), None)

    def with_subscription(self, changed: Subscription) -> Holdings:
        """The holdings with this subscription, in place of the one with its id if there is one."""
        others = [each for each in self.subscriptions if each.id != changed.id]
        return replace(self, subscriptions=[*others, changed])

    def with_override(self, changed: Override) -> Holdings:
        """The holdings with this override or grant, in place of the one with its id if there is one."""
        return replace(self, overrides=[*self.without_override(changed).overrides, changed])

    def without_override(self, removed: Override) -> Holdings:
        others = [each for each in self.overrides if (each.kind, each.id) != (removed.kind, removed.id)]
        return replace(self, overrides=others)


class EntitlementStore(CheckStore):
    def holdings(self, customer_id: str) -> Holdings:
        """One strongly consistent Query of the customer's partition."""
        partition = customer_keys.customer(customer_id)["PK"]
        holdings = Holdings()
        for item in self.table.query_all("PK = :pk", {":pk": partition}, ConsistentRead=True):
            _add_item(holdings, item)
        return holdings

    def save(self, customer_id: str, snapshot: Snapshot) -> bool:
        """Writes it; False if the stored one is not of the revision before. One write unit per kilobyte."""
        return self.table.put_on_condition(
            snapshot_to_item(customer_id, snapshot), *revision_condition(snapshot)
        )


def _add_item(holdings: Holdings, item: Item) -> None:
    sort_key = item["SK"]
    if sort_key == customer_keys.PROFILE:
        holdings.customer = customer_from_item(item)
    elif sort_key == keys.ENTITLEMENTS:
        holdings.snapshot = snapshot_from_item(item)
    elif sort_key.startswith(keys.SUBSCRIPTION):
        holdings.subscriptions.append(subscription_from_item(item))
    elif sort_key.startswith(keys.OVERRIDES) and not is_removed(item):
        holdings.overrides.append(override_from_item(item))
    elif sort_key.startswith(keys.COUNTER):
        holdings.counters.append(item)


@cache
def entitlement_store() -> EntitlementStore:
    return EntitlementStore(table())
