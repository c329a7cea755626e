"""Plans: an item for each plan, all in one partition, and an item for each version.

An organisation has a few hundred plans. The item of a version holds its entitlements and prices as JSON
texts, so one read gives the whole version.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING

from parity.catalog.rules.errors import PlanAlreadyExistsError, PlanNotFoundError, PlanVersionNotFoundError
from parity.catalog.rules.plans import Plan, PlanVersion
from parity.catalog.store import keys
from parity.catalog.store.migrations import begin_migration
from parity.catalog.store.plan_json import (
    entitlement_from_json,
    entitlement_to_json,
    price_from_json,
    price_to_json,
)
from parity.catalog.store.revision import advance_revision, read_revision
from parity.core.times import from_iso, to_iso
from parity.dynamodb.idempotency import keep_answer
from parity.dynamodb.items import from_json_text, to_json_text
from parity.dynamodb.optimistic import VersionChangedError
from parity.dynamodb.table import table
from parity.dynamodb.transactions import Transaction

if TYPE_CHECKING:
    from collections.abc import Iterable

    from parity.catalog.rules.migrations import Migration
    from parity.catalog.rules.plans import PlanAtVersion
    from parity.core.idempotency import AnswerRecord
    from parity.dynamodb.items import Item
    from parity.dynamodb.table import Table

UNPUBLISHED = "attribute_not_exists(publishedOn)"
"""The condition of every write to a version, because a published version never changes."""

UNCHANGED = "id = :id AND version = :version"


class PlanStore:
    def __init__(self, table: Table) -> None:
        self.table = table

    def get(self, identifier: str) -> Plan:
        """Strongly consistent. Raises PlanNotFoundError."""
        item = self.table.get(keys.plan(identifier))
        if item is None:
            raise PlanNotFoundError(identifier)
        return _from_item(item)

    def get_version(self, identifier: str, number: int) -> PlanVersion:
        """Strongly consistent. Raises PlanVersionNotFoundError."""
        item = self.table.get(keys.plan_version(identifier, number))
        if item is None:
            raise PlanVersionNotFoundError(identifier, number)
        return _version_from_item(item)

    def all(self) -> list[Plan]:
        """In the order of their identifiers, archived ones included; strongly consistent."""
        items = self.table.query_all("PK = :plans", {":plans": keys.plans()}, ConsistentRead=True)
        return [_from_item(item) for item in items]

    def get_current_versions(self, plans: Iterable[Plan]) -> list[PlanVersion]:
        """In any order; strongly consistent, one request per 100 plans."""
        wanted = [keys.plan_version(plan.identifier, plan.current) for plan in plans]
        return [_version_from_item(item) for item in self.table.batch_get(wanted, consistent=True)]

    def read_revision(self) -> int:
        return read_revision(self.table)

    def create(self, plan_at_version: PlanAtVersion, record: AnswerRecord | None = None) -> None:
        """Raises PlanAlreadyExistsError, and the errors of `keep_answer` for a used idempotency key."""
        transaction = Transaction(self.table)
        keep_answer(transaction, record)
        transaction.put(
            _to_item(plan_at_version.plan),
            "attribute_not_exists(PK)",
            refused=lambda _: PlanAlreadyExistsError(plan_at_version.plan.identifier),
        )
        _put_version(transaction, plan_at_version.version)
        transaction.commit()

    def edit(self, old: Plan, new: PlanAtVersion, record: AnswerRecord | None = None) -> None:
        """Writes the plan, and the version if it is a draft.

        Raises VersionChangedError if the stored plan is no longer `old`.
        """
        transaction = Transaction(self.table)
        keep_answer(transaction, record)
        _replace_plan(transaction, old, new.plan)
        if new.version.published_on is None:
            _put_version(transaction, new.version)
        transaction.commit()

    def publish(
        self,
        old: Plan,
        new: PlanAtVersion,
        revision: int,
        migration: Migration | None,
        record: AnswerRecord | None = None,
    ) -> None:
        """Writes the plan and its published version, and begins the migration of subscribers.

        Raises VersionChangedError if the stored plan is no longer `old`, or if the catalogue's revision is no
        longer the one given.
        """
        transaction = Transaction(self.table)
        keep_answer(transaction, record)
        _replace_plan(transaction, old, new.plan)
        _put_version(transaction, new.version)
        advance_revision(transaction, revision)
        if migration:
            begin_migration(transaction, migration)
        transaction.commit()

    def archive(self, old: Plan, new: Plan) -> None:
        """Raises VersionChangedError if the stored plan is no longer `old`."""
        transaction = Transaction(self.table)
        _replace_plan(transaction, old, new)
        transaction.commit()

    def discard_draft(self, old: Plan, new: Plan | None) -> None:
        """Removes the draft, and the plan as well where `new` is None.

        Raises VersionChangedError if the stored plan is no longer `old`.
        """
        transaction = Transaction(self.table)
        if new:
            _replace_plan(transaction, old, new)
        else:
            condition = f"attribute_not_exists(PK) OR ({UNCHANGED})"
            transaction.delete(keys.plan(old.identifier), condition, _identity(old), refused=_version_changed)
        transaction.delete(
            keys.plan_version(old.identifier, old.newest), UNPUBLISHED, refused=_version_changed
        )
        transaction.commit()


def _replace_plan(transaction: Transaction, old: Plan, new: Plan) -> None:
    transaction.put(_to_item(new), UNCHANGED, _identity(old), refused=_version_changed)


def _put_version(transaction: Transaction, version: PlanVersion) -> None:
    transaction.put(_version_to_item(version), UNPUBLISHED, refused=_version_changed)


def _version_changed(_: Item | None) -> Exception:
    return VersionChangedError()


def _identity(plan: Plan) -> Item:
    """The id is part of it, because the identifier of a discarded plan may belong to a new plan."""
    return {":id": plan.id, ":version": plan.version}


def _to_item(plan: Plan) -> Item:
    return {
        **keys.plan(plan.identifier),
        "id": plan.id,
        "name": plan.name,
        "description": plan.description,
        "metadata": to_json_text(plan.metadata),
        "maxPerCustomer": plan.max_per_customer,
        "published": plan.published,
        "draft": plan.draft,
        "archivedOn": to_iso(plan.archived_on) if plan.archived_on else None,
        "version": plan.version,
        "createdOn": to_iso(plan.created_on),
        "modifiedOn": to_iso(plan.modified_on),
    }


def _from_item(item: Item) -> Plan:
    return Plan(
        id=item["id"],
        identifier=item["SK"],
        name=item["name"],
        description=item.get("description"),
        metadata=from_json_text(item.get("metadata")),
        max_per_customer=item.get("maxPerCustomer"),
        published=item.get("published"),
        draft=item.get("draft"),
        archived_on=from_iso(item["archivedOn"]) if "archivedOn" in item else None,
        version=item["version"],
        created_on=from_iso(item["createdOn"]),
        modified_on=from_iso(item["modifiedOn"]),
    )


def _version_to_item(version: PlanVersion) -> Item:
    return {
        **keys.plan_version(version.plan, version.number),
        "plan": version.plan,
        "number": version.number,
        "name": version.name,
        "description": version.description,
        "metadata": to_json_text(version.metadata),
        "entitlements": json.dumps([entitlement_to_json(each) for each in version.entitlements]),
        "prices": json.dumps([price_to_json(price) for price in version.prices]),
        "publishedOn": to_iso(version.published_on) if version.published_on else None,
    }


def _version_from_item(item: Item) -> PlanVersion:
    return PlanVersion(
        plan=item["plan"],
        number=item["number"],
        name=item["name"],
        description=item.get("description"),
        metadata=from_json_text(item.get("metadata")),
        entitlements=tuple(map(entitlement_from_json, json.loads(item["entitlements"]))),
        prices=tuple(map(price_from_json, json.loads(item["prices"]))),
        published_on=from_iso(item["publishedOn"]) if "publishedOn" in item else None,
    )


@cache
def plan_store() -> PlanStore:
    return PlanStore(table())
