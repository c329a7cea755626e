"""Entitlements with alerts, the alerts that are published, and those that are listed."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import uuid4

from parity.catalog.rules.plans import PlanEntitlement
from parity.core.periods import Reset, window_at
from parity.dynamodb.table import table
from parity.entitlements.rules.sources import ThresholdType
from parity.metering.rules.counter_changes import CounterChange
from parity.usage.rules.alerts import Alert, RecordedAlert
from parity.usage.store.listed_alerts import listed_alert_store
from tests.support.answers import expect
from tests.support.builders.catalog import make_entitlement
from tests.support.builders.usage_history import process_changes
from tests.support.fakes.clients import Request, record_requests
from tests.support.fakes.functions import call


def make_alerting(
    *thresholds: int,
    feature: str = "exports",
    of: str = "PERCENTAGE",
    **details: Any,  # noqa: ANN401
) -> PlanEntitlement:
    alerts = {"enabled": True, "thresholds": list(thresholds), "threshold_type": of}
    defaults = {"value": 100, "reset": Reset.EVERY_MONTH, "usage_alerts": alerts}
    return make_entitlement(feature, **{**defaults, **details})


def list_published_details(bus_requests: list[Request]) -> list[dict[str, Any]]:
    """The objects of the alerts that were published."""
    entries = [entry for _, request in bus_requests for entry in request["Entries"]]
    for entry in entries:
        assert (entry["Source"], entry["DetailType"]) == ("parity", "feature.usage_alert")
        assert (entry["EventBusName"], entry["Resources"]) == ("default", ["parity-test"])
    envelopes = [json.loads(entry["Detail"]) for entry in entries]
    for envelope in envelopes:
        assert envelope == {
            "id": envelope["data"]["object"]["id"],
            "type": "feature.usage_alert",
            "created_at": envelope["data"]["object"]["created_on"],
            "data": {"object": envelope["data"]["object"]},
        }
    return [envelope["data"]["object"] for envelope in envelopes]


def list_published_thresholds(bus_requests: list[Request]) -> list[int]:
    return [detail["threshold_value"] for detail in list_published_details(bus_requests)]


def list_alerts(query: str = "", customer_id: str = "acme") -> list[dict[str, Any]]:
    reply = call("usage/alerts", parameters={"customerId": customer_id}, query=query)
    body = expect(reply, 200)
    assert body["customerId"] == customer_id
    results: list[dict[str, Any]] = body["results"]
    return results


def store_alert(created_on: datetime, customer_id: str = "acme", feature: str = "exports") -> str:
    """Lists an alert at 80 of 100 in the month of that time; returns its id."""
    alert = Alert(
        feature=feature,
        threshold_type=ThresholdType.PERCENTAGE,
        threshold_value=80,
        kind=Reset.EVERY_MONTH.value,
        window=window_at(Reset.EVERY_MONTH, created_on),
        usage_limit=100,
        current_usage=80,
        subscription_id=None,
    )
    recorded = RecordedAlert(
        id=str(uuid4()),
        customer_id=customer_id,
        sort_key="",
        alert=alert,
        created_on=created_on,
        published=False,
    )
    listed_alert_store().add(recorded)
    return recorded.id


def record_alert_requests(change: CounterChange) -> list[str]:
    """The requests about alerts that the stream function makes for a change."""
    with record_requests(table().client) as requests:
        process_changes(change)
    return [name for name, request in requests if "ALERT" in json.dumps(request)]
