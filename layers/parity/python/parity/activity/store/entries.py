"""Entries of activity, by time in a partition of the customer's own (docs/decisions/0080)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from parity.activity.rules.attributes import AttributeChange
from parity.activity.rules.changes import ChangeKind
from parity.activity.rules.entries import Entry, SubjectIds
from parity.activity.store import keys
from parity.core.times import from_iso, to_iso
from parity.dynamodb.actors import actor_to_text, read_actor
from parity.dynamodb.items import from_json_text, pack_text, to_json_text, unpack_text
from parity.dynamodb.listing import query_rows
from parity.dynamodb.table import table

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import timedelta

    from parity.dynamodb.items import Item
    from parity.dynamodb.keys import Key
    from parity.dynamodb.listing import FoundRows, RowRange
    from parity.dynamodb.table import Table


class EntryStore:
    def __init__(self, table: Table) -> None:
        self.table = table

    def put(self, entry: Entry, retention: timedelta) -> None:
        """Keeps the entry for so long; does nothing if it is stored, also if it was redacted since."""
        self.table.put_on_condition(_to_item(entry, retention), "attribute_not_exists(PK)", {})

    def read_rows(self, customer_id: str, wanted: RowRange) -> FoundRows[Entry]:
        """One Query, eventually consistent."""
        return query_rows(self.table, keys.activity(customer_id), wanted, _from_item)

    def redact(self, customer_id: str) -> None:
        """Removes from all stored entries what told who the customer was.

        A strongly consistent Query of the customer's activity, and an update for each entry that has any.
        """
        items = self.table.query_all(
            "PK = :activity",
            {":activity": keys.activity(customer_id)},
            FilterExpression="attribute_exists(personal)",
            ProjectionExpression="PK, SK",
            ConsistentRead=True,
        )
        for item in items:
            self.table.update(
                {"PK": item["PK"], "SK": item["SK"]},
                "SET redacted = :yes REMOVE personal",
                "attribute_exists(PK)",
                {":yes": True},
            )


def _key(entry: Entry) -> Key:
    position = keys.activity_position(to_iso(entry.at), entry.id)
    return {"PK": keys.activity(entry.customer_id), "SK": position}


def _to_item(entry: Entry, retention: timedelta) -> Item:
    personal = entry.personal
    others = [each for each in entry.attributes if each not in personal]
    return {
        **_key(entry),
        "id": entry.id,
        "customerId": entry.customer_id,
        "kind": entry.kind.value,
        "occurredOn": to_iso(entry.at),
        "by": actor_to_text(entry.by) if entry.by else None,
        "subscriptionId": entry.about.subscription_id,
        "featureId": entry.about.feature_id,
        "grantId": entry.about.grant_id,
        "attributes": _pack(others),
        "personal": _pack(personal) if personal else None,
        "expiresAt": int((entry.at + retention).timestamp()),
    }


def _from_item(item: Item) -> Entry:
    return Entry(
        id=item["id"],
        customer_id=item["customerId"],
        kind=ChangeKind(item["kind"]),
        at=from_iso(item["occurredOn"]),
        by=read_actor(item),
        about=SubjectIds(
            subscription_id=item.get("subscriptionId"),
            feature_id=item.get("featureId"),
            grant_id=item.get("grantId"),
        ),
        attributes=(*_unpack(item.get("personal")), *_unpack(item["attributes"])),
        is_redacted=item.get("redacted", False),
    )


def _pack(attributes: Iterable[AttributeChange]) -> str | bytes:
    return pack_text(to_json_text([list(each) for each in attributes]) or "")


def _unpack(packed: str | bytes | None) -> list[AttributeChange]:
    return [AttributeChange(*each) for each in from_json_text(unpack_text(packed))] if packed else []


@cache
def entry_store() -> EntryStore:
    return EntryStore(table())
