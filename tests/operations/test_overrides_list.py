"""GET /api/v1/customers/{customerId}/overrides."""

from __future__ import annotations

from datetime import timedelta

from parity.entitlements.store.overrides import override_store
from tests.support.answers import expect, refusal
from tests.support.builders.catalog import create_feature
from tests.support.builders.customers import archive_customer, create_customer
from tests.support.builders.entitlements import list_overrides, make_override, set_override
from tests.support.builders.moments import START
from tests.support.fakes.functions import call


def test_overrides_come_before_grants_each_by_feature() -> None:
    create_customer("Acme")
    for name in ("Seats", "Exports"):
        create_feature(name, "METER")
    for feature, kind in (("seats", "grant"), ("seats", "override"), ("exports", "grant")):
        set_override(feature, type=kind, value=5)
    listed = [(row["type"], row["featureId"]) for row in list_overrides()]
    assert listed == [("override", "seats"), ("grant", "exports"), ("grant", "seats")]


def test_the_list_is_one_whole_page() -> None:
    create_customer("Acme")
    create_feature()
    set_override(value=5)
    page = expect(call("overrides/list", parameters={"customerId": "acme"}), 200)
    assert (page["count"], page["next"], page["previous"]) == (1, None, None)


def test_a_customer_without_any_has_an_empty_list() -> None:
    create_customer("Acme")
    assert list_overrides() == []


def test_overrides_of_other_customers_are_not_listed() -> None:
    create_customer("Acme")
    create_customer("Acme Two")
    create_feature()
    set_override(value=5, customer_id="acme-two")
    assert list_overrides() == []
    assert len(list_overrides("acme-two")) == 1


def test_an_expired_one_stays_in_it() -> None:
    create_customer("Acme")
    expired = make_override(expires_on=START + timedelta(days=1))
    override_store().put("acme", expired)
    (row,) = list_overrides()
    assert (row["featureId"], row["expiresOn"]) == ("exports", "2026-02-01T10:30:00.000000Z")


def test_an_archived_customer_keeps_its_overrides() -> None:
    create_customer("Acme")
    create_feature()
    set_override(value=5)
    archive_customer("acme")
    assert len(list_overrides()) == 1


def test_an_unknown_customer_is_not_found() -> None:
    reply = call("overrides/list", parameters={"customerId": "nobody"})
    assert refusal(reply) == (404, "customer_not_found")
