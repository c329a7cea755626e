"""GET /api/v1/customers/{customerId}/entitlements: the rich check."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from parity.catalog.rules.feature_types import FeatureType
from parity.core.periods import Reset
from parity.core.times import to_iso
from parity.dynamodb.table import Table
from parity.entitlements.rules.sources import SourceKind
from tests.support.answers import expect, wrong_fields
from tests.support.builders.catalog import create_feature, make_entitlement
from tests.support.builders.counters import store_counter
from tests.support.builders.customers import create_customer
from tests.support.builders.entitlements import (
    entitle_acme,
    explain_entitlement,
    explain_entitlements,
    make_override,
    recompute_snapshot,
    store_overrides,
)
from tests.support.builders.moments import DAY, MARCH, MOMENT, START, TICK
from tests.support.builders.subscriptions import load_subscription, post_to_subscription
from tests.support.fakes.clients import record_requests
from tests.support.fakes.functions import Reply, call, set_clock

LIST = "entitlements/list"


@pytest.fixture(autouse=True)
def customer() -> None:
    create_customer("Acme")


def send_list(query: str) -> Reply:
    return call(LIST, parameters={"customerId": "acme"}, query=query)


def list_access(*moments: datetime, feature: str = "exports") -> list[bool]:
    return [explain_entitlement(feature, at=moment)["hasAccess"] for moment in moments]


def test_an_entry_has_every_field(parity_table: Table) -> None:
    subscription_id = entitle_acme(make_entitlement(value=200, reset=Reset.EVERY_MONTH))
    store_counter(parity_table, "exports", 41, (Reset.EVERY_MONTH.value, MARCH))
    assert explain_entitlements() == {
        "exports": {
            "featureId": "exports",
            "hasAccess": True,
            "featureType": "METER",
            "resetAt": "2026-04-01 00:00:00",
            "hardLimit": True,
            "usageLimit": 200,
            "currentUsage": 41,
            "remaining": 159,
            "reserved": 0,
            "rolledOver": 0,
            "unlimited": False,
            "value": 200,
            "accessDeniedReason": None,
            "validFrom": "2026-01-31T10:30:00.000000Z",
            "validUntil": None,
            "usagePeriodStart": "2026-03-01T00:00:00.000000Z",
            "usagePeriodEnd": "2026-04-01T00:00:00.000000Z",
            "sources": [
                {
                    "type": "subscription",
                    "id": subscription_id,
                    "planIdentifier": "pro",
                    "planVersion": 1,
                    "value": 200,
                    "unlimited": False,
                    "hardLimit": True,
                    "reset": "EVERY_MONTH",
                    "validFrom": "2026-01-31T10:30:00.000000Z",
                    "validUntil": None,
                }
            ],
        }
    }


def test_the_answer_has_the_moment_of_the_check(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, LIST)
    assert expect(send_list(""), 200) == {"customerId": "acme", "asOf": to_iso(MOMENT), "entitlements": []}
    asked = expect(send_list("at=2027-01-01T02:00:00%2B02:00"), 200)
    assert asked["asOf"] == "2027-01-01T00:00:00.000000Z"


def test_usage_that_is_never_reset_has_no_period() -> None:
    entitle_acme(make_entitlement())
    entry = explain_entitlement()
    assert (entry["usagePeriodStart"], entry["usagePeriodEnd"], entry["resetAt"]) == (None, None, None)


def test_fractions_are_not_rounded(parity_table: Table) -> None:
    entitle_acme(make_entitlement(value=10), make_entitlement("calls", 10))
    store_counter(parity_table, "exports", Decimal("0.1"))
    store_counter(parity_table, "calls", 4)
    entry = explain_entitlement()
    assert (entry["currentUsage"], entry["remaining"], entry["usageLimit"]) == (0.1, 9.9, 10)
    assert {type(explain_entitlement("calls")[name]) for name in ("currentUsage", "remaining")} == {int}


def test_a_rollover_is_shown_and_part_of_the_limit(parity_table: Table) -> None:
    rollover = {"enabled": True, "percentage": 50, "limit": 60}
    entitle_acme(make_entitlement(value=200, reset=Reset.EVERY_MONTH, rollover=rollover))
    store_counter(parity_table, "exports", 100, (Reset.EVERY_MONTH.value, MARCH - TICK))
    entry = explain_entitlement()
    numbers = [entry[name] for name in ("rolledOver", "usageLimit", "value", "currentUsage", "remaining")]
    assert numbers == [50, 250, 250, 0, 250]
    assert explain_entitlement(at=MARCH + 31 * DAY)["rolledOver"] == 60
    assert explain_entitlement(requested=250)["hasAccess"]
    assert not explain_entitlement(requested=251)["hasAccess"]


def test_a_feature_that_is_not_metered_has_no_reservations_and_no_rollover() -> None:
    entitle_acme(
        make_entitlement("sso", 1, FeatureType.BOOLEAN),
        make_entitlement("seats", 5, FeatureType.CUSTOMIZABLE),
    )
    for entry in explain_entitlements().values():
        assert (entry["reserved"], entry["rolledOver"]) == (None, None)


def test_an_entry_is_valid_until_its_last_source_ends() -> None:
    entitle_acme(make_entitlement())
    store_overrides(make_override(created_on=START - DAY, expires_on=MOMENT + DAY))
    entry = explain_entitlement()
    assert (entry["validFrom"], entry["validUntil"]) == (to_iso(START - DAY), None)
    assert [(source["type"], source["validUntil"]) for source in entry["sources"]] == [
        ("subscription", None),
        ("grant", to_iso(MOMENT + DAY)),
    ]


def test_an_entry_of_expiring_sources_is_valid_until_the_latest_end() -> None:
    store_overrides(
        make_override(SourceKind.OVERRIDE, expires_on=MOMENT + DAY),
        make_override(SourceKind.GRANT, expires_on=MOMENT + 2 * DAY),
    )
    assert explain_entitlement()["validUntil"] == to_iso(MOMENT + 2 * DAY)


def test_an_override_is_the_only_source_beside_grants() -> None:
    entitle_acme(make_entitlement(value=100))
    store_overrides(make_override(SourceKind.OVERRIDE, value=5), make_override(SourceKind.GRANT, value=2))
    entry = explain_entitlement()
    assert [source["type"] for source in entry["sources"]] == ["override", "grant"]
    assert (entry["usageLimit"], entry["value"]) == (7, 7)


def test_a_feature_whose_override_has_expired_is_left_out() -> None:
    entitle_acme(make_entitlement())
    store_overrides(make_override(feature="calls", expires_on=MOMENT))
    assert explain_entitlements().keys() == {"exports"}
    assert explain_entitlements(at=MOMENT - TICK).keys() == {"exports", "calls"}


class TestAtAnotherTime:
    def test_after_a_trial_the_subscription_goes_on(self) -> None:
        entitle_acme(make_entitlement(), trial_end=START + 14 * DAY)
        assert list_access(START, START + 14 * DAY, START + 100 * DAY) == [True] * 3

    def test_until_the_date_of_a_cancel(self, monkeypatch: pytest.MonkeyPatch) -> None:
        subscription_id = entitle_acme(make_entitlement())
        set_clock(monkeypatch, "subscriptions/cancel", START + DAY)
        expect(
            post_to_subscription("cancel", subscription_id, {"cancellation_type": "CURRENT_PERIOD_ENDS"}), 200
        )
        recompute_snapshot()
        end = load_subscription(subscription_id).cancel_on
        assert end == datetime(2026, 2, 28, 10, 30, tzinfo=UTC)
        assert list_access(START - TICK, START, end - TICK, end) == [False, True, True, False]
        assert explain_entitlement(at=START)["validUntil"] == to_iso(end)

    @pytest.mark.parametrize("text", ["2026-03-15", "2026-03-15T12:00:00", "2026-03-15T14:00:00+02:00"])
    def test_a_time_may_be_written_in_several_ways(self, text: str) -> None:
        entitle_acme(make_entitlement())
        assert expect(send_list(f"at={text}"), 200)["asOf"].startswith("2026-03-15T")

    @pytest.mark.parametrize(
        "text", ["soon", "2026-13-01", "1969-12-31T00:00:00Z", "2500-01-01", "9999-12-31T23:59:59-14:00"]
    )
    def test_a_moment_that_is_no_time_is_a_bad_request(self, text: str) -> None:
        assert set(wrong_fields(send_list(f"at={text}"))) == {"at"}


def test_an_entitlement_costs_one_request_and_an_unknown_feature_one_more(parity_table: Table) -> None:
    entitle_acme(make_entitlement())
    create_feature("Calls")
    for feature, expected in [
        ("", ["Query"]),
        ("exports", ["Query"]),
        ("calls", ["Query", "BatchGetItem"]),
        ("x" * 300, ["Query"]),
    ]:
        with record_requests(parity_table.client) as requests:
            expect(send_list(f"featureId={feature}" if feature else ""), 200)
        assert [operation for operation, _ in requests] == expected
