"""How long after a subscription's 201 a check knows of it, on the local cloud: no figure of AWS's.

The time of one check beside it says how fast this machine is.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import httpx

from local.cloud import LocalCloud
from local.demo.api import Api
from local.demo.catalog import load_catalog

ROOT = Path(__file__).parents[2]
SUBSCRIPTIONS = 20
PLAN = {"planIdentifier": "team", "chargePeriod": "MONTHLY"}


def measure() -> None:
    with tempfile.TemporaryDirectory() as folder, LocalCloud(ROOT, quiet=True, state=Path(folder)) as cloud:
        load_catalog(Api(cloud.url, cloud.server_key), lambda *_: None)
        headers = {"Authorization": f"Bearer {cloud.server_key}"}
        with httpx.Client(base_url=f"{cloud.url}/api/v1", headers=headers, timeout=30) as client:
            # The first ones start functions.
            lags = [_lag_seconds(client, f"customer-{n}") for n in range(SUBSCRIPTIONS + 2)][2:]
            checks = [_check_seconds(client, "customer-0") for _ in range(SUBSCRIPTIONS)]
    lag, check = median(lags), median(checks)
    sys.stdout.write(
        f"median of {SUBSCRIPTIONS} subscriptions: {lag * 1000:.0f} ms from the 201 to the entitlement, "
        f"{lag / check:.1f} times a check ({check * 1000:.0f} ms)\n"
        "measured on this machine, with its streams polled locally; AWS's own lag is another\n"
    )


def _lag_seconds(client: httpx.Client, customer_id: str) -> float:
    client.post("/customers", json={"customerId": customer_id}).raise_for_status()
    client.post("/subscriptions/create", json={**PLAN, "customerId": customer_id}).raise_for_status()
    answered = time.perf_counter()
    while not _entitlements(client, customer_id):
        pass
    return time.perf_counter() - answered


def _check_seconds(client: httpx.Client, customer_id: str) -> float:
    start = time.perf_counter()
    _entitlements(client, customer_id)
    return time.perf_counter() - start


def _entitlements(client: httpx.Client, customer_id: str) -> list[object]:
    answer = client.get("/entitlements", params={"customer_id": customer_id}).raise_for_status()
    found: list[object] = answer.json()["entitlements"]
    return found


if __name__ == "__main__":
    measure()
