"""A backup of the table, brought into a new one: everything is as it was, and counting goes on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from local.cloud import LocalCloud
from local.engine import Engine
from local.stack.names import STACK_NAME
from parity.core.times import now, to_iso
from tests.support import ROOT
from tests.support.engines.clouds import open_client
from tests.support.engines.processes import ENGINE_PYTHON, RUNTIME_PYTHON, needs_engine, wait_until
from tests.support.fakes.tables import read_table_definition
from tests.support.scenarios.http_plans import check_entitlements, publish_plan, subscribe_and_wait

pytestmark = [pytest.mark.slow, needs_engine]

CUSTOMER = "acme"
CALLS = {
    "name": "calls",
    "featureType": "METER",
    "featureDetails": {"featureSubType": "RAW_EVENTS"},
    "meter": {"eventName": "call", "aggregation": {"function": "SUM", "field": "size"}},
}
STREAM = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}

Item = dict[str, Any]


@contextmanager
def start_engine(folder: Path) -> Iterator[Engine]:
    engine = Engine.start(ENGINE_PYTHON, folder)
    try:
        yield engine
    finally:
        engine.close()


@contextmanager
def serve_table(engine: Engine, state: Path) -> Iterator[httpx.Client]:
    """The stack on the engine's table, which is created if the engine has none."""
    with (
        LocalCloud(ROOT, quiet=True, engine_url=engine.url, python=RUNTIME_PYTHON, state=state) as cloud,
        open_client(cloud) as client,
    ):
        yield client


def export_items(engine: Engine) -> list[Item]:
    pages = engine.client("dynamodb").get_paginator("scan").paginate(TableName=STACK_NAME)
    return [item for page in pages for item in page["Items"]]


def import_items(engine: Engine, items: list[Item]) -> None:
    """As AWS restores a table: without a stream, which is turned on afterwards and then has no record."""
    client = engine.client("dynamodb")
    client.create_table(**read_table_definition(STACK_NAME))
    for item in items:
        client.put_item(TableName=STACK_NAME, Item=item)
    client.update_table(TableName=STACK_NAME, StreamSpecification=STREAM)


def by_key(items: list[Item]) -> dict[tuple[str, str], Item]:
    return {(item["PK"]["S"], item["SK"]["S"]): item for item in items if item["PK"]["S"] != "API_KEYS"}


def sell_and_use(client: httpx.Client) -> None:
    client.post("/catalog/features", json={"name": "e2e-seats", "featureType": "CUSTOMIZABLE"})
    client.post("/catalog/features", json={"name": "exports", "featureType": "METER"})
    assert client.post("/catalog/features", json=CALLS).is_success
    limits = {"value": 1000, "reset": "EVERY_MONTH"}
    publish_plan(client, "team", {"e2e-seats": {"value": 3}, "exports": limits, "calls": limits})
    subscribe_and_wait(client, CUSTOMER, "team")
    report = {"customerId": CUSTOMER, "featureId": "exports", "behaviour": "DELTA", "value": 7}
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


def test_a_restored_table_is_as_it_was_and_counts_on(tmp_path: Path) -> None:
    with start_engine(tmp_path / "first") as engine, serve_table(engine, tmp_path / "cloud") as client:
        sell_and_use(client)
        send_event(client, "a", 1)
        send_event(client, "b", 2, hours_ago=3)
        wait_for_totals(client, calls=3, exports=7)
        before = read_answers(client)
        items = export_items(engine)
    with start_engine(tmp_path / "second") as engine:
        import_items(engine, items)
        with serve_table(engine, tmp_path / "restored") as client:
            assert by_key(export_items(engine)) == by_key(items)
            assert read_answers(client) == before
            send_event(client, "a", 1)
            send_event(client, "c", 4)
            send_event(client, "d", 8, hours_ago=3)
            report = {"customerId": CUSTOMER, "featureId": "exports", "behaviour": "DELTA", "value": 5}
            assert client.post("/report/usage", json=report).is_success
            wait_for_totals(client, calls=15, exports=12)
            # Those of three hours ago came before the subscription.
            assert check_entitlements(client, CUSTOMER)["calls"]["currentUsage"] == 5
