"""What it costs to show the usage of a year."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import datetime

from parity.catalog.rules.aggregation_functions import Aggregation
from parity.core.times import now, to_iso
from parity.metering.rules.buckets import DAY, QUARTER, day_of, month_of
from parity.metering.rules.rollups import Rollup
from parity.metering.store import keys
from parity.metering.store.bucket_items import rollup_to_item
from parity.metering.store.buckets import bucket_store
from tests.support.answers import expect
from tests.support.fakes.functions import call
from tools.measuring.units import Meter

DAYS = 365
MOST = 100_000
"""In a quarter hour."""


def measure(meter: Meter, customer_id: str) -> None:
    today = day_of(now())
    first = today - DAYS * DAY
    total = _put_year(customer_id, first)
    span = f"featureId=tokens&from={to_iso(first)}&to={to_iso(today)}"
    for interval, zone in (("DAY", "UTC"), ("DAY", "Asia/Kolkata"), ("MONTH", "UTC"), ("HOUR", "UTC")):
        query = f"{span}&interval={interval}&timezone={zone}"
        shown = meter.measure(
            f"a year by {interval.lower()}, {zone}",
            lambda: call("usage/query", parameters={"customerId": customer_id}, query=query),  # noqa: B023
        )
        if expect(shown, 200)["total"] != total:
            raise SystemExit(f"the year by {interval} adds up to {shown.body['total']}")
    place = {"customerId": "acme", "feature": "tokens"}
    meter.measure("the latest 12 windows", lambda: expect(call("usage/periods", parameters=place), 200))


def _put_year(customer_id: str, first: datetime) -> int:
    """As closing and rolling up leave it, with something in each quarter hour; what it adds up to."""
    chance = random.Random(DAYS)  # noqa: S311 - figures, not secrets
    months: dict[datetime, dict[datetime, int]] = defaultdict(dict)
    for day in (first + number * DAY for number in range(DAYS)):
        slots = {day + number * QUARTER: chance.randrange(MOST) for number in range(DAY // QUARTER)}
        _put(customer_id, keys.usage_day(day), day, slots)
        months[month_of(day)][day] = sum(slots.values())
    for month, days in months.items():
        _put(customer_id, keys.usage_month(month), month, days)
    return sum(sum(days.values()) for days in months.values())


def _put(customer_id: str, sort_key: str, start: datetime, slots: dict[datetime, int]) -> None:
    rollup = Rollup(Aggregation.SUM, slots, 1)
    bucket_store().table.put_if_absent(
        rollup_to_item(keys.usage(customer_id, "tokens"), sort_key, start, rollup)
    )
