"""Migrations of subscribers: an item for each segment, and one more for each that is running."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING

from parity.catalog.rules.errors import MigrationNotFoundError
from parity.catalog.rules.migrations import (
    Migration,
    MigrationFailure,
    MigrationScope,
    MigrationSegment,
    MigrationStatus,
)
from parity.catalog.store import keys
from parity.core.times import from_iso, to_iso
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
        """One Query, strongly consistent. Raises MigrationNotFoundError."""
        first = keys.migration(plan, version, "")
        items = self.table.query_all(
            "PK = :plan AND SK BETWEEN :first AND :last",
            {":plan": first["PK"], ":first": first["SK"], ":last": keys.last_migration_position(version)},
            ConsistentRead=True,
        )
        if not items:
            raise MigrationNotFoundError(plan, version)
        return Migration(tuple(map(_from_item, items)))

    def get_segment(self, plan: str, version: int, name: str) -> MigrationSegment:
        """Strongly consistent. Raises MigrationNotFoundError."""
        item = self.table.get(keys.migration(plan, version, name))
        if item is None:
            raise MigrationNotFoundError(plan, version)
        return _from_item(item)

    def all_running(self) -> list[tuple[str, int]]:
        """The plan and version of each migration that has not completed; strongly consistent."""
        items = self.table.query_all(
            "PK = :running", {":running": keys.running_migrations()}, ConsistentRead=True
        )
        return sorted({(item["plan"], item["planVersion"]) for item in items})

    def replace(self, old: MigrationSegment, new: MigrationSegment) -> None:
        """Writes the next state. Raises VersionChangedError if the stored state is no longer `old`."""
        transaction = Transaction(self.table)
        transaction.put(
            _to_item(new),
            "progress = :progress",
            {":progress": old.progress},
            refused=lambda _: VersionChangedError(),
        )
        if not new.is_running:
            transaction.delete(keys.running_migration(new.plan, new.version, new.name))
        transaction.commit()


def begin_migration(transaction: Transaction, migration: Migration) -> None:
    """Adds the migration to the transaction that publishes the version."""
    for segment in migration.segments:
        transaction.put(_to_item(segment))
    for segment in migration.running:
        key = keys.running_migration(segment.plan, segment.version, segment.name)
        transaction.put({**key, "plan": segment.plan, "planVersion": segment.version})


def _to_item(segment: MigrationSegment) -> Item:
    return {
        **keys.migration(segment.plan, segment.version, segment.name),
        "plan": segment.plan,
        "planVersion": segment.version,
        "segment": segment.name or None,
        "features": segment.scope.features,
        "pricing": segment.scope.pricing,
        "migrationStatus": segment.status.value,
        "source": segment.source,
        "position": segment.position,
        "progress": segment.progress,
        "total": segment.total,
        "changesToCome": segment.changes_to_come,
        "done": segment.done,
        "failed": segment.failed,
        "failures": json.dumps([[f.subscription_id, f.detail] for f in segment.failures]),
        "createdOn": to_iso(segment.created_on),
        "modifiedOn": to_iso(segment.modified_on),
    }


def _from_item(item: Item) -> MigrationSegment:
    return MigrationSegment(
        plan=item["plan"],
        version=item["planVersion"],
        name=item.get("segment", ""),
        scope=MigrationScope(features=item["features"], pricing=item["pricing"]),
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
