"""Records of the stream that are about usage: new events, and counters before and after a change."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, Any

from parity.aws.event_bus import event_bus
from parity.catalog.store.features import feature_store
from parity.catalog.store.meters import meter_store
from parity.customers.store import keys
from parity.customers.store.customers import customer_store
from parity.dynamodb.items import from_wire
from parity.metering.api.stores import counting_stores
from parity.metering.rules.counter_changes import CounterChange
from parity.metering.store.counters import counter_from_item
from parity.metering.store.events import event_from_item
from parity.usage.service.alerts import AlertStores
from parity.usage.service.stream import StreamStores, UsageRecords
from parity.usage.store.alerts import alert_store
from parity.usage.store.ended_windows import ended_window_store
from parity.usage.store.listed_alerts import listed_alert_store

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    Record = Mapping[str, Any]

STREAM_DIGITS = 17
"""Of the time when a stream was made, to the millisecond."""

SEQUENCE_DIGITS = 40
"""The most that a sequence number has."""


def stream_stores() -> StreamStores:
    """For one batch, in which the meters of a name are read once."""
    alerts = AlertStores(
        alert_store(),
        listed_alert_store(),
        customer_store(),
        feature_store(),
        event_bus(),
        os.environ["ORGANISATION_ID"],
    )
    return StreamStores(cache(meter_store().of_event), counting_stores(), ended_window_store(), alerts)


def read_usage_records(records: Iterable[Record]) -> UsageRecords:
    """The events and the changes of counters in one customer's records."""
    usage = UsageRecords()
    for record in records:
        try:
            _add_record(usage, record)
        except Exception as error:  # noqa: BLE001 - it is raised once the others are processed
            usage.unreadable.append(error)
    return usage


def _add_record(usage: UsageRecords, record: Record) -> None:
    change = record["dynamodb"]
    new = from_wire(change["NewImage"])
    if keys.is_customer(new["PK"]):
        old = change.get("OldImage")
        before = counter_from_item(from_wire(old)) if old else None
        usage.changes.append(CounterChange(before, counter_from_item(new)))
    else:
        position = _stream_position(record["eventSourceARN"]) + int(change["SequenceNumber"])
        usage.events.append((event_from_item(new), position))


@cache
def _stream_position(stream_arn: str) -> int:
    """What is added to DynamoDB's sequence numbers of a stream, so that those of a later stream are greater.

    A table that was restored from a backup has a new stream, whose numbers may be lower than those of the old
    one. The ARN of a stream ends in the time at which the stream was made: 2026-11-23T08:00:00.000 gives
    20261123080000000, followed by as many zeros as a sequence number has digits at most.
    """
    made = "".join(filter(str.isdigit, stream_arn.rpartition("/")[2]))
    return int(made[:STREAM_DIGITS].ljust(STREAM_DIGITS, "0") + "0" * SEQUENCE_DIGITS)
