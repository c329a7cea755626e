"""Overrides and grants: items of their customer."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from parity.catalog.rules.feature_types import FeatureType
from parity.core.periods import Reset, ResetTime
from parity.core.times import from_iso, to_iso
from parity.customers.store import keys as customer_keys
from parity.customers.store.customers import require_active
from parity.dynamodb.actors import changed_by
from parity.dynamodb.idempotency import keep_answer
from parity.dynamodb.items import from_json_text, to_json_text
from parity.dynamodb.optimistic import VersionChangedError
from parity.dynamodb.table import table
from parity.dynamodb.transactions import Transaction
from parity.entitlements.rules.overrides import Override
from parity.entitlements.rules.sources import SourceKind
from parity.entitlements.store import keys
from parity.entitlements.store.snapshots import put_snapshot

if TYPE_CHECKING:
    from datetime import datetime

    from parity.core.idempotency import AnswerRecord
    from parity.dynamodb import keys as shared_keys
    from parity.dynamodb.items import Item
    from parity.dynamodb.table import Table
    from parity.entitlements.rules.sources import Snapshot


MARK_RETENTION = timedelta(days=1)
"""When a mark is deleted at the latest, apart from the time that DynamoDB takes for that."""


class OverrideStore:
    def __init__(self, table: Table) -> None:
        self.table = table

    def of_customer(self, customer_id: str) -> list[Override]:
        """Overrides first, then grants, each by feature; one strongly consistent Query per kind."""
        partition = customer_keys.customer(customer_id)["PK"]
        return [
            override_from_item(item)
            for prefix in keys.OVERRIDES
            for item in self.table.query_all(
                "PK = :pk AND begins_with(SK, :prefix)",
                {":pk": partition, ":prefix": prefix},
                ConsistentRead=True,
            )
            if not is_removed(item)
        ]

    def put(
        self,
        customer_id: str,
        override: Override,
        snapshot: Snapshot | None = None,
        *,
        record: AnswerRecord | None = None,
        removed: Override | None = None,
    ) -> None:
        """Writes an override or grant of the next version, and removes another one if that is given.

        `snapshot` is the customer's new snapshot; without one, the stored one stays. Raises
        CustomerNotFoundError, CustomerIsArchivedError, SnapshotChangedError, VersionChangedError if the
        version before is not stored, and what `keep_answer` raises.
        """
        transaction = Transaction(self.table)
        keep_answer(transaction, record)
        require_active(transaction, customer_id)
        before = override.version - 1
        transaction.put(
            _to_item(customer_id, override),
            "version = :before" if before else "attribute_not_exists(version)",
            {":before": before} if before else None,
            refused=lambda _: VersionChangedError(),
        )
        if removed:
            transaction.delete(_key(customer_id, removed))
        if snapshot:
            put_snapshot(transaction, customer_id, snapshot)
        transaction.commit()

    def remove(self, customer_id: str, override: Override, snapshot: Snapshot | None, now: datetime) -> None:
        """Puts a mark in place of an override, and writes the customer's new snapshot.

        The mark says who removed it, which a deletion could not, for the same price. It is gone once the
        stream function has seen it (docs/decisions/0057). Raises SnapshotChangedError.
        """
        transaction = Transaction(self.table)
        transaction.put(
            {
                **_key(customer_id, override),
                "removedOn": to_iso(now),
                "writeId": transaction.write_id,
                "expiresAt": int((now + MARK_RETENTION).timestamp()),
                **changed_by(),
            }
        )
        if snapshot:
            put_snapshot(transaction, customer_id, snapshot)
        transaction.commit()

    def delete_mark(self, customer_id: str, removed: Override, removed_on: datetime) -> None:
        """Deletes the mark of a removal; does nothing if it is gone, or if the override was set again."""
        self.table.delete_on_condition(
            _key(customer_id, removed), "removedOn = :removed", {":removed": to_iso(removed_on)}
        )


def _key(customer_id: str, override: Override) -> shared_keys.Key:
    return keys.override(customer_id, override.kind, override.feature, override.number)


def _to_item(customer_id: str, override: Override) -> Item:
    return {
        **_key(customer_id, override),
        "kind": override.kind.value,
        "feature": override.feature,
        "featureType": override.feature_type.value,
        "grantedValue": override.value,
        "unlimited": override.unlimited,
        "hardLimit": override.hard_limit,
        "resetEvery": override.reset.value if override.reset else None,
        "resetTime": override.reset_time.value,
        "note": override.note,
        "rollover": to_json_text(override.rollover),
        "usageAlerts": to_json_text(override.usage_alerts),
        "addsUp": None if override.adds_up else False,
        "version": override.version,
        **changed_by(),
        "number": override.number or None,
        "startsOn": to_iso(override.starts_on) if override.starts_on else None,
        "createdOn": to_iso(override.created_on),
        "modifiedOn": to_iso(override.modified_on),
        "anchor": to_iso(override.anchor),
        "changedOn": to_iso(override.changed_on) if override.changed_on else None,
        "expiresOn": to_iso(override.expires_on) if override.expires_on else None,
    }


def is_removed(item: Item) -> bool:
    """Whether the item is the mark of an override that was removed."""
    return "removedOn" in item


def override_from_item(item: Item) -> Override:
    """Items of former releases have neither version nor anchor; each PUT made such an item anew."""
    created_on = from_iso(item["createdOn"])
    return Override(
        kind=SourceKind(item["kind"]),
        feature=item["feature"],
        feature_type=FeatureType(item["featureType"]),
        value=item.get("grantedValue"),
        unlimited=item["unlimited"],
        hard_limit=item["hardLimit"],
        reset=Reset(item["resetEvery"]) if "resetEvery" in item else None,
        reset_time=ResetTime(item["resetTime"]),
        note=item.get("note"),
        rollover=from_json_text(item.get("rollover")),
        usage_alerts=from_json_text(item.get("usageAlerts")),
        created_on=created_on,
        modified_on=from_iso(item["modifiedOn"]) if "modifiedOn" in item else created_on,
        expires_on=from_iso(item["expiresOn"]) if "expiresOn" in item else None,
        anchor=from_iso(item["anchor"]) if "anchor" in item else created_on,
        changed_on=from_iso(item["changedOn"]) if "changedOn" in item else None,
        adds_up=item.get("addsUp", True),
        version=item.get("version", 0),
        number=item.get("number", ""),
        starts_on=from_iso(item["startsOn"]) if "startsOn" in item else None,
    )


@cache
def override_store() -> OverrideStore:
    return OverrideStore(table())
