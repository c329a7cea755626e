"""Changes as webhooks tell of them, field by field (docs/contract.md, "Webhooks")."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from parity.core.times import from_iso, now, to_iso
from parity.dynamodb.table import Table
from parity.webhooks.rules.event_types import EventType
from tests.support.answers import expect
from tests.support.builders.customers import archive_customer, create_customer
from tests.support.builders.subscriptions import create_subscription, post_to_subscription
from tests.support.fakes.clients import Request
from tests.support.fakes.event_sources import ChangeStream
from tests.support.fakes.functions import call

ADDRESS = {"country": "DE", "line1": "Hauptstr. 1", "postalCode": "10115", "city": "Berlin", "state": "BE"}
STORED_ADDRESS = {
    "country": "DE", "line1": "Hauptstr. 1", "postal_code": "10115", "city": "Berlin", "state": "BE",
}  # fmt: skip
ACME = {"customerId": "acme"}


@pytest.fixture
def changes(parity_table: Table) -> ChangeStream:
    return ChangeStream(parity_table)


def list_published(changes: ChangeStream, requests: list[Request]) -> list[dict[str, Any]]:
    """What the bus was told of the changes since."""
    requests.clear()
    changes.deliver()
    entries = [entry for _, request in requests for entry in request["Entries"]]
    details = [json.loads(entry["Detail"]) for entry in entries]
    assert [entry["DetailType"] for entry in entries] == [detail["type"] for detail in details]
    return details


def types_of(details: list[dict[str, Any]]) -> list[str]:
    return [detail["type"] for detail in details]


def seconds(time: str) -> str:
    return f"{from_iso(time):%Y-%m-%dT%H:%M:%SZ}"


def test_a_created_customer_field_by_field(changes: ChangeStream, bus_requests: list[Request]) -> None:
    created = create_customer("Zoë", customerId="acme", metadata={"a": [1]}, billingAddress=ADDRESS)
    (event,) = list_published(changes, bus_requests)
    assert event == {
        "id": event["id"],
        "type": "customer.created",
        "created_at": created["createdOn"],
        "data": {
            "object": {
                "id": created["id"],
                "object": "customer",
                "customer_id": "acme",
                "name": "Zoë",
                "email": None,
                "details": {},
                "metadata": {"a": [1]},
                "billing_address": event["data"]["object"]["billing_address"],
                "subscriptions": 0,
                "organization": "org-1",
                "created_on": seconds(created["createdOn"]),
                "modified_on": seconds(created["modifiedOn"]),
            }
        },
    }
    address = event["data"]["object"]["billing_address"]
    assert {name: value for name, value in address.items() if value is not None} == STORED_ADDRESS


def test_an_updated_customer_has_the_old_values_of_what_changed(
    changes: ChangeStream, bus_requests: list[Request]
) -> None:
    create_customer("Acme", metadata={"tier": 1})
    changes.deliver()
    expect(call("customers/update", parameters=ACME, body={"metadata": None, "email": "a@b.example"}), 200)
    (event,) = list_published(changes, bus_requests)
    assert event["type"] == "customer.updated"
    assert event["data"]["object"]["metadata"] is None
    assert event["data"]["previous_attributes"] == {"metadata": {"tier": 1}, "email": None}


def test_the_vendor_has_no_event_for_archived_and_erased_customers(
    changes: ChangeStream, bus_requests: list[Request]
) -> None:
    create_customer("Acme")
    archive_customer("acme")
    expect(call("customers/unarchive", parameters=ACME), 200)
    archive_customer("acme")
    expect(call("customers/erase", parameters=ACME), 200)
    told = types_of(list_published(changes, bus_requests))
    assert told == [
        "customer.created",
        "customer.archived",
        "customer.unarchived",
        "customer.archived",
        "customer.erased",
    ]
    assert [each for each in told if each in set(EventType)] == ["customer.created"]


def test_imported_customers_are_created(changes: ChangeStream, bus_requests: list[Request]) -> None:
    expect(call("customers/import", body='[{"name": "Imported"}]'), 200)
    assert types_of(list_published(changes, bus_requests)) == ["customer.created"]


def test_a_created_subscription_field_by_field(
    sold_to_acme: None, changes: ChangeStream, bus_requests: list[Request]
) -> None:
    expect(call("customers/update", parameters=ACME, body={"email": "hi@acme.example"}), 200)
    created = create_subscription()
    customer = expect(call("customers/get", parameters=ACME), 200)
    event = next(
        each for each in list_published(changes, bus_requests) if each["type"] == "subscription.created"
    )
    assert event["data"] == {
        "object": {
            "id": created["id"],
            "object": "subscription",
            "status": "active",
            "plan": {"name": "Pro", "version": 1, "identifier": "pro"},
            "product": {"id": "pro", "name": "Pro"},
            "amount": created["amount"],
            "amount_units": round(float(created["amount"]) * 100),
            "currency": created["currency"],
            "recurrence": "1 month",
            "start_date": created["startDate"],
            "end_date": None,
            "billing_period_start_time": created["billingPeriodStartTime"],
            "billing_period_end_time": created["billingPeriodEndTime"],
            "trial_start": None,
            "trial_end": None,
            "customer": {
                "id": customer["id"],
                "name": "Acme",
                "email": "hi@acme.example",
                "customer_id": "acme",
                "billing_address": None,
            },
            "features": None,
            "organization": "org-1",
            "created_on": seconds(created["createdOn"]),
            "modified_on": seconds(created["modifiedOn"]),
        }
    }


def test_a_trial_starts_with_its_subscription(
    sold_to_acme: None, changes: ChangeStream, bus_requests: list[Request]
) -> None:
    trial_end = to_iso(now() + timedelta(days=10))
    created = create_subscription(trial_end=trial_end)
    *_, event = list_published(changes, bus_requests)
    shown = event["data"]["object"]
    assert (shown["status"], shown["trial_start"]) == ("trialing", created["startTime"])
    assert shown["trial_end"] == trial_end


def test_a_cancel_to_come_is_an_update_whose_end_was_null(
    sold_to_acme: None, changes: ChangeStream, bus_requests: list[Request]
) -> None:
    subscription_id = create_subscription()["id"]
    changes.deliver()
    body = {"cancellation_type": "CURRENT_PERIOD_ENDS"}
    expect(post_to_subscription("cancel", subscription_id, body), 200)
    (event,) = list_published(changes, bus_requests)
    assert event["type"] == "subscription.updated"
    assert event["data"]["object"]["status"] == "active"
    assert event["data"]["object"]["end_date"]
    assert event["data"]["previous_attributes"] == {"end_date": None}


def test_a_cancel_now_is_cancelled_without_previous_attributes(
    sold_to_acme: None, changes: ChangeStream, bus_requests: list[Request]
) -> None:
    subscription_id = create_subscription()["id"]
    changes.deliver()
    expect(post_to_subscription("cancel", subscription_id, {"cancellation_type": "IMMEDIATE"}), 200)
    (event,) = list_published(changes, bus_requests)
    assert (event["type"], event["data"]["object"]["status"]) == ("subscription.cancelled", "canceled")
    assert "previous_attributes" not in event["data"]


def test_another_plan_has_the_whole_object_before_as_its_previous_attributes(
    sold_to_acme: None, changes: ChangeStream, bus_requests: list[Request]
) -> None:
    subscription_id = create_subscription()["id"]
    created = list_published(changes, bus_requests)[-1]
    body = {"plan_identifier": "team", "charge_period": "MONTHLY"}
    expect(post_to_subscription("update", subscription_id, body), 200)
    (event,) = list_published(changes, bus_requests)
    assert event["type"] == "subscription.plan_changed"
    assert event["data"]["object"]["plan"]["identifier"] == "team"
    assert event["data"]["previous_attributes"] == created["data"]["object"]


def test_an_update_that_the_object_does_not_show_has_no_previous_attributes(
    sold_to_acme: None, changes: ChangeStream, bus_requests: list[Request]
) -> None:
    subscription_id = create_subscription()["id"]
    changes.deliver()
    body = {"plan_identifier": "team", "charge_period": "MONTHLY", "effective": "PERIOD_END"}
    expect(post_to_subscription("update", subscription_id, body), 200)
    (event,) = list_published(changes, bus_requests)
    assert (event["type"], event["data"]["previous_attributes"]) == ("subscription.updated", {})
