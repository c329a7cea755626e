"""Migrations of subscribers: an item for each, and one more for each that is running."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING

from parity.catalog.rules.errors import MigrationNotFoundError
from parity.catalog.rules.migrations import Migration, MigrationFailure, MigrationStatus
from parity.core.times import from_iso, to_iso
from parity.dynamodb import keys
from parity.dynamodb.optimistic import VersionChangedError
from parity.dynamodb.table import table
from parity.dynamodb.transactions import Transaction

if TYPE_CHECKING:
    from parity.dynamodb.items import Item
    from parity.dynamodb.table import Table


class MigrationStore:
    def __init__(self, table: Table) -> None:
        self.table = table

    def get(self, plan: str, version: int) -> Migration:
        """Strongly consistent. Raises MigrationNotFoundError."""
        item = self.table.get(keys.migration(plan, version))
        if item is None:
            raise MigrationNotFoundError(plan, version)
        return _from_item(item)

    def all_running(self) -> list[tuple[str, int]]:
        """The plan and version of each migration that has not completed; strongly consistent."""
        items = self.table.query_all(
            "PK = :running", {":running": keys.running_migrations()}, ConsistentRead=True
        )
        return [(item["plan"], item["planVersion"]) for item in items]

    def replace(self, old: Migration, new: Migration) -> None:
        """Writes the next state. Raises VersionChangedError if the stored state is no longer `old`."""
        transaction = Transaction(self.table)
        transaction.put(
            _to_item(new),
            "progress = :progress",
            {":progress": _progress(old)},
            refused=lambda _: VersionChangedError(),
        )
        if new.status is MigrationStatus.COMPLETED:
            transaction.delete(keys.running_migration(new.plan, new.version))
        transaction.commit()


def begin_migration(transaction: Transaction, migration: Migration) -> None:
    """Adds the migration to the transaction that publishes the version."""
    transaction.put(_to_item(migration))
    if migration.status is MigrationStatus.RUNNING:
        key = keys.running_migration(migration.plan, migration.version)
        transaction.put({**key, "plan": migration.plan, "planVersion": migration.version})


def _progress(migration: Migration) -> str:
    """A text that every chunk changes, for the condition of a write."""
    return f"{migration.total} {migration.source} {migration.position}"


def _to_item(migration: Migration) -> Item:
    return {
        **keys.migration(migration.plan, migration.version),
        "plan": migration.plan,
        "planVersion": migration.version,
        "features": migration.features,
        "pricing": migration.pricing,
        "migrationStatus": migration.status.value,
        "source": migration.source,
        "position": migration.position,
        "progress": _progress(migration),
        "total": migration.total,
        "changesToCome": migration.changes_to_come,
        "done": migration.done,
        "failed": migration.failed,
        "failures": json.dumps([[f.subscription_id, f.detail] for f in migration.failures]),
        "createdOn": to_iso(migration.created_on),
        "modifiedOn": to_iso(migration.modified_on),
    }


def _from_item(item: Item) -> Migration:
    return Migration(
        plan=item["plan"],
        version=item["planVersion"],
        features=item["features"],
        pricing=item["pricing"],
        status=MigrationStatus(item["migrationStatus"]),
        source=item["source"],
        position=item.get("position"),
        total=item.get("total"),
        changes_to_come=item.get("changesToCome"),
        done=item["done"],
        failed=item["failed"],
        failures=tuple(MigrationFailure(*failure) for failure in json.loads(item["failures"])),
        created_on=from_iso(item["createdOn"]),
        modified_on=from_iso(item["modifiedOn"]),
    )


@cache
def migration_store() -> MigrationStore:
    return MigrationStore(table())
