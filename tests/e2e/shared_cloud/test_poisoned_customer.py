"""A customer that a stream function cannot process: others do not wait for it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from parity.core.times import now
from parity.customers.store import keys as customer_keys
from parity.dynamodb import keys
from parity.dynamodb.due_index import list_entries, query_due
from parity.dynamodb.parked_work import ParkedWork, ParkedWorkStore
from parity.dynamodb.table import Table
from parity.entitlements.store import keys as entitlement_keys
from parity.metering.rules.buckets import hour_of
from parity.metering.store import keys as metering_keys
from tests.support.engines.processes import wait_until
from tests.support.scenarios.http_plans import subscribe_and_wait, wait_for_entry

FEATURE = "e2e-exports"
PATIENCE_SECONDS = 60

pytestmark = pytest.mark.usefixtures("sold")


def list_parked(table: Table, customer_id: str) -> list[ParkedWork]:
    store = ParkedWorkStore(table)
    shard = keys.due_shard(customer_id)
    page = query_due(table, keys.due_parked_partition(shard), keys.FAR_FUTURE, None, 100)
    parked = [work for entry in list_entries(page) if (work := store.get(entry.key))]
    return [work for work in parked if work.customer_id == customer_id]


def store_nonsense(table: Table, key: keys.Key) -> None:
    """Stores an item that no version of this code writes."""
    assert table.put_if_absent({**key, "meter": "NONSENSE"}) is None


def wait_until_parked(table: Table, customer_id: str, task: str) -> None:
    """What else is done for the customer may be parked with it, if it was in the same batch."""
    wait_until(lambda: task in {work.task for work in list_parked(table, customer_id)}, PATIENCE_SECONDS)


def test_another_customer_is_recomputed(client: httpx.Client, cloud_table: Table, identifier: str) -> None:
    other = f"{identifier}-other"
    subscribe_and_wait(client, other)
    client.post("/customers/", json={"customer_id": identifier}).raise_for_status()
    store_nonsense(cloud_table, entitlement_keys.override(identifier, "override", FEATURE))
    cloud_table.delete(entitlement_keys.entitlements(other))
    cloud_table.update(
        customer_keys.customer(other), "SET touched = :now", "attribute_exists(PK)", {":now": 1}
    )
    wait_for_entry(client, other, FEATURE, hasAccess=True)
    wait_until_parked(cloud_table, identifier, "recompute")
    cloud_table.delete(entitlement_keys.override(identifier, "override", FEATURE))


def report_usage(client: httpx.Client, customer_id: str, value: int) -> None:
    body = {"customerId": customer_id, "featureId": FEATURE, "behaviour": "DELTA", "value": value}
    client.post("/report/usage", json=body).raise_for_status()


def get_total(client: httpx.Client, customer_id: str) -> Any:  # noqa: ANN401
    answer = client.get(f"/customers/{customer_id}/usage", params={"featureId": FEATURE})
    return answer.raise_for_status().json()["total"]


def test_the_usage_of_another_customer_is_counted(
    client: httpx.Client, cloud_table: Table, identifier: str
) -> None:
    other = f"{identifier}-other"
    for customer_id in (identifier, other):
        subscribe_and_wait(client, customer_id)
    bucket = {"PK": metering_keys.usage(identifier, FEATURE), "SK": metering_keys.usage_hour(hour_of(now()))}
    store_nonsense(cloud_table, bucket)
    report_usage(client, identifier, 5)
    report_usage(client, other, 3)
    wait_until(lambda: get_total(client, other) == 3)
    wait_until_parked(cloud_table, identifier, "count")
    cloud_table.delete(bucket)
