"""Overrides and grants: items of their customer, at most one of each per feature."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from parity.catalog.rules.features import FeatureType
from parity.core.periods import Reset, ResetTime
from parity.core.times import from_iso, to_iso
from parity.customers.store.customers import require_active
from parity.dynamodb import keys
from parity.dynamodb.idempotency import keep_answer
from parity.dynamodb.table import table
from parity.dynamodb.transactions import Transaction
from parity.entitlements.rules.errors import AdjustmentNotFoundError
from parity.entitlements.rules.overrides import Adjustment
from parity.entitlements.rules.sources import SourceKind

if TYPE_CHECKING:
    from parity.core.idempotency import AnswerRecord
    from parity.dynamodb.items import Item
    from parity.dynamodb.table import Table


class AdjustmentStore:
    def __init__(self, table: Table) -> None:
        self.table = table

    def of_customer(self, customer_id: str) -> list[Adjustment]:
        """One strongly consistent Query per kind."""
        partition = keys.customer(customer_id)["PK"]
        return [
            adjustment_from_item(item)
            for prefix in keys.ADJUSTMENTS
            for item in self.table.query_all(
                "PK = :pk AND begins_with(SK, :prefix)",
                {":pk": partition, ":prefix": prefix},
                ConsistentRead=True,
            )
        ]

    def put(self, customer_id: str, adjustment: Adjustment, record: AnswerRecord | None = None) -> None:
        """Sets or replaces. Raises CustomerNotFoundError, CustomerIsArchivedError."""
        transaction = Transaction(self.table)
        keep_answer(transaction, record)
        require_active(transaction, customer_id)
        transaction.put(_to_item(customer_id, adjustment))
        transaction.commit()

    def delete(self, customer_id: str, kind: SourceKind, feature: str) -> None:
        """Raises AdjustmentNotFoundError."""
        if not self.table.delete(keys.adjustment(customer_id, kind, feature)):
            raise AdjustmentNotFoundError(kind, feature)


def _to_item(customer_id: str, adjustment: Adjustment) -> Item:
    return {
        **keys.adjustment(customer_id, adjustment.kind, adjustment.feature),
        "kind": adjustment.kind.value,
        "feature": adjustment.feature,
        "featureType": adjustment.feature_type.value,
        "grantedValue": adjustment.value,
        "unlimited": adjustment.unlimited,
        "hardLimit": adjustment.hard_limit,
        "resetEvery": adjustment.reset.value if adjustment.reset else None,
        "resetTime": adjustment.reset_time.value,
        "note": adjustment.note,
        "createdOn": to_iso(adjustment.created_on),
        "expiresOn": to_iso(adjustment.expires_on) if adjustment.expires_on else None,
    }


def adjustment_from_item(item: Item) -> Adjustment:
    return Adjustment(
        kind=SourceKind(item["kind"]),
        feature=item["feature"],
        feature_type=FeatureType(item["featureType"]),
        value=item.get("grantedValue"),
        unlimited=item["unlimited"],
        hard_limit=item["hardLimit"],
        reset=Reset(item["resetEvery"]) if "resetEvery" in item else None,
        reset_time=ResetTime(item["resetTime"]),
        note=item.get("note"),
        created_on=from_iso(item["createdOn"]),
        expires_on=from_iso(item["expiresOn"]) if "expiresOn" in item else None,
    )


@cache
def adjustment_store() -> AdjustmentStore:
    return AdjustmentStore(table())
