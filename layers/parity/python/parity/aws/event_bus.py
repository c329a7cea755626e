"""Publishes events on the account's event bus, where webhooks and other reactions can be attached."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from parity.aws.clients import new_client
from parity.core.times import to_iso

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_events.type_defs import PutEventsRequestEntryTypeDef

SOURCE = "parity"


class NotPublishedError(Exception):
    """The event bus refused an event."""


MAX_ENTRIES = 10
"""As many events as one request may publish."""

MAX_BYTES = 200_000
"""Of their details. A request may have 256 KB, with what else is in an entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What happened to `object`, in the vendor's form (docs/contract.md, "Webhooks").

    `id` is a UUID, the same whenever the same event is published. `previous_attributes` are there for changes
    of what was there before.
    """

    id: str
    type: str
    created_on: datetime
    object: Mapping[str, Any]
    previous_attributes: Mapping[str, Any] | None = None

    def to_detail(self) -> dict[str, Any]:
        data: dict[str, Any] = {"object": self.object}
        if self.previous_attributes is not None:
            data["previous_attributes"] = self.previous_attributes
        return {"id": self.id, "type": self.type, "created_at": to_iso(self.created_on), "data": data}


class EventBus:
    def __init__(self, client: EventBridgeClient, name: str, stack: str) -> None:
        self.client = client
        self.name = name
        self.stack = stack

    def publish(self, events: Iterable[Event]) -> None:
        """One request per ten events, or fewer if they are long.

        Raises NotPublishedError if the bus refuses one of them. Those before it are published.
        """
        for entries in _split(map(self._to_entry, events)):
            answer = self.client.put_events(Entries=entries)
            if answer["FailedEntryCount"]:
                raise NotPublishedError(
                    next(filter(None, (each.get("ErrorCode") for each in answer["Entries"])))
                )

    def _to_entry(self, event: Event) -> PutEventsRequestEntryTypeDef:
        """The stack is the event's resource: several stacks may publish on the same bus."""
        return {
            "EventBusName": self.name,
            "Source": SOURCE,
            "DetailType": event.type,
            "Resources": [self.stack],
            "Detail": json.dumps(event.to_detail(), ensure_ascii=False),
        }


def _split(entries: Iterable[PutEventsRequestEntryTypeDef]) -> Iterator[list[PutEventsRequestEntryTypeDef]]:
    """The entries in parts that each fit in a request."""
    part: list[PutEventsRequestEntryTypeDef] = []
    size = 0
    for entry in entries:
        length = len(entry["Detail"].encode())
        if part and (len(part) == MAX_ENTRIES or size + length > MAX_BYTES):
            yield part
            part, size = [], 0
        part.append(entry)
        size += length
    if part:
        yield part


@cache
def event_bus() -> EventBus:
    """The bus that the environment names."""
    return EventBus(new_client("events"), os.environ["EVENT_BUS_NAME"], os.environ["STACK_NAME"])
