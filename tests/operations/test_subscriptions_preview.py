"""POST /api/v1/subscriptions/{subscriptionId}/update/preview."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from parity.core.times import now, to_iso
from parity.dynamodb.table import Table
from tests.support.answers import expect, wrong_fields
from tests.support.builders.catalog import make_entitlement, make_price, sell_plan
from tests.support.builders.entitlements import check_snapshot, recompute_and_check, store_snapshot
from tests.support.builders.moments import DAY
from tests.support.builders.subscriptions import (
    FUTURE,
    UNKNOWN_ID,
    create_subscription,
    make_request,
    post_to_subscription,
    update_subscription,
)
from tests.support.fakes.functions import call
from tests.support.fakes.tables import scan_items

pytestmark = pytest.mark.usefixtures("sold_to_acme")


def preview_update(
    subscription_id: str,
    plan: str = "team",
    period: str = "MONTHLY",
    **fields: Any,  # noqa: ANN401
) -> dict[str, Any]:
    return expect(post_to_subscription("preview", subscription_id, make_request(plan, period, **fields)), 200)


def test_a_preview_shows_the_effect_of_an_update_and_writes_nothing(parity_table: Table) -> None:
    body = create_subscription()
    recompute_and_check()
    before = scan_items(parity_table)
    shown = preview_update(body["id"])
    assert scan_items(parity_table) == before
    effective_on = datetime.fromisoformat(shown.pop("effectiveOn"))
    assert now() - DAY < effective_on <= now()
    assert shown == {
        "currency": "USD",
        "recurringAmount": 50.0,
        "recurringAmountUnits": 5000,
        "amountChargedImmediately": 0.0,
        "amountChargedImmediatelyUnits": 0,
        "nextInvoice": {
            "amountDue": 50.0,
            "amountDueUnits": 5000,
            "nextPaymentAttempt": body["billingPeriodEndTime"],
            "lineItems": [{"description": "Team (MONTHLY)", "amount": 50.0, "amountUnits": 5000}],
        },
        "before": [make_meter_entry("exports", 100)],
        "after": [make_meter_entry("exports", 500), make_meter_entry("seats", 5)],
    }
    update_subscription(body["id"])
    assert [make_meter_entry(name, each.value) for name, each in check_snapshot().items()] == shown["after"]


def make_meter_entry(feature: str, value: int | None) -> dict[str, Any]:
    return {
        "featureId": feature,
        "featureType": "METER",
        "hasAccess": True,
        "value": value,
        "unlimited": False,
        "reset": "NEVER",
    }


def test_a_preview_of_a_later_change_is_for_that_moment() -> None:
    body = create_subscription()
    shown = preview_update(body["id"], effective="PERIOD_END")
    assert shown["effectiveOn"] == body["billingPeriodEndTime"]
    assert shown["nextInvoice"]["amountDueUnits"] == shown["recurringAmountUnits"] == 5000
    assert [each["value"] for each in shown["before"] + shown["after"]] == [100, 500, 5]
    scheduled = create_subscription(start_date=to_iso(FUTURE))
    assert [each["value"] for each in preview_update(scheduled["id"])["before"]] == [200]


def test_a_preview_includes_the_customers_other_subscriptions() -> None:
    create_subscription()
    body = create_subscription()
    shown = preview_update(body["id"])
    assert [each["value"] for each in shown["before"] + shown["after"]] == [200, 600, 5]


def test_money_is_shown_in_the_smallest_unit_of_its_currency() -> None:
    sell_plan(
        "yen",
        make_price(amount="1500", currency="JPY"),
        gives=(make_entitlement("calls", None, unlimited=True),),
    )
    sell_plan("dinar", make_price(amount="1.250", currency="KWD"))
    sell_plan("free", make_price(amount="0.00"))
    body = create_subscription()
    yen, dinar, free = (preview_update(body["id"], plan) for plan in ("yen", "dinar", "free"))
    assert (yen["recurringAmount"], yen["recurringAmountUnits"], yen["currency"]) == (1500.0, 1500, "JPY")
    assert yen["after"][0] == make_meter_entry("calls", None) | {"unlimited": True}
    assert (dinar["recurringAmount"], dinar["recurringAmountUnits"]) == (1.25, 1250)
    assert (free["recurringAmountUnits"], free["nextInvoice"]) == (0, None)


def test_a_preview_is_computed_without_the_snapshot() -> None:
    """A preview uses the stored subscriptions, whatever the snapshot says."""
    body = create_subscription()
    store_snapshot(feature="exports")
    assert preview_update(body["id"])["before"] == [make_meter_entry("exports", 100)]
    assert call("subscriptions/get", parameters={"subscriptionId": body["id"]}).body == body


def test_an_update_and_its_preview_are_refused_for_the_same_reason_first() -> None:
    sent = make_request("gone")
    for operation in ("update", "preview"):
        assert set(wrong_fields(post_to_subscription(operation, UNKNOWN_ID, sent))) == {"planIdentifier"}
