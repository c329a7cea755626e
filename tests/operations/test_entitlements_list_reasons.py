"""GET /api/v1/customers/{customerId}/entitlements: why access is denied, and whether requested usage fits."""

from __future__ import annotations

import pytest

from parity.catalog.rules.feature_types import FeatureType
from parity.dynamodb.table import Table
from parity.entitlements.rules.sources import SourceKind
from tests.support.answers import expect, refusal, wrong_fields
from tests.support.builders.catalog import create_feature, make_entitlement
from tests.support.builders.counters import store_counter, store_reservation
from tests.support.builders.customers import archive_customer, create_customer
from tests.support.builders.entitlements import (
    entitle_acme,
    explain_entitlement,
    explain_entitlements,
    make_override,
    store_overrides,
)
from tests.support.builders.moments import DAY, MOMENT, TICK
from tests.support.builders.subscriptions import post_to_subscription
from tests.support.fakes.functions import Reply, call

LIST = "entitlements/list"


@pytest.fixture(autouse=True)
def customer() -> None:
    create_customer("Acme")


def send_list(query: str) -> Reply:
    return call(LIST, parameters={"customerId": "acme"}, query=query)


class TestReasons:
    def test_a_subscription_without_the_feature(self) -> None:
        entitle_acme(make_entitlement())
        create_feature("Calls")
        entry = explain_entitlement("calls")
        assert (entry["hasAccess"], entry["accessDeniedReason"]) == (
            False,
            "NoFeatureEntitlementInSubscription",
        )
        assert (entry["sources"], entry["validFrom"]) == ([], None)

    def test_no_subscription(self) -> None:
        create_feature("Exports")
        assert explain_entitlement()["accessDeniedReason"] == "NoActiveSubscription"

    def test_a_subscription_that_is_over(self) -> None:
        subscription_id = entitle_acme(make_entitlement())
        create_feature("Exports")
        expect(post_to_subscription("cancel", subscription_id, {"cancellation_type": "IMMEDIATE"}), 200)
        assert explain_entitlement(at=None)["accessDeniedReason"] == "NoActiveSubscription"

    @pytest.mark.parametrize("feature", ["nothing", "EXPORTS", "x" * 2000, "%23"])
    def test_a_feature_that_does_not_exist(self, feature: str) -> None:
        entitle_acme(make_entitlement())
        assert explain_entitlement(feature)["accessDeniedReason"] == "FeatureNotFound"

    def test_an_archived_customer_whatever_the_feature(self) -> None:
        store_overrides(make_override())
        archive_customer("acme")
        for feature in ("exports", "nothing"):
            assert explain_entitlement(feature)["accessDeniedReason"] == "CustomerIsArchived"

    def test_a_reached_limit(self, parity_table: Table) -> None:
        entitle_acme(make_entitlement(value=10))
        store_counter(parity_table, "exports", 10)
        entry = explain_entitlement()
        assert (entry["hasAccess"], entry["accessDeniedReason"]) == (False, "RequestedUsageExceedingLimit")
        assert len(entry["sources"]) == 1

    @pytest.mark.parametrize(
        ("feature", "feature_type"),
        [("exports", FeatureType.METER), ("seats", FeatureType.CUSTOMIZABLE), ("sso", FeatureType.BOOLEAN)],
    )
    def test_an_override_of_nothing(self, feature: str, feature_type: FeatureType) -> None:
        entitle_acme(make_entitlement(feature, 1, feature_type))
        store_overrides(make_override(SourceKind.OVERRIDE, feature, 0, feature_type))
        entry = explain_entitlement(feature)
        assert (entry["hasAccess"], entry["accessDeniedReason"]) == (False, "Revoked")

    def test_a_switch_that_no_plan_turns_on(self) -> None:
        entitle_acme(make_entitlement("sso", 0, FeatureType.BOOLEAN))
        assert explain_entitlement("sso")["accessDeniedReason"] == "NoFeatureEntitlementInSubscription"

    def test_an_unknown_customer_is_not_found(self) -> None:
        for customer_id in ("nobody", "x" * 300):
            reply = call(LIST, parameters={"customerId": customer_id})
            assert refusal(reply) == (404, "customer_not_found")


class TestRequestedUsage:
    @pytest.mark.parametrize(("requested", "fits"), [(0, True), (6, True), (7, False), (2**53, False)])
    def test_requested_usage_fits_below_the_limit(
        self, requested: int, *, fits: bool, parity_table: Table
    ) -> None:
        entitle_acme(make_entitlement(value=10))
        store_counter(parity_table, "exports", 4)
        entry = explain_entitlement(requested=requested)
        assert entry["hasAccess"] is fits
        assert entry["accessDeniedReason"] == (None if fits else "RequestedUsageExceedingLimit")
        assert entry["remaining"] == 6

    @pytest.mark.parametrize(("requested", "fits"), [(0, True), (4, True), (5, False)])
    def test_reserved_usage_is_not_available(self, requested: int, fits: bool, parity_table: Table) -> None:  # noqa: FBT001
        entitle_acme(make_entitlement(value=10))
        store_counter(parity_table, "exports", 3)
        store_reservation(parity_table, "exports", 2, MOMENT + TICK)
        store_reservation(parity_table, "exports", 1, MOMENT + DAY, "res-2")
        store_reservation(parity_table, "exports", 5, MOMENT, "expired")
        entry = explain_entitlement(requested=requested)
        assert entry["hasAccess"] is fits
        assert (entry["reserved"], entry["currentUsage"], entry["remaining"]) == (3, 3, 7)

    def test_any_request_fits_a_soft_limit_and_unlimited_usage(self) -> None:
        entitle_acme(
            make_entitlement(value=10, hard_limit=False), make_entitlement("calls", None, unlimited=True)
        )
        assert explain_entitlement(requested=1000)["hasAccess"]
        assert explain_entitlement("calls", requested=1000)["hasAccess"]

    def test_one_request_is_compared_with_all_features(self) -> None:
        entitle_acme(make_entitlement(value=10), make_entitlement("calls", 20))
        entries = explain_entitlements(query="requestedUsage=15")
        assert {name: entry["hasAccess"] for name, entry in entries.items()} == {
            "exports": False,
            "calls": True,
        }

    @pytest.mark.parametrize("requested", ["-1", "1.5", "much", "", str(2**53 + 1)])
    def test_a_requested_usage_that_is_no_amount_is_a_bad_request(self, requested: str) -> None:
        assert "requestedUsage" in wrong_fields(send_list(f"requestedUsage={requested}"))
