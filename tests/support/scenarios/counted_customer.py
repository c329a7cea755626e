"""A customer with a plan whose usage is reported and counted from events, over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx

from parity.core.times import now, to_iso
from tests.support.engines.processes import wait_until
from tests.support.scenarios.http_plans import check_entitlements, publish_plan, subscribe_and_wait

CUSTOMER = "acme"
CALLS = {
    "name": "calls",
    "featureType": "METER",
    "featureDetails": {"featureSubType": "RAW_EVENTS"},
    "meter": {"eventName": "call", "aggregation": {"function": "SUM", "field": "size"}},
}


def sell_and_use(client: httpx.Client) -> None:
    client.post("/catalog/features", json={"name": "e2e-seats", "featureType": "CUSTOMIZABLE"})
    client.post("/catalog/features", json={"name": "exports", "featureType": "METER"})
    assert client.post("/catalog/features", json=CALLS).is_success
    limits = {"value": 1000, "reset": "EVERY_MONTH"}
    publish_plan(client, "team", {"e2e-seats": {"value": 3}, "exports": limits, "calls": limits})
    subscribe_and_wait(client, CUSTOMER, "team")
    report_usage(client, 7)


def report_usage(client: httpx.Client, value: int) -> None:
    report = {"customerId": CUSTOMER, "featureId": "exports", "behaviour": "DELTA", "value": value}
    assert client.post("/report/usage", json=report).is_success


def send_event(client: httpx.Client, key: str, size: int, hours_ago: int = 0) -> None:
    at = now() - timedelta(hours=hours_ago)
    event = {"customerId": CUSTOMER, "eventName": "call", "idempotencyKey": key, "timestamp": to_iso(at)}
    assert client.post("/report/event", json=event | {"properties": {"size": size}}).is_success


def read_answers(client: httpx.Client) -> dict[str, Any]:
    """What a product and a person see of the customer."""
    return {
        "customer": client.get(f"/customers/{CUSTOMER}").json(),
        "subscriptions": client.get("/subscriptions", params={"customer_id": CUSTOMER}).json()["results"],
        "plan": client.get("/catalog/plans/team/features").json(),
        "checks": check_entitlements(client, CUSTOMER),
        "usage": {feature: read_total(client, feature) for feature in ("exports", "calls")},
    }


def read_total(client: httpx.Client, feature: str) -> int:
    total: int = client.get(f"/customers/{CUSTOMER}/usage", params={"featureId": feature}).json()["total"]
    return total


def wait_for_totals(client: httpx.Client, *, calls: int, exports: int) -> None:
    wait_until(lambda: (read_total(client, "calls"), read_total(client, "exports")) == (calls, exports), 60)
