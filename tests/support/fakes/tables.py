"""The table as the template declares it, the stores that use it, and its faults."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

import pytest
from botocore.exceptions import ClientError
from samtranslator.yaml_helper import yaml_parse

from parity.api_keys.store import api_keys, signing_keys
from parity.catalog.store import features, meters, migrations, plans
from parity.customers.store import customers
from parity.customers.store import search_index as search
from parity.dynamodb import idempotency
from parity.dynamodb.items import from_wire
from parity.dynamodb.table import Table
from parity.entitlements.store import checks, overrides
from parity.entitlements.store import holdings as entitlements
from parity.metering.store import buckets, counters, events
from parity.subscriptions.store import subscriptions
from parity.usage.store import alerts, ended_windows, reservations
from parity.usage.store import reports as usage_reports
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


def _scan_pages(table: Table) -> Iterable[Any]:
    return table.client.get_paginator("scan").paginate(TableName=table.name)


def lose_first_answer(table: Table, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Loses the answer of the next transaction, so that the AWS client sends it again.

    Returns a list that has an entry once that has happened.
    """
    send = table.transact
    lost: list[int] = []

    def transact(writes: Any) -> None:  # noqa: ANN401
        send(writes)
        if not lost:
            lost.append(len(writes))
            send(writes)

    monkeypatch.setattr(table, "transact", transact)
    return lost


def refuse_transactions(table: Table, monkeypatch: pytest.MonkeyPatch, code: str, *reasons: str) -> list[int]:
    """Refuses every transaction with this error; returns a list with an entry for each."""
    seen: list[int] = []
    response: Any = {"Error": {"Code": code, "Message": "refused"}}
    if reasons:
        response["CancellationReasons"] = [{"Code": reason} for reason in reasons]

    def refuse(**request: Any) -> None:  # noqa: ANN401
        seen.append(len(request["TransactItems"]))
        raise ClientError(response, "TransactWriteItems")

    monkeypatch.setattr(table.client, "transact_write_items", refuse)
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
    plans: plans.plan_store,
    reservations: reservations.reservation_store,
    search: search.search_index,
    signing_keys: signing_keys.signing_key_store,
    subscriptions: subscriptions.subscription_store,
    alerts: alerts.alert_store,
    ended_windows: ended_windows.ended_window_store,
}
"""The function that makes each store, by the module that looks up its table."""


def forget_stores() -> None:
    """Clears the stores of this process, so that they know nothing of another table."""
    for make_store in STORES.values():
        make_store.cache_clear()
    usage_reports.usage_report_store.cache_clear()
