"""The two keys that customer tokens are signed with, in one item."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from parity.api_keys.rules.customer_tokens import SigningKey, SigningKeys
from parity.api_keys.store import keys
from parity.core.times import EPOCH, from_iso, to_iso
from parity.dynamodb.optimistic import VersionChangedError
from parity.dynamodb.table import table

if TYPE_CHECKING:
    from datetime import datetime

    from parity.dynamodb.items import Item
    from parity.dynamodb.table import Table

MAX_AGE = timedelta(minutes=1)
MAX_AGE_FOR_UNKNOWN = timedelta(seconds=1)
"""A token of an unknown key is forged, or its key is new. Forged ones cost one read a second at most."""


class SigningKeyStore:
    """One per process: it remembers the keys for a minute, so that recognising a token needs no read."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self._known: dict[str, SigningKey] = {}
        self._read_on = EPOCH

    def get(self) -> SigningKeys | None:
        """Strongly consistent."""
        item = self.table.get(keys.signing_keys())
        return _from_item(item) if item else None

    def replace(self, old: SigningKeys | None, new: SigningKeys) -> None:
        """Raises VersionChangedError if the stored keys are no longer `old`."""
        condition, values = "attribute_not_exists(PK)", {}
        if old:
            condition, values = "keyId = :id", {":id": old.current.key_id}
        if not self.table.put_on_condition(_to_item(new), condition, values):
            raise VersionChangedError

    def find(self, key_id: str, now: datetime) -> SigningKey | None:
        """The key with this id, as it was stored at most a minute ago."""
        max_age = MAX_AGE if key_id in self._known else MAX_AGE_FOR_UNKNOWN
        if abs(now - self._read_on) >= max_age:
            stored = self.get()
            found = (stored.current, stored.previous) if stored else ()
            self._known = {key.key_id: key for key in found if key}
            self._read_on = now
        return self._known.get(key_id)


def _to_item(signing_keys: SigningKeys) -> Item:
    current, previous = signing_keys.current, signing_keys.previous
    return {
        **keys.signing_keys(),
        "keyId": current.key_id,
        "secret": current.secret,
        "createdOn": to_iso(current.created_on),
        "previousKeyId": previous.key_id if previous else None,
        "previousSecret": previous.secret if previous else None,
        "previousCreatedOn": to_iso(previous.created_on) if previous else None,
    }


def _from_item(item: Item) -> SigningKeys:
    current = SigningKey(item["keyId"], item["secret"], from_iso(item["createdOn"]))
    if "previousKeyId" not in item:
        return SigningKeys(current)
    created_on = from_iso(item["previousCreatedOn"])
    return SigningKeys(current, SigningKey(item["previousKeyId"], item["previousSecret"], created_on))


@cache
def signing_key_store() -> SigningKeyStore:
    return SigningKeyStore(table())
