"""The table as the template declares it, the stores that use it, and its faults."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

import pytest
from botocore.exceptions import ClientError
from samtranslator.yaml_helper import yaml_parse

from parity.activity.store import entries as activity
from parity.api_keys.store import api_keys, signing_keys, user_pools
from parity.catalog.store import features, meters, migrations, plans
from parity.customers.store import customers
from parity.customers.store import search_index as search
from parity.dynamodb import idempotency, keys, parked_work
from parity.dynamodb.items import from_wire
from parity.dynamodb.sending import send_writes
from parity.dynamodb.table import Table
from parity.entitlements.store import checks, overrides
from parity.entitlements.store import holdings as entitlements
from parity.metering.store import buckets, counters, events
from parity.subscriptions.store import subscribers, subscriptions
from parity.usage.store import alerts, ended_windows, listed_alerts, reservations
from parity.usage.store import reports as usage_reports
from parity.webhooks.api import queues as webhook_queues
from parity.webhooks.store import deliveries, endpoints
from tests.support import ROOT

CREATE_TABLE = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")


@cache
def read_table_definition(name: str) -> dict[str, Any]:
    """The arguments of CreateTable."""
    template = yaml_parse((ROOT / "template.yaml").read_text())
    properties = template["Resources"]["Table"]["Properties"]
    return {"TableName": name, **{key: properties[key] for key in CREATE_TABLE}}


def scan_items(table: Table) -> list[dict[str, Any]]:
    """All items of the table."""
    return [from_wire(item) for page in _scan_pages(table) for item in page["Items"]]


def scan_rows(table: Table) -> list[dict[str, Any]]:
    """All items but the marks of months: a create that is refused may leave one, which does no harm."""
    return [item for item in scan_items(table) if not keys.month_of_key(item["SK"])]


def _scan_pages(table: Table) -> Iterable[Any]:
    return table.client.get_paginator("scan").paginate(TableName=table.name)


def lose_first_answer(table: Table, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Loses the answer of the table's next transaction, so that the AWS client sends it again.

    Returns a list that has an entry once that has happened.
    """
    lost: list[int] = []

    def send_twice(target: Table, writes: Any) -> None:  # noqa: ANN401
        send_writes(target, writes)
        if target is table and not lost:
            lost.append(len(writes))
            send_writes(target, writes)

    monkeypatch.setattr("parity.dynamodb.transactions.send_writes", send_twice)
    return lost


ALONE = {"TransactionConflict": "TransactionConflictException", "ThrottlingError": "ThrottlingException"}
"""The error of a write without a transaction, by the reason for which a transaction is canceled."""


def refuse_transactions(table: Table, monkeypatch: pytest.MonkeyPatch, code: str, *reasons: str) -> list[int]:
    """Refuses every transaction with this error; returns a list with an entry for each."""
    seen: list[int] = []
    response: Any = {"Error": {"Code": code, "Message": "refused"}}
    if reasons:
        response["CancellationReasons"] = [{"Code": reason} for reason in reasons]
    alone: Any = {"Error": {"Code": ALONE[reasons[0]] if reasons else code, "Message": "refused"}}
    put = table.client.put_item

    def refuse(**request: Any) -> None:  # noqa: ANN401
        seen.append(len(request["TransactItems"]))
        raise ClientError(response, "TransactWriteItems")

    def refuse_alone(**request: Any) -> Any:  # noqa: ANN401
        if "writeId" not in request["Item"]:
            return put(**request)
        seen.append(1)
        raise ClientError(alone, "PutItem")

    monkeypatch.setattr(table.client, "transact_write_items", refuse)
    monkeypatch.setattr(table.client, "put_item", refuse_alone)
    return seen


STORES = {
    overrides: overrides.override_store,
    api_keys: api_keys.api_key_store,
    buckets: buckets.bucket_store,
    checks: checks.check_store,
    counters: counters.counter_store,
    customers: customers.customer_store,
    entitlements: entitlements.entitlement_store,
    events: events.event_store,
    features: features.feature_store,
    idempotency: idempotency.idempotency_store,
    meters: meters.meter_store,
    migrations: migrations.migration_store,
    parked_work: parked_work.parked_work_store,
    plans: plans.plan_store,
    reservations: reservations.reservation_store,
    search: search.search_index,
    signing_keys: signing_keys.signing_key_store,
    subscribers: subscribers.subscriber_index,
    subscriptions: subscriptions.subscription_store,
    alerts: alerts.alert_store,
    listed_alerts: listed_alerts.listed_alert_store,
    ended_windows: ended_windows.ended_window_store,
    activity: activity.entry_store,
    endpoints: endpoints.endpoint_store,
    deliveries: deliveries.delivery_store,
}
"""The function that makes each store, by the module that looks up its table."""


def forget_stores() -> None:
    """Clears the stores of this process, so that they know nothing of another table."""
    for make_store in STORES.values():
        make_store.cache_clear()
    usage_reports.usage_report_store.cache_clear()
    user_pools.user_pool.cache_clear()
    webhook_queues.delivery_stores.cache_clear()
