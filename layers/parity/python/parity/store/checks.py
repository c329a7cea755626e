"""What checks read. Kept apart: the check imports this and nothing that it has no use for."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from parity.domain.entitlements import Counter
from parity.domain.identifiers import is_possible
from parity.domain.times import from_iso
from parity.store import keys
from parity.store.snapshots import snapshot_from_item
from parity.store.table import table

if TYPE_CHECKING:
    from parity.domain.entitlements import Snapshot
    from parity.store.table import Table


@dataclass(slots=True)
class Checked:
    """What one check reads: no snapshot means no customer."""

    snapshot: Snapshot | None = None
    counters: dict[tuple[str, str], Counter] = field(default_factory=dict)


class CheckStore:
    def __init__(self, table: Table) -> None:
        self.table = table

    def checked(self, customer_id: str, *, consistent: bool = False) -> Checked:
        """The snapshot and the counters, in one Query; nothing for what can be nobody's identifier."""
        if not is_possible(customer_id):
            return Checked()
        key = keys.entitlements(customer_id)
        items = self.table.query_all(
            "PK = :pk AND begins_with(SK, :snapshot)",
            {":pk": key["PK"], ":snapshot": key["SK"]},
            ConsistentRead=consistent,
        )
        checked = Checked()
        for item in items:
            if item["SK"] == keys.ENTITLEMENTS:
                checked.snapshot = snapshot_from_item(item)
            else:
                counter = Counter(from_iso(item["windowStart"]), item["used"])
                checked.counters[keys.counter_of(item["SK"])] = counter
        return checked


@cache
def check_store() -> CheckStore:
    return CheckStore(table())
