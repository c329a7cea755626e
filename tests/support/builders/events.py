"""Events on their way through the stream to the functions that count them, and what comes of it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from parity.catalog.rules.aggregation_functions import Aggregation
from parity.core.numbers import Number
from parity.core.periods import Period
from parity.dynamodb.items import to_wire
from parity.metering.rules.aggregation import result
from parity.metering.rules.buckets import total_tally
from parity.metering.rules.events import UsageEvent
from parity.metering.rules.rollups import rollup_aggregation
from parity.metering.rules.usage_key import UsageKey
from parity.metering.service.timeline import read_slots
from parity.metering.store.bucket_items import hour_to_item
from parity.metering.store.buckets import bucket_store
from parity.metering.store.counters import counter_store
from parity.metering.store.events import event_store
from tests.support.fakes.event_sources import (
    Record,
    make_record,
)

FEATURE, EVENT_NAME = "tokens", "completion"


def make_event(
    key: str, moment: datetime, amount: float = 1, customer_id: str = "acme", **more: str
) -> UsageEvent:
    return UsageEvent(
        customer_id=customer_id,
        name=EVENT_NAME,
        idempotency_key=key,
        timestamp=moment,
        properties={"amount": amount, **more},
        resource_id=None,
        received_on=moment,
    )


class EventLog:
    """The stream's records of new events, in the order in which they were stored."""

    def __init__(self) -> None:
        self.records: list[Record] = []

    def accept(self, *events: UsageEvent) -> list[Record]:
        """Stores the events; their records."""
        added: list[Record] = []
        for event in events:
            event_store().put(event)
            image = to_wire(event_store()._to_item(event))
            added.append(make_record(image, number=1000 + len(self.records) + len(added)))
        self.records += added
        return added


def used_by_kind(customer_id: str = "acme", feature: str = FEATURE) -> dict[str, Number]:
    """What the counter holds, by the kind of the window."""
    counter = counter_store().get(UsageKey(customer_id, feature))
    return {window.kind: window.used for window in counter.windows} if counter else {}


def aggregate_usage(
    start: datetime,
    end: datetime,
    aggregation: Aggregation = Aggregation.COUNT,
    *,
    whole_days: bool = False,
    customer_id: str = "acme",
    feature: str = FEATURE,
) -> Number:
    """What the hours, days and months say."""
    period = Period(start, end)
    slots = read_slots(bucket_store(), UsageKey(customer_id, feature), period, whole_days=whole_days)
    return result(rollup_aggregation(aggregation), total_tally(rollup_aggregation(aggregation), slots))


def aggregate_by_hand(function: str, events: Iterable[UsageEvent]) -> Number:
    """What the events amount to, computed another way."""
    found = [
        (
            event.timestamp,
            event.idempotency_key,
            json.loads(json.dumps(event.properties), parse_float=Decimal),
        )
        for event in events
    ]
    values = [properties["amount"] for _, _, properties in found]
    if function in {"COUNT", "UNIQUE"}:
        return len(values if function == "COUNT" else set(values))
    if not values:
        return 0
    average = round(Fraction(sum(map(Fraction, values))) / len(values), 6)
    amounts: dict[str, Number] = {
        "SUM": sum(values),
        "MAX": max(values),
        "MIN": min(values),
        "LATEST": max(found, key=lambda each: each[:2])[2]["amount"],
        "AVERAGE": Decimal(average.numerator) / Decimal(average.denominator),
    }
    return amounts[function]


def tamper_with_hour(hour: datetime, **changes: Any) -> None:  # noqa: ANN401
    """Changes a bucket behind everybody's back."""
    store, key = bucket_store(), UsageKey("acme", FEATURE)
    bucket = store.hours(key, [hour])[hour]
    store.table.put_on_condition(hour_to_item(key, replace(bucket, **changes)), "attribute_exists(PK)", {})


EVENT_BODY = {
    "customerId": "acme",
    "eventName": "completion",
    "idempotencyKey": "k-1",
    "timestamp": "2026-03-15 11:59:30.004217",
    "properties": {"tokensUsed": 412, "cost": 0.1, "model": {"name": "ação"}},
    "resourceId": "job-1",
}
"""Half a minute before MOMENT."""


def make_event_body(**changes: Any) -> dict[str, Any]:  # noqa: ANN401
    """The event with fields changed, or left out where they are `...`."""
    return {name: value for name, value in {**EVENT_BODY, **changes}.items() if value is not ...}


def list_stored_keys(hour: datetime, customer_id: str = "acme") -> list[str]:
    """What is in the table, in the order of the keys."""
    return [found.idempotency_key for found in event_store().of_hour(customer_id, hour)]
