"""Usage of the demo customers: a week of real values as events, and what others report as it is."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from local.seed.demo.api import Api, DemoError, Json

WEEK = Path(__file__).with_name("usage.csv")
HOUR = timedelta(hours=1)
COUNTED = {"acme": "AAPL", "blabaer": "AMZN", "creme-brulee": "GOOG"}
"""Customers who use tokens, each as many in an hour of the week as the series has in that hour."""

REPORTED = {"jose-angel": 142, "mueller-soehne": 9, "quote-unquote": 187, "senor-cafe": 200}
"""Exports of customers who may make 200 in a month."""

Values = dict[tuple[int, int], dict[str, int]]
"""By the day of the week and the hour, one of each series."""


def load_usage(api: Api, progress: Callable[[int, int], None]) -> None:
    """Again, it adds the events of the hours since, and leaves alone the customers who have reported."""
    events = list(_events(datetime.now(UTC), _values()))
    steps = [partial(_send, api, events)]
    steps += [partial(_report, api, customer_id, exports) for customer_id, exports in REPORTED.items()]
    for done, step in enumerate(steps, start=1):
        step()
        progress(done, len(steps))


def _values() -> Values:
    with WEEK.open(encoding="utf-8", newline="") as lines:
        return {
            _place(datetime.fromisoformat(row["hour"])): {name: int(row[name]) for name in COUNTED.values()}
            for row in csv.DictReader(lines)
        }


def _place(moment: datetime) -> tuple[int, int]:
    return moment.weekday(), moment.hour


def _events(now: datetime, values: Values) -> Iterator[Json]:
    """One an hour of the week until now. An hour has the same event whenever it is sent."""
    latest = now.replace(minute=0, second=0, microsecond=0) - HOUR / 2
    for number in range(len(values)):
        moment = latest - number * HOUR
        for customer_id, series in COUNTED.items():
            yield {
                "customerId": customer_id,
                "eventName": "completion",
                "idempotencyKey": f"demo-{moment:%Y-%m-%dT%H}",
                "timestamp": moment.isoformat(),
                "properties": {"tokens": values[_place(moment)][series]},
            }


def _send(api: Api, events: list[Json]) -> None:
    results = api.post("/report/events", {"events": events})["results"]
    if refused := [result for result in results if result["status"] == "rejected"]:
        raise DemoError(f"{len(refused)} events were refused, the first one as {refused[0]['detail']!r}")


def _report(api: Api, customer_id: str, exports: int) -> None:
    report = {"customerId": customer_id, "featureId": "exports"}
    found = api.get(f"/entitlements?customer_id={customer_id}&feature_id=exports")["entitlements"]
    if not any(entry["currentUsage"] for entry in found):
        api.post("/report/usage", {**report, "behaviour": "SET", "value": exports})
