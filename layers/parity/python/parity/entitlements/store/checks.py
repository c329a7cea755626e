"""What checks read. Kept apart: the check imports this and nothing that it has no use for."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from parity.core.identifiers import is_possible_identifier
from parity.core.times import from_micros
from parity.dynamodb import keys
from parity.dynamodb.table import table
from parity.entitlements.store.counter_view import counters_of
from parity.entitlements.store.snapshots import snapshot_from_item

if TYPE_CHECKING:
    from datetime import datetime

    from parity.dynamodb.items import Item
    from parity.dynamodb.table import Table
    from parity.entitlements.rules.counters import Counter
    from parity.entitlements.rules.sources import Snapshot


@dataclass(slots=True)
class Checked:
    """What one check reads: no snapshot means no customer. Counters are by feature and window kind.

    Reservations are by feature, each as its amount and the moment it expires.
    """

    snapshot: Snapshot | None = None
    counters: dict[tuple[str, str], Counter] = field(default_factory=dict)
    reservations: dict[str, list[tuple[int, datetime]]] = field(default_factory=dict)

    def held(self, feature: str, at: datetime) -> int:
        """What is reserved of the feature: one that has expired counts no more, even if it is stored."""
        return sum(amount for amount, expires in self.reservations.get(feature, ()) if at < expires)


class CheckStore:
    def __init__(self, table: Table) -> None:
        self.table = table

    def checked(self, customer_id: str, *, consistent: bool = False) -> Checked:
        """Snapshot, counters and reservations, in one Query; nothing for what can be nobody's identifier."""
        if not is_possible_identifier(customer_id):
            return Checked()
        key = keys.entitlements(customer_id)
        items = self.table.query_all(
            "PK = :pk AND begins_with(SK, :snapshot)",
            {":pk": key["PK"], ":snapshot": key["SK"]},
            ConsistentRead=consistent,
        )
        checked = Checked()
        for item in items:
            _sort_in(checked, item)
        return checked


def _sort_in(checked: Checked, item: Item) -> None:
    sort_key = item["SK"]
    if sort_key == keys.ENTITLEMENTS:
        checked.snapshot = snapshot_from_item(item)
    elif sort_key.startswith(keys.COUNTER):
        checked.counters |= counters_of(item)
    elif sort_key.startswith(keys.RESERVATION):
        _, feature, _ = keys.reservation_of(item)
        reserved = item["amount"], from_micros(item["expires"])
        checked.reservations.setdefault(feature, []).append(reserved)


@cache
def check_store() -> CheckStore:
    return CheckStore(table())
