"""Publishes events on the account's event bus, where webhooks and other reactions can be attached."""

from __future__ import annotations

import json
import os
from functools import cache
from typing import TYPE_CHECKING, Any

from parity.aws.clients import new_client

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_events.type_defs import PutEventsRequestEntryTypeDef

SOURCE = "parity"


class NotPublishedError(Exception):
    """The event bus refused an event."""


class EventBus:
    def __init__(self, client: EventBridgeClient, name: str) -> None:
        self.client = client
        self.name = name

    def publish(self, kind: str, detail: Mapping[str, Any]) -> None:
        """Publishes one event of this kind. Raises NotPublishedError if the bus refuses it."""
        entry: PutEventsRequestEntryTypeDef = {
            "EventBusName": self.name,
            "Source": SOURCE,
            "DetailType": kind,
            "Detail": json.dumps(detail),
        }
        answer = self.client.put_events(Entries=[entry])
        if answer["FailedEntryCount"]:
            raise NotPublishedError(answer["Entries"][0].get("ErrorCode"))


@cache
def event_bus() -> EventBus:
    """The bus that the environment names."""
    return EventBus(new_client("events"), os.environ["EVENT_BUS_NAME"])
