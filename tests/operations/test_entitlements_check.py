"""GET /api/v1/entitlements, as the client libraries call it (docs/contract.md, "Entitlements")."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from parity.catalog.rules.feature_types import FeatureType
from parity.core.periods import Reset, ResetTime
from parity.dynamodb.table import Table
from parity.entitlements.store.overrides import override_store
from tests.support.answers import expect, refusal, wrong_fields
from tests.support.builders.catalog import make_entitlement
from tests.support.builders.counters import store_counter, store_reservation
from tests.support.builders.customers import archive_customer, create_customer
from tests.support.builders.entitlements import (
    check_entitlements,
    entitle_acme,
    make_override,
    recompute_snapshot,
    store_overrides,
)
from tests.support.builders.moments import MARCH, MOMENT
from tests.support.fakes.clients import record_requests
from tests.support.fakes.functions import call, invoke, set_clock
from tests.support.fakes.gateway import make_http_event

CHECK = "entitlements/check"
MONTHLY = (Reset.EVERY_MONTH.value, MARCH)
ENTRY = {
    "featureId",
    "hasAccess",
    "featureType",
    "resetAt",
    "hardLimit",
    "usageLimit",
    "currentUsage",
    "remaining",
}


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The customer `acme`, without a subscription yet, and a clock that stands at MOMENT."""
    create_customer("Acme")
    set_clock(monkeypatch, CHECK)


def test_a_meter_has_all_fields_that_the_libraries_compute_with(parity_table: Table) -> None:
    entitle_acme(make_entitlement(value=200, reset=Reset.EVERY_MONTH))
    store_counter(parity_table, "exports", 41, MONTHLY)
    assert check_entitlements() == {
        "exports": {
            "featureId": "exports",
            "hasAccess": True,
            "featureType": "METER",
            "resetAt": "2026-04-01 00:00:00",
            "hardLimit": True,
            "usageLimit": 200,
            "currentUsage": 41,
            "remaining": 159,
        }
    }


@pytest.mark.parametrize(("value", "has_access"), [(1, True), (0, False)])
def test_a_switch_is_on_or_off(value: int, has_access: bool) -> None:  # noqa: FBT001
    entitle_acme(make_entitlement("sso", value, FeatureType.BOOLEAN))
    entry = check_entitlements()["sso"]
    assert entry.keys() == ENTRY
    assert (entry["hasAccess"], entry["featureType"]) == (has_access, "BOOLEAN")
    assert {entry[name] for name in ("hardLimit", "usageLimit", "currentUsage", "remaining", "resetAt")} == {
        None
    }


def test_a_customizable_feature_has_its_number_as_the_limit() -> None:
    entitle_acme(make_entitlement("seats", 5, FeatureType.CUSTOMIZABLE))
    entry = check_entitlements()["seats"]
    assert (entry["hasAccess"], entry["featureType"], entry["usageLimit"]) == (True, "CUSTOMIZABLE", 5)


@pytest.mark.parametrize("reset", Reset)
def test_the_reset_time_has_the_format_of_the_libraries(reset: Reset) -> None:
    entitle_acme(make_entitlement(reset=reset))
    reset_at = check_entitlements()["exports"]["resetAt"]
    if reset is Reset.NEVER:
        assert reset_at is None
    else:
        assert datetime.strptime(reset_at, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC) > MOMENT


def test_a_window_may_be_counted_from_the_start_of_the_subscription() -> None:
    entitle_acme(make_entitlement(reset=Reset.EVERY_MONTH, reset_time=ResetTime.SUBSCRIPTION_START))
    assert check_entitlements()["exports"]["resetAt"] == "2026-03-31 10:30:00"


def test_a_meter_always_has_its_three_whole_numbers() -> None:
    """docs/contract.md T7 and T10."""
    entitle_acme(
        make_entitlement(), make_entitlement("calls", 5, hard_limit=False), make_entitlement("reports", 0)
    )
    entries = check_entitlements()
    assert entries.keys() == {"exports", "calls", "reports"}
    for entry in entries.values():
        assert entry.keys() == ENTRY
        assert {type(entry[name]) for name in ("usageLimit", "currentUsage", "remaining")} == {int}


@pytest.mark.parametrize(
    ("used", "current", "remaining"),
    [("0.000000001", 1, 199), ("41.5", 42, 158), ("199.5", 200, 0), ("200.5", 201, -1), ("-0.5", 0, 200)],
)
def test_fractions_are_rounded_to_whole_numbers_that_add_up(
    used: str, current: int, remaining: int, parity_table: Table
) -> None:
    """docs/contract.md T10: the libraries subtract the usage from the limit by themselves."""
    entitle_acme(make_entitlement(value=200))
    store_counter(parity_table, "exports", Decimal(used))
    entry = check_entitlements()["exports"]
    assert (entry["currentUsage"], entry["remaining"], entry["usageLimit"]) == (current, remaining, 200)
    assert {type(entry[name]) for name in ("usageLimit", "currentUsage", "remaining")} == {int}


@pytest.mark.parametrize(("reserved", "has_access"), [(158, True), (159, False)])
def test_reservations_end_access_and_leave_the_numbers_that_libraries_compute_with(
    reserved: int, *, has_access: bool, parity_table: Table
) -> None:
    entitle_acme(make_entitlement(value=200))
    store_counter(parity_table, "exports", 41)
    store_reservation(parity_table, "exports", reserved, MOMENT + timedelta(minutes=5))
    entry = check_entitlements()["exports"]
    assert entry.keys() == ENTRY
    assert (entry["hasAccess"], entry["currentUsage"], entry["remaining"]) == (has_access, 41, 159)


def test_one_feature_can_be_asked_for() -> None:
    entitle_acme(make_entitlement(), make_entitlement("calls", 5))
    assert check_entitlements(feature="calls").keys() == {"calls"}
    assert check_entitlements(feature="calls")["calls"] == check_entitlements()["calls"]


@pytest.mark.parametrize("feature", ["nothing", "EXPORTS", "exp", "x" * 10_000, "%23", "exports%23USED"])
def test_a_feature_without_an_entitlement_is_left_out(feature: str) -> None:
    """docs/contract.md T4: the libraries would read an entry of a meter without its `hasAccess`."""
    entitle_acme(make_entitlement())
    assert check_entitlements(feature=feature) == {}


@pytest.mark.parametrize("feature", ["", "&feature_id=exports"])
@pytest.mark.parametrize("customer_id", ["nobody", "ac", "acme%20", "ACME", "x" * 255, "%00", "%F0%9F%8E%89"])
def test_an_unknown_customer_has_an_empty_list(customer_id: str, feature: str) -> None:
    entitle_acme(make_entitlement())
    assert expect(call(CHECK, query=f"customer_id={customer_id}{feature}"), 200)["entitlements"] == []


@pytest.mark.parametrize("customer_id", ["x" * 256, "x" * 3000, "%F0%9F%8E%89" * 300])
def test_an_identifier_that_is_too_long_has_no_entries_and_costs_no_request(
    customer_id: str, parity_table: Table
) -> None:
    with record_requests(parity_table.client) as requests:
        assert expect(call(CHECK, query=f"customer_id={customer_id}"), 200)["entitlements"] == []
    assert requests == []


def test_an_archived_customer_has_no_entry_of_a_feature() -> None:
    store_overrides(make_override(value=3))
    assert check_entitlements(feature="exports").keys() == {"exports"}
    archive_customer("acme")
    assert check_entitlements(feature="exports") == {}


def test_an_unarchived_customer_has_its_entitlements_again_once_recomputed() -> None:
    store_overrides(make_override(value=3))
    before = check_entitlements()
    archive_customer("acme")
    expect(call("customers/unarchive", parameters={"customerId": "acme"}), 200)
    recompute_snapshot()
    assert check_entitlements() == before != {}


@pytest.mark.parametrize(
    "query", ["customer_id=acme&feature_id=exports", "customerId=acme&featureId=exports"]
)
def test_both_spellings_of_the_parameters_are_accepted(query: str) -> None:
    entitle_acme(make_entitlement(), make_entitlement("calls"))
    body = expect(call(CHECK, query=query), 200)
    assert [entry["featureId"] for entry in body["entitlements"]] == ["exports"]


def test_an_identifier_in_another_spelling_of_unicode_is_the_same() -> None:
    create_customer("Café", customer_id="café")
    override_store().put("café", make_override())
    recompute_snapshot("café")
    decomposed = expect(call(CHECK, query="customer_id=cafe%CC%81"), 200)
    assert decomposed["customerId"] == "café"
    assert len(decomposed["entitlements"]) == 1


@pytest.mark.parametrize("query", ["", "customer_id=", "customer_id=+", "feature_id=exports"])
def test_a_check_without_a_customer_is_a_bad_request(query: str) -> None:
    reply = call(CHECK, query=query)
    assert wrong_fields(reply) == {"customer_id": 1}
    assert [error["parameter"] for error in reply.body["errors"]] == ["customer_id"]
    assert refusal(reply) == (400, "invalid_request")


@pytest.mark.parametrize("feature", ["", "&feature_id=exports"])
def test_a_check_is_one_eventually_consistent_request(feature: str, parity_table: Table) -> None:
    entitle_acme(make_entitlement(), make_entitlement("calls"))
    store_counter(parity_table, "exports", 1)
    store_reservation(parity_table, "exports", 1, MOMENT)
    with record_requests(parity_table.client) as requests:
        expect(call(CHECK, query=f"customer_id=acme{feature}"), 200)
    ((operation, parameters),) = requests
    assert operation == "Query"
    assert not parameters["ConsistentRead"]


def test_both_gateways_get_the_same_answer() -> None:
    entitle_acme(make_entitlement())
    query = "customer_id=acme&feature_id=exports"
    edge = make_http_event("GET", "/api/v1/entitlements", query=query)
    assert expect(invoke(CHECK, edge), 200) == expect(call(CHECK, query=query), 200)
    missing = invoke(CHECK, make_http_event("GET", "/api/v1/entitlements"))
    assert refusal(missing) == (400, "invalid_request")
