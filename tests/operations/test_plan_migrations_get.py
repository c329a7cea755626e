"""GET /api/v1/catalog/plans/{plan}/migrations/{version}: how far a migration is."""

from __future__ import annotations

import pytest

from parity.subscriptions.store.migration_queue import MigrationQueue
from tests.support.answers import expect, refusal, wrong_fields
from tests.support.builders.catalog import create_published_plan, edit_plan, publish_plan
from tests.support.builders.customers import create_customer
from tests.support.builders.subscriptions import create_subscription
from tests.support.fakes.event_sources import deliver_messages, get_migration
from tests.support.fakes.functions import Reply, call


@pytest.fixture(autouse=True)
def sold() -> None:
    create_customer("Acme")
    create_published_plan("Pro")


def send_get(plan: str, version: str) -> Reply:
    return call("plan_migrations/get", parameters={"plan": plan, "version": version})


def test_a_migration_is_shown_from_start_to_completion(queue: MigrationQueue) -> None:
    create_subscription()
    expect(edit_plan(description="Second"), 200)
    expect(publish_plan("pro", body={"updateFeatures": True, "updatePricing": False}), 200)
    begun = get_migration("pro", 2)
    assert begun == {
        "plan": "pro",
        "version": 2,
        "updateFeatures": True,
        "updatePricing": False,
        "status": "running",
        "total": None,
        "changesToCome": None,
        "done": 0,
        "failed": 0,
        "failures": [],
        "createdOn": begun["createdOn"],
        "modifiedOn": begun["createdOn"],
    }
    deliver_messages(queue)
    done = get_migration("pro", 2)
    assert done == begun | {
        "status": "completed",
        "total": 1,
        "changesToCome": 0,
        "done": 1,
        "modifiedOn": done["modifiedOn"],
    }
    assert done["modifiedOn"] > begun["modifiedOn"]


def test_the_migration_of_a_first_version_is_complete_at_once() -> None:
    expect(call("plans/create", body={"name": "Team"}), 201)
    price = {"chargePeriod": "MONTHLY", "priceType": "FREE"}
    expect(call("plan_prices/replace", parameters={"plan": "team"}, body={"prices": [price]}), 200)
    expect(publish_plan("team", body={"updateFeatures": True}), 200)
    shown = get_migration("team", 1)
    assert (shown["status"], shown["done"], shown["failed"]) == ("completed", 0, 0)


def test_a_version_without_a_migration_is_not_found() -> None:
    expect(edit_plan(description="Second"), 200)
    expect(publish_plan("pro"), 200)
    for plan, version in (("pro", "1"), ("pro", "2"), ("pro", "3"), ("nothing", "1"), ("pro", "99999")):
        assert refusal(send_get(plan, version)) == (404, "migration_not_found")


@pytest.mark.parametrize("version", ["0", "-1", "two", "1.5"])
def test_a_version_that_is_no_number_is_a_bad_request(version: str) -> None:
    assert set(wrong_fields(send_get("pro", version))) == {"version"}
