"""The revision of the catalogue, which orders publishing a plan and archiving a feature.

Publishing looks at the features of one plan, archiving at the plans of one feature. Each reads the revision
first and writes only if it is still the same, so neither can miss what the other does meanwhile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from parity.dynamodb import keys
from parity.dynamodb.optimistic import VersionChangedError

if TYPE_CHECKING:
    from parity.dynamodb.table import Table
    from parity.dynamodb.transactions import Transaction


def read_revision(table: Table) -> int:
    """Strongly consistent; 0 before the first plan is published."""
    item = table.get(keys.catalog_revision())
    return int(item["revision"]) if item else 0


def advance_revision(transaction: Transaction, read: int) -> None:
    """Makes the transaction fail with VersionChangedError if the revision is no longer the one read."""
    transaction.put(
        {**keys.catalog_revision(), "revision": read + 1},
        "attribute_not_exists(PK) OR revision = :read",
        {":read": read},
        refused=lambda _: VersionChangedError(),
    )
