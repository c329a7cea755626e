"""How long after an answer a check, the activity or a webhook knows of it, locally: no figure of AWS's.

The time of one check beside it says how fast this machine is.
"""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import httpx

from local.cloud import LocalCloud
from local.seed.demo.api import Api
from local.seed.demo.catalog import load_catalog
from tests.support.fakes.receivers import Receiver, respond, run_receiver

ROOT = Path(__file__).parents[2]
SUBSCRIPTIONS = 20
REPORTS = 20
WEBHOOKS = 20
CHANGES = 20
PLAN = {"planIdentifier": "team", "chargePeriod": "MONTHLY"}


def measure() -> None:
    with tempfile.TemporaryDirectory() as folder, LocalCloud(ROOT, quiet=True, state=Path(folder)) as cloud:
        load_catalog(Api(cloud.url, cloud.server_key), lambda *_: None)
        headers = {"Authorization": f"Bearer {cloud.server_key}"}
        with httpx.Client(base_url=f"{cloud.url}/api/v1", headers=headers, timeout=30) as client:
            # The first ones start functions.
            lags = [_lag_seconds(client, f"customer-{n}") for n in range(SUBSCRIPTIONS + 2)][2:]
            events = [_event_lag_seconds(client, n) for n in range(1, REPORTS + 3)][2:]
            reports = [_report_lag_seconds(client, n) for n in range(1, REPORTS + 3)][2:]
            webhooks = _webhook_lags(client)[2:]
            entries = [_entry_lag_seconds(client, n) for n in range(CHANGES + 2)][2:]
            checks = [_check_seconds(client, "customer-0") for _ in range(SUBSCRIPTIONS)]
    check = median(checks)
    sys.stdout.write(f"one check: {check * 1000:.0f} ms\n")
    for what, lag in {
        "from a subscription's 201 to the entitlement": median(lags),
        "from the 200 of report/event to its usage": median(events),
        "from the 200 of report/usage to its usage": median(reports),
        "from a customer's 201 to the webhook's receiver": median(webhooks),
        "from the 200 of a change to its entry": median(entries),
    }.items():
        sys.stdout.write(f"{what:<48}{lag * 1000:>5.0f} ms, {lag / check:.1f} times a check\n")
    sys.stdout.write("measured on this machine, with its streams polled locally; AWS's own lag is another\n")


def _lag_seconds(client: httpx.Client, customer_id: str) -> float:
    client.post("/customers", json={"customerId": customer_id}).raise_for_status()
    client.post("/subscriptions/create", json={**PLAN, "customerId": customer_id}).raise_for_status()
    answered = time.perf_counter()
    while not _entitlements(client, customer_id):
        pass
    return time.perf_counter() - answered


def _event_lag_seconds(client: httpx.Client, number: int) -> float:
    event = {
        "customerId": "customer-0",
        "eventName": "api.call",
        "idempotencyKey": f"call-{number}",
        "timestamp": datetime.now(UTC).isoformat(),
    }
    client.post("/report/event", json=event).raise_for_status()
    return _seconds_until_used(client, "api-calls", number)


def _report_lag_seconds(client: httpx.Client, number: int) -> float:
    report = {"customerId": "customer-0", "featureId": "exports", "behaviour": "DELTA", "value": 1}
    client.post("/report/usage", json=report).raise_for_status()
    return _seconds_until_used(client, "exports", number)


def _entry_lag_seconds(client: httpx.Client, number: int) -> float:
    name = f"Customer {number}"
    client.patch("/customers/customer-0", json={"name": name}).raise_for_status()
    answered = time.perf_counter()
    while _latest_name(client) != name:
        pass
    return time.perf_counter() - answered


def _latest_name(client: httpx.Client) -> str | None:
    """The name in the latest entry of a change of the customer."""
    query = {"kind": "customer.updated", "page_size": "1"}
    found = client.get("/customers/customer-0/activity", params=query).raise_for_status().json()["results"]
    return found[0]["changes"][0]["new"] if found else None


def _seconds_until_used(client: httpx.Client, feature: str, used: int) -> float:
    answered = time.perf_counter()
    while not any(
        (entry["featureId"], entry["currentUsage"]) == (feature, used)
        for entry in _entitlements(client, "customer-0")
    ):
        pass
    return time.perf_counter() - answered


def _webhook_lags(client: httpx.Client) -> list[float]:
    """From the answer of each create to the request that tells of it."""
    with run_receiver(respond("204 No Content")) as receiver:
        body = {"url": receiver.url, "eventTypes": ["customer.created"]}
        client.post("/webhook-endpoints", json=body).raise_for_status()
        return [_webhook_lag_seconds(client, receiver, n) for n in range(1, WEBHOOKS + 3)]


def _webhook_lag_seconds(client: httpx.Client, receiver: Receiver, number: int) -> float:
    client.post("/customers", json={"customerId": f"told-{number}"}).raise_for_status()
    answered = time.perf_counter()
    while len(receiver.received) < number:
        time.sleep(0.001)
    return time.perf_counter() - answered


def _check_seconds(client: httpx.Client, customer_id: str) -> float:
    start = time.perf_counter()
    _entitlements(client, customer_id)
    return time.perf_counter() - start


def _entitlements(client: httpx.Client, customer_id: str) -> list[dict[str, Any]]:
    answer = client.get("/entitlements", params={"customer_id": customer_id}).raise_for_status()
    found: list[dict[str, Any]] = answer.json()["entitlements"]
    return found


if __name__ == "__main__":
    measure()
