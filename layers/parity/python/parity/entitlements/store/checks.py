"""What a check reads, in one Query (docs/decisions/0027).

Imports only what a check needs, because a function's start waits for it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from parity.core.identifiers import is_possible_identifier
from parity.core.times import from_micros
from parity.dynamodb.table import table
from parity.entitlements.store import keys
from parity.entitlements.store.counter_view import view_of
from parity.entitlements.store.snapshots import snapshot_from_item

if TYPE_CHECKING:
    from datetime import datetime

    from parity.dynamodb.items import Item
    from parity.dynamodb.table import Table
    from parity.entitlements.rules.settlement import MeterUsage
    from parity.entitlements.rules.sources import Snapshot
    from parity.entitlements.store.counter_view import CounterView


@dataclass(slots=True)
class CheckData:
    """What one check reads. Without a snapshot there is no customer.

    `counters` are items by feature, as most checks need one of them. `reservations` are by feature, each as
    its amount and the moment it expires.
    """

    snapshot: Snapshot | None = None
    counters: dict[str, Item] = field(default_factory=dict)
    reservations: dict[str, list[tuple[int, datetime]]] = field(default_factory=dict)

    def counter(self, feature: str) -> CounterView | None:
        item = self.counters.get(feature)
        return view_of(item) if item else None

    def usage(self, feature: str) -> MeterUsage | None:
        counter = self.counter(feature)
        return counter.usage if counter else None

    def amount_held(self, feature: str, at: datetime) -> int:
        """The sum of the feature's reservations, without expired ones that are still stored."""
        return sum(amount for amount, expires in self.reservations.get(feature, ()) if at < expires)


class CheckStore:
    def __init__(self, table: Table) -> None:
        self.table = table

    def read_for_check(self, customer_id: str, *, consistent: bool = False) -> CheckData:
        """Snapshot, counters and reservations, in one Query.

        Empty, without a Query, where the text cannot be the identifier of a customer.
        """
        if not is_possible_identifier(customer_id):
            return CheckData()
        key = keys.entitlements(customer_id)
        items = self.table.query_all(
            "PK = :pk AND begins_with(SK, :snapshot)",
            {":pk": key["PK"], ":snapshot": key["SK"]},
            ConsistentRead=consistent,
        )
        data = CheckData()
        for item in items:
            _add_item(data, item)
        return data


def _add_item(data: CheckData, item: Item) -> None:
    sort_key = item["SK"]
    if sort_key == keys.ENTITLEMENTS:
        data.snapshot = snapshot_from_item(item)
    elif sort_key.startswith(keys.COUNTER):
        _, feature = keys.counter_of(item)
        data.counters[feature] = item
    elif sort_key.startswith(keys.RESERVATION):
        _, feature, _ = keys.reservation_of(item)
        reserved = item["amount"], from_micros(item["expires"])
        data.reservations.setdefault(feature, []).append(reserved)


@cache
def check_store() -> CheckStore:
    return CheckStore(table())
