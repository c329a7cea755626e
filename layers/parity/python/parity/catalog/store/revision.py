"""The revision of the catalogue, a number that keeps archived features out of published plans.

Publishing a plan reads its features, and archiving a feature reads the published plans. Each reads the
revision first, and writes only if the revision is still the same. If both happen at once, the second to write
starts again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from parity.catalog.store import keys
from parity.dynamodb.optimistic import VersionChangedError

if TYPE_CHECKING:
    from parity.dynamodb.table import Table
    from parity.dynamodb.transactions import Transaction


def read_revision(table: Table) -> int:
    """Strongly consistent; 0 before the first plan is published."""
    item = table.get(keys.catalog_revision())
    return int(item["revision"]) if item else 0


def advance_revision(transaction: Transaction, read: int) -> None:
    """Adds 1 to the revision. The transaction raises VersionChangedError if it is no longer the one read."""
    transaction.put(
        {**keys.catalog_revision(), "revision": read + 1},
        "attribute_not_exists(PK) OR revision = :read",
        {":read": read},
        refused=lambda _: VersionChangedError(),
    )
