"""What events cost: taken in, counted by the stream function, and closed with their hours."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from parity.catalog.store.features import feature_store
from parity.core.times import now, to_iso
from parity.dynamodb import keys
from parity.dynamodb.table import table
from parity.metering.api.stores import counting_stores
from parity.metering.rules.buckets import DAY, HOUR, QUARTER, day_of, hour_of
from parity.metering.rules.counter_changes import CounterChange
from parity.metering.rules.usage_key import UsageKey
from parity.metering.service.closing import close_hour
from parity.metering.service.rollups import roll_up_day
from parity.metering.store.buckets import bucket_store
from parity.metering.store.counters import counter_store
from parity.usage.api.stream import stream_stores
from parity.usage.service.stream import UsageRecords, process_records
from tests.support.answers import expect
from tests.support.fakes.functions import Context, call, load_handler
from tools.measuring.units import Meter

Record = dict[str, Any]
Result = TypeVar("Result")

BATCHES = count(1)
SEQUENCE = count(1)


def measure(meter: Meter, customers: Sequence[str]) -> None:
    """Of customers who have used tokens before."""
    moment = now()
    for customer_id in (*customers, "acme"):
        counted(records_of(sent([customer_id], moment)))
    first = records_of(sent(["acme"], moment - HOUR))
    meter.of("counting the first event of an hour", lambda: counted(first))
    single = _single(meter, moment)
    old = counter_store().get(UsageKey("acme", "tokens"))
    meter.of("counting it alone", lambda: counted(single))
    new = counter_store().get(UsageKey("acme", "tokens"))
    meter.of("the same again, as a batch may come twice", lambda: counted(single))
    if new:
        followed = UsageRecords(changes=[CounterChange(old, new)])
        meter.of(
            "what the stream function makes of its counter then",
            lambda: process_records(stream_stores(), "acme", followed, now()),
        )
    for what, of in {"one customer": ["acme"] * 100, "100 customers": customers}.items():
        events = _of_each(meter, f"report/events, 100 of {what}", lambda: sent(of, moment))  # noqa: B023
        records = records_of(events)
        _of_each(meter, f"counting them, of {what}", lambda: counted(records))  # noqa: B023
    _measure_closing(meter, moment)


def _single(meter: Meter, moment: datetime) -> list[Record]:
    event = _event("acme", moment, f"single-{next(BATCHES)}")
    meter.of("report/event", lambda: expect(call("report/event", body=event), 200))
    return records_of([event])


def _of_each(meter: Meter, what: str, work: Callable[[], Result]) -> Result:
    """With the 100th part of it."""
    result = meter.of(what, work)
    read, written, requests = (total / 100 for total in (meter.read, meter.written, meter.requests))
    print(f"{'    of each event':<64} {read:>5.2f} read {written:>5.2f} write units, {requests:.2f} requests")
    return result


def _measure_closing(meter: Meter, moment: datetime) -> None:
    """A day of four events an hour, and the hour that has had more than 100."""
    yesterday = day_of(moment) - DAY
    counted(records_of(sent(["acme"] * 96, yesterday, QUARTER)))
    hours = [yesterday + timedelta(hours=number) for number in range(24)]
    meter.of("closing an hour of 4 events", lambda: _close(hours[0]))
    for hour in hours[1:]:
        _close(hour)
    meter.of(
        "rolling up a day of 24 hours",
        lambda: roll_up_day(bucket_store(), UsageKey("acme", "tokens"), yesterday),
    )
    meter.of("closing an hour of 102 events", lambda: _close(hour_of(moment)))
    late = records_of(sent(["acme"], yesterday))
    meter.of("counting an event that is late, in an hour of 4 others", lambda: counted(late))


def _close(hour: datetime) -> None:
    """As once all that belongs to it has come."""
    close_hour(counting_stores(), "acme", feature_store().get("tokens"), hour, hour + 2 * DAY)


def sent(customers: Iterable[str], moment: datetime, step: timedelta = timedelta(0)) -> list[dict[str, Any]]:
    """New events, one for each customer named, taken in as a batch."""
    batch = next(BATCHES)
    events = [
        _event(customer_id, moment + number * step, f"{batch}-{number}")
        for number, customer_id in enumerate(customers)
    ]
    results = expect(call("report/events", body={"events": events}), 200)["results"]
    if any(result["status"] != "accepted" for result in results):
        raise SystemExit(f"not all events were accepted: {results}")
    return events


def _event(customer_id: str, moment: datetime, key: str) -> dict[str, Any]:
    return {
        "customerId": customer_id,
        "eventName": "completion",
        "idempotencyKey": f"0d9b8a5c-3c1f-4e5a-9b57-{key}",
        "timestamp": to_iso(moment),
        "properties": {"tokens": 412, "model": "large"},
    }


def records_of(events: Iterable[dict[str, Any]]) -> list[Record]:
    """As the table's stream has them."""
    return [
        {
            "eventName": "INSERT",
            "dynamodb": {
                "Keys": {"PK": image["PK"], "SK": image["SK"]},
                "NewImage": image,
                "SequenceNumber": str(next(SEQUENCE)),
            },
        }
        for image in map(_image, events)
    ]


def renumbered(records: Iterable[Record]) -> list[Record]:
    """As if they had been written once more."""
    return [
        {**record, "dynamodb": {**record["dynamodb"], "SequenceNumber": str(next(SEQUENCE))}}
        for record in records
    ]


def _image(event: dict[str, Any]) -> dict[str, Any]:
    hour = datetime.fromisoformat(event["timestamp"])
    key = {"PK": {"S": keys.events(event["customerId"], hour)}, "SK": {"S": event["idempotencyKey"]}}
    item: dict[str, Any] = table().client.get_item(TableName=table().name, Key=key)["Item"]
    return item


def counted(records: list[Record]) -> None:
    """By the stream function."""
    answered = load_handler("usage/count").handler({"Records": records}, Context())
    if answered["batchItemFailures"]:
        raise SystemExit("not all events were counted")
