"""What is measured at a rate: creates, renewals, and events with their counting."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import islice
from uuid import uuid4

from parity.core.times import now
from parity.customers.rules.customers import CustomerDraft
from parity.customers.service.changes import create_customer
from parity.customers.store.customers import customer_store
from parity.subscriptions.service.transitions import advance_stored
from parity.subscriptions.store.subscriptions import SubscriptionPlace, subscription_store
from tests.support.builders.catalog import sell_plan, store_metered_feature
from tests.support.builders.counters import make_sample_entitlements
from tests.support.builders.subscriptions import subscribe_at
from tools.measuring.load.recording import Operation, RecordingDouble
from tools.measuring.units import ROOT
from tools.measuring.usage import METER, create_counted_feature
from tools.measuring.usage_events import count_records, send_events, to_stream_records

SAMPLES = 1500
EVENT_CUSTOMERS = 1000
FEATURES = 20
PAST = timedelta(days=40)


@dataclass(frozen=True, slots=True)
class Workload:
    """`record` carries out some operations, and returns what each of them asks of the table."""

    name: str
    rate: int
    record: Callable[[RecordingDouble], list[Operation]]


def record_creates(double: RecordingDouble) -> list[Operation]:
    """Customers with the names and emails of institutions."""
    return [double.record(partial(_create, draft)) for draft in islice(_read_institutions(), SAMPLES)]


def record_creates_of_prefix(double: RecordingDouble) -> list[Operation]:
    """The same customers under identifiers that all begin alike."""
    drafts = islice(_read_institutions("cust_"), SAMPLES)
    return [double.record(partial(_create, draft)) for draft in drafts]


def record_subscribing(double: RecordingDouble) -> list[Operation]:
    _sell()
    names = _create_named(SAMPLES)
    return [double.record(partial(subscribe_at, now(), "pro", customer_id=name)) for name in names]


def record_renewals(double: RecordingDouble) -> list[Operation]:
    """Subscriptions of one month to a plan of 20 features, each of a customer of its own."""
    _sell()
    names = _create_named(SAMPLES)
    ids = [subscribe_at(now() - PAST, "pro", customer_id=name) for name in names]
    places = map(SubscriptionPlace, names, ids)
    return [double.record(partial(advance_stored, subscription_store(), place, now())) for place in places]


def record_events(double: RecordingDouble) -> list[Operation]:
    """Two of each customer, so that what a customer's events have in common is seen to be common."""
    names = _create_named(EVENT_CUSTOMERS)
    send_events(names[:1], now())
    return [double.record(partial(send_events, [name], now())) for name in names * 2]


def record_counting(double: RecordingDouble) -> list[Operation]:
    """A batch of ten events of each customer, twice."""
    create_counted_feature("tokens", METER)
    names = _create_named(EVENT_CUSTOMERS)
    operations = []
    for name in names * 2:
        records = to_stream_records(send_events([name] * 10, now()))
        operations.append(double.record(partial(count_records, records)))
    return operations


WORKLOADS = (
    Workload("creates of customers", 1000, record_creates),
    Workload("creates of customers whose identifiers begin alike", 1000, record_creates_of_prefix),
    Workload("creates of subscriptions", 1000, record_subscribing),
    Workload("renewals of subscriptions of one month", 1000, record_renewals),
    Workload("events of 1,000 customers", 10_000, record_events),
    Workload("counting them, ten of a customer at a time", 1000, record_counting),
)


def _create(draft: CustomerDraft) -> None:
    create_customer(customer_store(), draft, now(), lambda _: None)


def _create_named(number: int) -> list[str]:
    names = [f"{each:04}-customer" for each in range(number)]
    for name in names:
        _create(CustomerDraft(name=name, customer_id=name))
    return names


def _sell() -> None:
    for number in range(0, FEATURES, 2):
        store_metered_feature(f"metered-feature-{number}")
    sell_plan("pro", gives=make_sample_entitlements(FEATURES))


def _read_institutions(prefix: str | None = None) -> Iterator[CustomerDraft]:
    """With identifiers of chance behind the prefix, or with those that their names give."""
    with (ROOT / "local/seed/demo/universities.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            identifier = f"{prefix}{uuid4().hex}" if prefix else None
            yield CustomerDraft(name=row["name"], email=row["email"], customer_id=identifier)
