"""Events on their way through the stream to the functions that count them, and what comes of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import uuid4

import pytest

from parity.catalog.rules.aggregation_functions import Aggregation
from parity.catalog.rules.features import Feature, FeatureDraft, FeatureType, MeterKind, new_feature
from parity.catalog.store.features import feature_store
from parity.core.numbers import Number
from parity.core.periods import Period, Reset, ResetTime
from parity.dynamodb.items import to_wire
from parity.entitlements.rules.sources import FeatureSources, Snapshot, Source
from parity.entitlements.store.holdings import entitlement_store
from parity.metering.rules.aggregation import result
from parity.metering.rules.buckets import summed
from parity.metering.rules.counters import UsageCounter
from parity.metering.rules.events import UsageEvent
from parity.metering.rules.rollups import rolled_up
from parity.metering.rules.usage_key import UsageKey
from parity.metering.service.timeline import slots_of
from parity.metering.store.bucket_items import hour_to_item
from parity.metering.store.buckets import bucket_store
from parity.metering.store.counters import _to_item, counter_store
from parity.metering.store.events import event_store
from tests.support.entitlements import set_clock
from tests.support.handlers import Context, load
from tests.support.subscriptions import source

Record = dict[str, Any]

FEATURE, NAME = "tokens", "completion"
NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)
HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)
BATCH_ATTEMPTS = 6
"""The first one and the mapping's MaximumRetryAttempts."""


def metered(function: str = "COUNT", feature: str = FEATURE, filters: Sequence[Any] = ()) -> Feature:
    """Stores a feature that has counted these events for ever; the field is `amount`, but for COUNT."""
    field = None if function == "COUNT" else "amount"
    meter = {
        "eventName": NAME,
        "aggregation": {"function": function, "field": field},
        "filters": filters,
    }
    draft = FeatureDraft(
        name=feature, feature_type=FeatureType.METER, meter_kind=MeterKind.RAW_EVENTS, meter=meter
    )
    made = new_feature(draft, id=str(uuid4()), identifier=feature, now=NOON - 400 * DAY)
    feature_store().create(made)
    return made


def happened(
    key: str, moment: datetime, amount: float = 1, customer_id: str = "acme", **more: str
) -> UsageEvent:
    return UsageEvent(
        customer_id=customer_id,
        name=NAME,
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
            added.append(record(image, number=1000 + len(self.records) + len(added)))
        self.records += added
        return added


def record(image: dict[str, Any], old: dict[str, Any] | None = None, number: int = 1) -> Record:
    """As Lambda gets it."""
    changed: dict[str, Any] = {
        "Keys": {"PK": image["PK"], "SK": image["SK"]},
        "NewImage": image,
        "SequenceNumber": str(number),
    }
    if old:
        changed["OldImage"] = old
    return {"eventName": "MODIFY" if old else "INSERT", "dynamodb": changed}


def counter_record(counter: UsageCounter, old: UsageCounter | None = None, number: int = 1) -> Record:
    """Of a counter that was made, or changed."""
    return record(to_wire(_to_item(counter)), to_wire(_to_item(old)) if old else None, number)


def deliver(records: Iterable[Record], at: datetime = NOON) -> list[str]:
    """The numbers of the records from which on the function asks to get the batch again."""
    with pytest.MonkeyPatch.context() as patch:
        set_clock(patch, "usage/count", at)
        answer = load("usage/count").handler({"Records": list(records)}, Context())
    return [each["itemIdentifier"] for each in answer["batchItemFailures"]]


def mapped(records: Sequence[Record], at: datetime = NOON) -> list[Record]:
    """Delivers as the stream's mapping does, from what failed on, halved; returns what it gives up."""
    given_up: list[Record] = []
    batches = [(list(records), BATCH_ATTEMPTS)]
    while batches:
        batch, attempts = batches.pop(0)
        failed = deliver(batch, at) if batch else []
        if not failed:
            continue
        numbers = [each["dynamodb"]["SequenceNumber"] for each in batch]
        rest = batch[numbers.index(failed[0]) :]
        if len(rest) > 1:
            half = len(rest) // 2
            batches[:0] = [(rest[:half], BATCH_ATTEMPTS), (rest[half:], BATCH_ATTEMPTS)]
        elif attempts > 1:
            batches.insert(0, (rest, attempts - 1))
        else:
            given_up += rest
    return given_up


def aggregate(at: datetime, context: Context | None = None) -> dict[str, Any]:
    """What the scheduled function reports."""
    with pytest.MonkeyPatch.context() as patch:
        set_clock(patch, "usage/aggregate", at)
        done: dict[str, Any] = load("usage/aggregate").handler({}, context or Context())
    return done


def entitle(*sources: Source, customer_id: str = "acme", feature: str = FEATURE) -> Snapshot:
    """Stores the snapshot of a customer with these sources of the feature, whatever there was."""
    store = entitlement_store()
    stands = store.checked(customer_id, consistent=True).snapshot
    snapshot = Snapshot(
        archived=False,
        subscribed=(Period(NOON - 400 * DAY, None),),
        features={feature: FeatureSources(FeatureType.METER, sources)},
        revision=stands.revision + 1 if stands else 1,
    )
    assert store.save(customer_id, snapshot)
    return snapshot


def windowed(reset: Reset, anchor: datetime | None = None, number: int = 1) -> Source:
    """A plan whose windows follow the calendar, or the anchor."""
    by_anchor: dict[str, Any] = {}
    if anchor:
        by_anchor = {"reset_time": ResetTime.SUBSCRIPTION_START, "anchor": anchor}
    return source(id=f"sub-{number}", valid_from=NOON - 400 * DAY, reset=reset, **by_anchor)


def used(customer_id: str = "acme", feature: str = FEATURE) -> dict[str, Number]:
    """What the counter holds, by the kind of the window."""
    counter = counter_store().get(UsageKey(customer_id, feature))
    return {window.kind: window.used for window in counter.windows} if counter else {}


def used_between(
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
    slots = slots_of(bucket_store(), UsageKey(customer_id, feature), period, whole_days=whole_days)
    return result(rolled_up(aggregation), summed(rolled_up(aggregation), slots))


def by_hand(function: str, events: Iterable[UsageEvent]) -> Number:
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


def tamper(hour: datetime, **changes: Any) -> None:  # noqa: ANN401
    """Changes a bucket behind everybody's back."""
    store, key = bucket_store(), UsageKey("acme", FEATURE)
    bucket = store.hours(key, [hour])[hour]
    store.table.put_if(hour_to_item(key, replace(bucket, **changes)), "attribute_exists(PK)", {})
