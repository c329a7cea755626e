"""What events cost: ingested, counted by the stream function, and closed with their hours."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from itertools import count
from typing import Any, TypeVar

from parity.catalog.rules.features import Feature
from parity.catalog.store.features import feature_store
from parity.core.times import now, to_iso
from parity.dynamodb.due_index import DueEntry
from parity.dynamodb.table import table
from parity.metering.api.stores import counting_stores
from parity.metering.rules.buckets import DAY, HOUR, QUARTER, day_of, hour_of
from parity.metering.rules.counter_changes import CounterChange
from parity.metering.rules.usage_key import UsageKey
from parity.metering.service.due_hours import plan_closing
from parity.metering.service.rollups import roll_up_day
from parity.metering.store import keys
from parity.metering.store.buckets import bucket_store
from parity.metering.store.counters import counter_store
from parity.metering.store.events import event_store
from parity.usage.api.stream import stream_stores
from parity.usage.service.stream import UsageRecords, process_records
from tests.support.answers import expect
from tests.support.fakes.functions import Context, call, load_handler
from tools.measuring.units import Meter

Record = dict[str, Any]
Result = TypeVar("Result")

BATCHES = count(1)
SEQUENCE = count(1)
STREAM = "arn:aws:dynamodb:us-east-1:000000000000:table/parity/stream/2026-01-01T00:00:00.000"


def measure(meter: Meter, customers: Sequence[str]) -> None:
    """The customers have used tokens before."""
    moment = now()
    for customer_id in (*customers, "acme"):
        count_records(to_stream_records(send_events([customer_id], moment)))
    first = to_stream_records(send_events(["acme"], moment - HOUR))
    meter.measure("counting the first event of an hour", lambda: count_records(first))
    single = _single(meter, moment)
    old = counter_store().get(UsageKey("acme", "tokens"))
    meter.measure("counting it alone", lambda: count_records(single))
    new = counter_store().get(UsageKey("acme", "tokens"))
    meter.measure("the same again, as a batch may be redelivered", lambda: count_records(single))
    if new:
        followed = UsageRecords(changes=[CounterChange(old, new)])
        meter.measure(
            "what the stream function makes of its counter then",
            lambda: process_records(stream_stores(), "acme", followed, now()),
        )
    for what, of in {"one customer": ["acme"] * 100, "100 customers": customers}.items():
        events = _of_each(meter, f"report/events, 100 of {what}", lambda: send_events(of, moment))  # noqa: B023
        records = to_stream_records(events)
        _of_each(meter, f"counting them, of {what}", lambda: count_records(records))  # noqa: B023
    _measure_closing(meter, moment)


def _single(meter: Meter, moment: datetime) -> list[Record]:
    event = make_event("acme", moment, f"single-{next(BATCHES)}")
    meter.measure("report/event", lambda: expect(call("report/event", body=event), 200))
    kept = make_event("acme", moment - DAY, f"kept-{next(BATCHES)}")
    with _kept_keys():
        meter.measure("report/event, its key kept", lambda: expect(call("report/event", body=kept), 200))
    return to_stream_records([event])


@contextmanager
def _kept_keys() -> Iterator[None]:
    """As where the stack has `EventKeysAcrossHours`."""
    store = event_store()
    store.key_lifetime = 35 * DAY
    yield
    store.key_lifetime = timedelta(0)


def _of_each(meter: Meter, what: str, work: Callable[[], Result]) -> Result:
    """Prints the cost of 100 events and of each."""
    result = meter.measure(what, work)
    read, written, requests = (total / 100 for total in (meter.read, meter.written, meter.requests))
    print(f"{'    of each event':<64} {read:>5.2f} read {written:>5.2f} write units, {requests:.2f} requests")
    return result


def _measure_closing(meter: Meter, moment: datetime) -> None:
    """A day of four events an hour, and the hour that has had more than 100."""
    yesterday = day_of(moment) - DAY
    count_records(to_stream_records(send_events(["acme"] * 96, yesterday, QUARTER)))
    _read_feature("tokens")  # once for a turn
    hours = [yesterday + timedelta(hours=number) for number in range(24)]
    meter.measure("closing an hour of 4 events", lambda: close_sample_hour(hours[0]))
    for hour in hours[1:]:
        close_sample_hour(hour)
    meter.measure(
        "rolling up a day of 24 hours",
        lambda: roll_up_day(bucket_store(), UsageKey("acme", "tokens"), yesterday),
    )
    meter.measure("closing an hour of 102 events", lambda: close_sample_hour(hour_of(moment)))
    late = to_stream_records(send_events(["acme"], yesterday))
    meter.measure("counting an event that is late, in an hour of 4 others", lambda: count_records(late))


@cache
def _read_feature(name: str) -> Feature:
    return feature_store().get(name)


def close_sample_hour(hour: datetime) -> None:
    """Closes the hour two days later, when no event of it is due any more."""
    due = DueEntry({"PK": keys.usage("acme", "tokens"), "SK": keys.usage_hour(hour)}, "")
    for group in plan_closing(counting_stores(), _read_feature, [due], hour + 2 * DAY):
        for task in group:
            task.do()


def send_events(
    customers: Iterable[str], moment: datetime, step: timedelta = timedelta(0)
) -> list[dict[str, Any]]:
    """New events, one for each customer named, ingested as a batch."""
    batch = next(BATCHES)
    events = [
        make_event(customer_id, moment + number * step, f"{batch}-{number}")
        for number, customer_id in enumerate(customers)
    ]
    results = expect(call("report/events", body={"events": events}), 200)["results"]
    if any(result["status"] != "accepted" for result in results):
        raise SystemExit(f"not all events were accepted: {results}")
    return events


def make_event(customer_id: str, moment: datetime, key: str) -> dict[str, Any]:
    return {
        "customerId": customer_id,
        "eventName": "completion",
        "idempotencyKey": f"0d9b8a5c-3c1f-4e5a-9b57-{key}",
        "timestamp": to_iso(moment),
        "properties": {"tokens": 412, "model": "large"},
    }


def to_stream_records(events: Iterable[dict[str, Any]]) -> list[Record]:
    """The events as records of the table's stream."""
    return [
        {
            "eventName": "INSERT",
            "eventSourceARN": STREAM,
            "dynamodb": {
                "Keys": {"PK": image["PK"], "SK": image["SK"]},
                "NewImage": image,
                "SequenceNumber": str(next(SEQUENCE)),
            },
        }
        for image in map(_image, events)
    ]


def renumber(records: Iterable[Record]) -> list[Record]:
    """The records with new sequence numbers, as if they had been written again."""
    return [
        {**record, "dynamodb": {**record["dynamodb"], "SequenceNumber": str(next(SEQUENCE))}}
        for record in records
    ]


def _image(event: dict[str, Any]) -> dict[str, Any]:
    hour = datetime.fromisoformat(event["timestamp"])
    key = {"PK": {"S": keys.events(event["customerId"], hour)}, "SK": {"S": event["idempotencyKey"]}}
    item: dict[str, Any] = table().client.get_item(TableName=table().name, Key=key)["Item"]
    return item


def count_records(records: list[Record]) -> None:
    """Counts the records with the stream function."""
    answered = load_handler("usage/count").handler({"Records": records}, Context())
    if answered["batchItemFailures"]:
        raise SystemExit("not all events were counted")
