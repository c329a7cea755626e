"""Raw events. Each is an item of its own, in a partition of one customer and one hour."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING
from uuid import uuid4

from parity.core.times import from_iso, to_iso
from parity.customers.rules.customers import CustomerStatus
from parity.customers.rules.errors import CustomerNotFoundError, inactive_customer_error
from parity.customers.store import keys as customer_keys
from parity.dynamodb import keys as shared_keys
from parity.dynamodb.table import table
from parity.metering.rules.events import EventKeyReusedError, Outcome, UsageEvent, properties_text
from parity.metering.store import keys

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from parity.core.errors import ParityError
    from parity.dynamodb.items import Item
    from parity.dynamodb.table import Table

RETENTION_DAYS = "45"
"""Longer than the event horizon: an event that may be sent again is still recognised as a duplicate."""

KEY_DAYS = "0"
CONTENT = ("eventName", "properties", "resourceId")
"""The attributes in which a duplicate is the same as the event that is stored."""


class EventStore:
    """`retention` is how long after its timestamp an event is kept, `key_lifetime` how long its key is.

    With a lifetime of 0 keys are not kept, and an event is recognised only in the hour of its timestamp.
    """

    def __init__(self, table: Table, retention: timedelta, key_lifetime: timedelta = timedelta(0)) -> None:
        self.table = table
        self.retention = retention
        self.key_lifetime = key_lifetime

    def put(self, event: UsageEvent) -> Outcome:
        """Stores an event once; one conditional PutItem, and one before it if keys are kept.

        Raises EventKeyReusedError.
        """
        return self._put_in_hour(self._with_first_timestamp(event) if self.key_lifetime else event)

    def _with_first_timestamp(self, event: UsageEvent) -> UsageEvent:
        """The event with the timestamp that was first sent with its key (docs/decisions/0037).

        The key is stored before the event. So if the process ends between the two, a retry in a later hour
        finds the first hour, and stores the event there.
        """
        expires_on = event.timestamp + self.key_lifetime
        item = {
            **keys.event_key(event.customer_id, event.idempotency_key),
            "timestamp": to_iso(event.timestamp),
            "expiresAt": int(expires_on.timestamp()),
        }
        first = self.table.put_if_absent(item, or_expired=event.received_on)
        return replace(event, timestamp=from_iso(first["timestamp"])) if first else event

    def _put_in_hour(self, event: UsageEvent) -> Outcome:
        """Stores an event unless its hour has one with its key.

        If the stored item has the write id of this call, the first answer was lost and the AWS client sent
        the request again. Then the event is new, and no duplicate.
        """
        item = self._to_item(event)
        stored = self.table.put_if_absent(item)
        if stored is None or stored["writeId"] == item["writeId"]:
            return Outcome.ACCEPTED
        if any(stored.get(name) != item.get(name) for name in CONTENT):
            raise EventKeyReusedError
        return Outcome.DUPLICATE

    def of_hour(self, customer_id: str, hour: datetime) -> list[UsageEvent]:
        """All events of a customer in an hour; one strongly consistent Query per megabyte."""
        items = self.table.query_all(
            "PK = :events", {":events": keys.events(customer_id, hour)}, ConsistentRead=True
        )
        return [event_from_item(item) for item in items]

    def refusal(self, customer_id: str) -> ParityError | None:
        """Why events of the customer cannot be ingested; None if they can. Strongly consistent."""
        return _refusal(customer_id, self.table.get(customer_keys.customer(customer_id)))

    def refusals(self, customer_ids: Iterable[str]) -> dict[str, ParityError]:
        """As `refusal`, for those whose events cannot be ingested; one request per 100 customers."""
        wanted = list(customer_ids)
        profiles = self.table.batch_get(map(customer_keys.customer, wanted), consistent=True)
        found = {profile["customerId"]: profile for profile in profiles}
        refused = {customer_id: _refusal(customer_id, found.get(customer_id)) for customer_id in wanted}
        return {customer_id: error for customer_id, error in refused.items() if error}

    def _to_item(self, event: UsageEvent) -> Item:
        return {
            "PK": keys.events(event.customer_id, event.timestamp),
            "SK": event.idempotency_key,
            "eventName": event.name,
            "timestamp": to_iso(event.timestamp),
            "receivedOn": to_iso(event.received_on),
            "properties": None if event.properties is None else properties_text(event.properties),
            "resourceId": event.resource_id,
            "expiresAt": int((event.timestamp + self.retention).timestamp()),
            "writeId": uuid4().hex,
        }


def _refusal(customer_id: str, profile: Item | None) -> ParityError | None:
    if profile is None:
        return CustomerNotFoundError(customer_id)
    if profile["customerStatus"] != CustomerStatus.ARCHIVED:
        return None
    return inactive_customer_error(customer_id, is_erased="erasedOn" in profile)


def event_from_item(item: Item) -> UsageEvent:
    """Numbers in `properties` are int or Decimal: what was sent, exactly."""
    properties = item.get("properties")
    return UsageEvent(
        customer_id=shared_keys.customer_in(item["PK"]),
        name=item["eventName"],
        idempotency_key=item["SK"],
        timestamp=from_iso(item["timestamp"]),
        properties=None if properties is None else json.loads(properties, parse_float=Decimal),
        resource_id=item.get("resourceId"),
        received_on=from_iso(item["receivedOn"]),
    )


@cache
def event_store() -> EventStore:
    """Events and their keys are kept for as many days as the environment says."""
    days = int(os.environ.get("RAW_EVENT_RETENTION_DAYS", RETENTION_DAYS))
    key_days = int(os.environ.get("EVENT_KEY_DAYS", KEY_DAYS))
    return EventStore(table(), timedelta(days=days), timedelta(days=key_days))
