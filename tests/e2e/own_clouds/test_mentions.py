"""Real values as events: shuffled, some twice, from several threads, while the counting function dies.

What comes out is compared with sums over the files themselves.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from local import running_stack
from local.cloud import LocalCloud
from parity.core.times import to_iso
from parity.metering.rules.buckets import HOUR, day_of, hour_of, month_of
from tests.support import ROOT
from tests.support.engines.clock import MovableClock
from tests.support.engines.clouds import open_client
from tests.support.engines.processes import ENGINE_PYTHON, RUNTIME_PYTHON, wait_until
from tests.support.fakes.interruptions import COUNT, InterruptedPool, Interruptions
from tests.support.scenarios.http_plans import publish_plan
from tests.support.scenarios.mentions import (
    TICKERS,
    Row,
    make_batches,
    read_rows,
    start_of_five_minutes,
    sum_intervals,
)
from tests.support.sizes import PartOrAll

pytestmark = pytest.mark.slow

SEED = 20261123
THREADS = 4
MAX_SENDS = 10
KILLED_SHARE = 0.3
"""Of the invocations: each one killed is work done twice."""

SPAN = "P57D"
"""Somewhat longer than that of the values."""

COUNTED_WITHIN_SECONDS = 1500
NEW_YORK = ZoneInfo("America/New_York")
"""Its offset is whole hours, and its days are not those of UTC."""

PARAMETERS = {"EventHorizonDays": "60", "RawEventRetentionDays": "90"}
METER = {"eventName": "mention", "aggregation": {"function": "SUM", "field": "value"}}
FEATURE = {
    "name": "Mentions",
    "identifier": "mentions",
    "featureType": "METER",
    "featureDetails": {"featureSubType": "RAW_EVENTS"},
    "meter": METER,
}


@pytest.fixture(scope="module")
def hindrance() -> Interruptions:
    return Interruptions(COUNT)


@pytest.fixture(scope="module")
def cloud(hindrance: Interruptions, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """A cloud that takes in events of the last 60 days."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(running_stack, "FunctionPool", partial(InterruptedPool, hindrance=hindrance))
        with LocalCloud(
            ROOT,
            quiet=True,
            python=RUNTIME_PYTHON,
            engine_python=ENGINE_PYTHON,
            state=tmp_path_factory.mktemp("cloud"),
            parameters=PARAMETERS,
        ) as cloud:
            yield cloud


@pytest.fixture(scope="module")
def client(cloud: LocalCloud) -> Iterator[httpx.Client]:
    with open_client(cloud) as client:
        yield client


def subscribe(client: httpx.Client, ticker: str) -> None:
    assert client.post("/customers/", json={"customer_id": ticker}).is_success
    terms = {"plan_identifier": "analytics", "charge_period": "MONTHLY", "customer_id": ticker}
    assert client.post("/subscriptions/create/", json=terms).is_success


def send_batch(client: httpx.Client, events: list[dict[str, Any]]) -> Counter[str]:
    """How many of a batch came to what. Only what did not get in for now is sent again."""
    statuses: Counter[str] = Counter()
    for _ in range(MAX_SENDS):
        answer = client.post("/report/events/", json={"events": events})
        assert answer.status_code == 200, answer.text
        results = [result["status"] for result in answer.json()["results"]]
        statuses.update(results)
        events = [event for event, status in zip(events, results, strict=True) if status == "rejected"]
        if not events:
            return statuses
    raise AssertionError(statuses)


def get_points(client: httpx.Client, ticker: str, **query: str) -> dict[datetime, int]:
    """The points of a query by their start, without those of no usage."""
    answer = client.get(f"/customers/{ticker}/usage/", params={"featureId": "mentions", **query})
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["total"] == sum(point["value"] for point in found["points"])
    return {
        datetime.fromisoformat(point["start"]): point["value"] for point in found["points"] if point["value"]
    }


def get_usage(client: httpx.Client, ticker: str) -> int:
    (entry,) = client.get("/entitlements", params={"customer_id": ticker}).json()["entitlements"]
    value: int = entry["currentUsage"]
    return value


def test_totals_equal_those_of_the_files(
    cloud: LocalCloud, client: httpx.Client, hindrance: Interruptions, part_or_all: PartOrAll
) -> None:
    """The subscriptions are older than the values, as windows have no usage from before their source."""
    assert client.post("/catalog/features/", json=FEATURE).is_success
    publish_plan(client, "analytics", {"mentions": {"value": 2**40, "reset": "EVERY_MONTH"}})
    for ticker in TICKERS:
        subscribe(client, ticker)
    clock = MovableClock(client, cloud.url)
    clock.advance(SPAN)
    found = read_rows(start_of_five_minutes(clock.now()), every=part_or_all(8, 1))
    with hindrance.end_processes(SEED, KILLED_SHARE), ThreadPoolExecutor(THREADS) as threads:
        results = list(threads.map(partial(send_batch, client), make_batches(found, random.Random(SEED))))
        this_month = sum_intervals(found, month_of)
        last = month_of(max(moment for _, moment, _ in found))
        wait_until(
            lambda: all(get_usage(client, ticker) == this_month[ticker][last] for ticker in TICKERS),
            COUNTED_WITHIN_SECONDS,
        )
        span = get_span(found)
        by_hour = sum_intervals(found, hour_of)
        wait_until(
            lambda: all(get_points(client, t, interval="HOUR", **span) == by_hour[t] for t in TICKERS),
            COUNTED_WITHIN_SECONDS,
        )
    assert hindrance.interrupted >= part_or_all(5, 20)
    assert sum(each["duplicate"] for each in results) > len(found) // 20
    for interval, start_of in {"DAY": day_of, "MONTH": month_of, "WINDOW": month_of}.items():
        expected = sum_intervals(found, start_of)
        shown = {ticker: get_points(client, ticker, interval=interval, **span) for ticker in TICKERS}
        assert shown == {ticker: clip_first(expected[ticker], span) for ticker in TICKERS}
    local_days = sum_intervals(found, start_of_local_day)
    for ticker in TICKERS:
        by_local_day = get_points(client, ticker, interval="DAY", timezone="America/New_York", **span)
        assert by_local_day == clip_first(local_days[ticker], span)


def get_span(found: list[Row]) -> dict[str, str]:
    """The query's period: from the first full day to the end."""
    moments = [moment for _, moment, _ in found]
    return {"from": to_iso(month_of(min(moments))), "to": to_iso(hour_of(max(moments)) + HOUR)}


def start_of_local_day(moment: datetime) -> datetime:
    midnight = moment.astimezone(NEW_YORK).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    return midnight.astimezone(UTC)


def clip_first(sums: dict[datetime, int], span: dict[str, str]) -> dict[datetime, int]:
    """The first interval starts where the query does."""
    first = datetime.fromisoformat(span["from"])
    return {max(start, first): value for start, value in sums.items()}
