"""API keys, all in one small partition. The authorizer reads one by its digest; people list all."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from parity.api_keys.rules.api_keys import ApiKey, ApiKeyKind
from parity.api_keys.store import keys
from parity.core.times import from_iso, to_iso
from parity.dynamodb.idempotency import keep_answer
from parity.dynamodb.table import table
from parity.dynamodb.transactions import Transaction

if TYPE_CHECKING:
    from datetime import datetime

    from parity.core.idempotency import AnswerRecord
    from parity.dynamodb.items import Item
    from parity.dynamodb.table import Table


class ApiKeyStore:
    def __init__(self, table: Table) -> None:
        self.table = table

    def get(self, digest: str) -> ApiKey | None:
        """Eventually consistent: the gateway caches the outcome for longer than replicas lag behind."""
        item = self.table.get(keys.api_key(digest), consistent=False)
        return _from_item(item) if item else None

    def create(self, api_key: ApiKey, record: AnswerRecord | None = None) -> None:
        transaction = Transaction(self.table)
        keep_answer(transaction, record)
        transaction.put(_to_item(api_key), "attribute_not_exists(PK)")
        transaction.commit()

    def all(self) -> list[ApiKey]:
        """Strongly consistent, one Query: an organisation has few keys."""
        result = self.table.query("PK = :keys", {":keys": keys.api_keys()}, ConsistentRead=True)
        return [_from_item(item) for item in result.items]

    def revoke(self, api_key: ApiKey, now: datetime) -> None:
        """Does nothing to a key that is revoked already, which keeps the time of its revocation."""
        self.table.update(
            keys.api_key(api_key.digest),
            "SET revokedOn = :now",
            "attribute_exists(PK) AND attribute_not_exists(revokedOn)",
            {":now": to_iso(now)},
        )

    def mark_used(self, api_key: ApiKey, now: datetime, unless_since: datetime) -> None:
        """Stores the time of use, unless one from `unless_since` or later is stored already."""
        self.table.update(
            keys.api_key(api_key.digest),
            "SET lastUsedOn = :now",
            "attribute_exists(PK) AND (attribute_not_exists(lastUsedOn) OR lastUsedOn < :since)",
            {":now": to_iso(now), ":since": to_iso(unless_since)},
        )


def _to_item(api_key: ApiKey) -> Item:
    return {
        **keys.api_key(api_key.digest),
        "kind": api_key.kind.value,
        "name": api_key.name,
        "prefix": api_key.prefix,
        "lastFour": api_key.last_four,
        "createdOn": to_iso(api_key.created_on),
        "lastUsedOn": to_iso(api_key.last_used_on) if api_key.last_used_on else None,
        "revokedOn": to_iso(api_key.revoked_on) if api_key.revoked_on else None,
    }


def _from_item(item: Item) -> ApiKey:
    return ApiKey(
        digest=item["SK"],
        kind=ApiKeyKind(item["kind"]),
        name=item["name"],
        prefix=item["prefix"],
        last_four=item["lastFour"],
        created_on=from_iso(item["createdOn"]),
        last_used_on=from_iso(item["lastUsedOn"]) if "lastUsedOn" in item else None,
        revoked_on=from_iso(item["revokedOn"]) if "revokedOn" in item else None,
    )


@cache
def api_key_store() -> ApiKeyStore:
    return ApiKeyStore(table())
