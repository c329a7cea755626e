"""Events as values, as requests and in the stream, and the usage that is counted from them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from parity.catalog.rules.aggregation_functions import Aggregation
from parity.core.numbers import Number
from parity.core.periods import Period
from parity.dynamodb.items import to_wire
from parity.metering.rules.aggregation import result
from parity.metering.rules.buckets import total_tally
from parity.metering.rules.counters import UsageCounter
from parity.metering.rules.events import UsageEvent
from parity.metering.rules.rollups import rollup_aggregation
from parity.metering.rules.usage_key import UsageKey
from parity.metering.service.timeline import read_slots
from parity.metering.store.bucket_items import hour_to_item
from parity.metering.store.buckets import bucket_store
from parity.metering.store.counters import counter_store
from parity.metering.store.events import event_store
from tests.support.answers import expect
from tests.support.builders.moments import DAY, HOUR, MINUTE, NOON
from tests.support.fakes.event_sources import (
    Record,
    make_record,
)
from tests.support.fakes.functions import Reply, call

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
        """Stores the events; returns their records."""
        added: list[Record] = []
        for event in events:
            event_store().put(event)
            image = to_wire(event_store()._to_item(event))
            added.append(make_record(image, number=1000 + len(self.records) + len(added)))
        self.records += added
        return added


def used_by_kind(customer_id: str = "acme", feature: str = FEATURE) -> dict[str, Number]:
    """The usage in the windows of the counter, by kind."""
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
    """The usage of a period, from its hours, days and months."""
    period = Period(start, end)
    slots = read_slots(bucket_store(), UsageKey(customer_id, feature), period, whole_days=whole_days)
    return result(rollup_aggregation(aggregation), total_tally(rollup_aggregation(aggregation), slots))


def aggregate_by_hand(function: str, events: Iterable[UsageEvent]) -> Number:
    """The usage of the events, computed without the code under test."""
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
    """Changes a bucket without its counter."""
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
    """The idempotency keys of the stored events of an hour, sorted."""
    return [found.idempotency_key for found in event_store().of_hour(customer_id, hour)]


USAGE_KEY = UsageKey("acme", FEATURE)
HOUR_DUE = NOON + HOUR + 3 * MINUTE
"""When the hour of NOON is due."""

DAY_DUE = NOON + DAY
"""When the day is due."""


def load_counter() -> UsageCounter:
    counter = counter_store().get(USAGE_KEY)
    assert counter
    return counter


def list_open_days() -> list[datetime]:
    return sorted(bucket_store().open_days(USAGE_KEY, Period(NOON - 40 * DAY, NOON + 40 * DAY)))


def read_day() -> dict[datetime, Any]:
    """The slots of the rolled-up day of NOON."""
    start = NOON.replace(hour=0)
    rollups = bucket_store().days_within(USAGE_KEY, Period(start, start + DAY))
    return {slot: tally for each in rollups.values() for slot, tally in each.slots.items()}


REPORT_EVENTS = "report/events"
EVENT_HOUR = datetime(2026, 3, 15, 11, tzinfo=UTC)


def send_events(*events: Any) -> Reply:  # noqa: ANN401
    return call(REPORT_EVENTS, body={"events": list(events)})


def list_results(reply: Reply) -> list[dict[str, Any]]:
    body = expect(reply, 200)
    assert body.keys() == {"results"}
    results: list[dict[str, Any]] = body["results"]
    return results


def make_event_bodies(count: int, **changes: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    """Events with the keys k-00, k-01, ..."""
    return [make_event_body(idempotencyKey=f"k-{number:02}", **changes) for number in range(count)]


def list_keys(events: list[dict[str, Any]]) -> list[str]:
    return sorted(each["idempotencyKey"] for each in events)


def list_statuses(reply: Reply) -> list[str]:
    """`accepted`, `duplicate`, or the code of a rejection."""
    return [row.get("code", row["status"]) for row in list_results(reply)]
