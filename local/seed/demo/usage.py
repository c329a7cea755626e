"""Usage of the demo customers: events with a week of real values, and reports of totals."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from local.seed.demo.api import Api, DemoError, Json
from local.seed.demo.steps import Progress, run_steps

WEEK = Path(__file__).with_name("usage.csv")
HOUR = timedelta(hours=1)
COUNTED = {"acme": "AAPL", "blabaer": "AMZN", "creme-brulee": "GOOG"}
"""Customers who use tokens, and the series with the tokens of each hour of the week."""

REPORTED = {"jose-angel": 142, "mueller-soehne": 9, "quote-unquote": 187, "senor-cafe": 200}
"""Exports that customers report; their plan allows 200 a month."""

Values = dict[tuple[int, int], dict[str, int]]
"""By day of the week and hour, the value of each series."""


def load_usage(api: Api, progress: Progress) -> None:
    """Send events and reports; loading them again adds the events of the hours since then."""
    events = list(_list_events(datetime.now(UTC), _read_values()))
    steps = [partial(_send_events, api, events)]
    steps += [
        partial(_report_exports, api, customer_id, exports) for customer_id, exports in REPORTED.items()
    ]
    run_steps(steps, progress)


def _read_values() -> Values:
    with WEEK.open(encoding="utf-8", newline="") as lines:
        return {
            _hour_of_week(datetime.fromisoformat(row["hour"])): {
                name: int(row[name]) for name in COUNTED.values()
            }
            for row in csv.DictReader(lines)
        }


def _hour_of_week(moment: datetime) -> tuple[int, int]:
    return moment.weekday(), moment.hour


def _list_events(now: datetime, values: Values) -> Iterator[Json]:
    """One for each customer and hour of the week until now; loading it again repeats the same events."""
    latest = now.replace(minute=0, second=0, microsecond=0) - HOUR / 2
    for number in range(len(values)):
        moment = latest - number * HOUR
        for customer_id, series in COUNTED.items():
            yield {
                "customerId": customer_id,
                "eventName": "completion",
                "idempotencyKey": f"demo-{moment:%Y-%m-%dT%H}",
                "timestamp": moment.isoformat(),
                "properties": {"tokens": values[_hour_of_week(moment)][series]},
            }


def _send_events(api: Api, events: list[Json]) -> None:
    results = api.post("/report/events", {"events": events})["results"]
    if refused := [result for result in results if result["status"] == "rejected"]:
        raise DemoError(f"{len(refused)} events were refused, the first one as {refused[0]['detail']!r}")


def _report_exports(api: Api, customer_id: str, exports: int) -> None:
    report = {"customerId": customer_id, "featureId": "exports"}
    found = api.get(f"/entitlements?customer_id={customer_id}&feature_id=exports")["entitlements"]
    if not any(entry["currentUsage"] for entry in found):
        api.post("/report/usage", {**report, "behaviour": "SET", "value": exports})
