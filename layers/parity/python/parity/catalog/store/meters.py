"""Meters by the name of the events that they count.

Each is a copy of the definition in its feature, written in the same transaction. A definition never changes,
so the copy stays the same.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING

from parity.catalog.rules.meters import Meter, read_meter
from parity.catalog.store import keys
from parity.core.times import from_iso, to_iso
from parity.dynamodb.items import to_json_text
from parity.dynamodb.table import table

if TYPE_CHECKING:
    from parity.catalog.rules.features import Feature
    from parity.dynamodb.items import Item
    from parity.dynamodb.table import Table
    from parity.dynamodb.transactions import Transaction


class MeterStore:
    def __init__(self, table: Table) -> None:
        self.table = table

    def of_event(self, event_name: str) -> list[Meter]:
        """The meters of all features that count events of this name; one strongly consistent Query."""
        items = self.table.query_all(
            "PK = :events", {":events": keys.meters(event_name)}, ConsistentRead=True
        )
        return [_from_item(item) for item in items]


def put_meter(transaction: Transaction, feature: Feature) -> None:
    """Adds the copy to the transaction that creates the feature, if the feature has a meter."""
    if feature.meter:
        transaction.put(
            {
                "PK": keys.meters(feature.meter["eventName"]),
                "SK": feature.identifier,
                "meter": to_json_text(feature.meter),
                "createdOn": to_iso(feature.created_on),
            }
        )


def _from_item(item: Item) -> Meter:
    return read_meter(item["SK"], json.loads(item["meter"]), from_iso(item["createdOn"]))


@cache
def meter_store() -> MeterStore:
    return MeterStore(table())
