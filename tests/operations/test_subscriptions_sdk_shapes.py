"""What the client libraries send, and what they need as an answer (docs/contract.md, "Subscriptions").

Of the two Python libraries one ships models of what it sends; the other's rules for answers are written out.
"""

from __future__ import annotations

import re
import warnings
from typing import Any
from uuid import UUID

import pytest
from pydantic import PydanticDeprecatedSince212

from parity.core.times import to_iso
from tests.support.answers import expect
from tests.support.builders.subscriptions import (
    FUTURE,
    advance_subscription,
    create_subscription,
    get_subscription,
    make_request,
    post_to_subscription,
    send_subscription,
)
from tests.support.fakes.functions import call

pytestmark = pytest.mark.usefixtures("sold_to_acme")

with warnings.catch_warnings():
    warnings.simplefilter("ignore", PydanticDeprecatedSince212)
    from paritydeals_sdk.models.subscription import (
        CancelSubscriptionPayload,
        CancelSubscriptionResponse,
        UpdateSubscriptionPayload,
        UpdateSubscriptionResponse,
    )

DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
AMOUNT = re.compile(r"\d+(\.\d+)?")
LIVE = {"scheduled", "incomplete", "trialing", "active", "past_due"}
STATUSES = LIVE | {"incomplete_expired", "canceled", "superseded"}


def check_shape(body: dict[str, Any]) -> None:
    """Checks what the newer library checks of a subscription."""
    assert str(UUID(body["id"])) == body["id"]
    assert DATE.fullmatch(body["startDate"])
    assert body["billingType"] in {"SUBSCRIPTION", "ONE_TIME"}
    assert type(body["trialDaysRemaining"]) is int
    assert body["trialDaysRemaining"] >= 0
    assert all(isinstance(body[name], list) for name in ("features", "files", "links", "license"))
    assert all(isinstance(each, dict) for each in body["features"])
    assert AMOUNT.fullmatch(body["amount"])
    assert body["status"] in STATUSES
    assert body["plan"].keys() == {"identifier", "name"}
    assert body["product"].keys() == {"id", "identifier", "name"}
    assert body["endDate"] is None or DATE.fullmatch(body["endDate"])
    texts = ("recurrence", "currency", "externalSubscriptionId", "billingPeriodEndTime", "nextInvoiceDate")
    assert all(body[name] is None or isinstance(body[name], str) for name in (*texts, "recurrenceType"))
    assert body["recurrenceUnit"] is None or type(body["recurrenceUnit"]) is int
    assert body["billingPeriodStartTime"].endswith("Z")


def subscribe_in_every_status() -> list[dict[str, Any]]:
    trialing, scheduled = (
        create_subscription(trial_end=to_iso(FUTURE)),
        create_subscription(start_date=to_iso(FUTURE)),
    )
    expired, once = (
        create_subscription(payment_behavior="activate_on_payment"),
        create_subscription(charge_period="ONE_TIME"),
    )
    past_due, canceled = create_subscription(), create_subscription()
    post_to_subscription("pay", past_due["id"], {"outcome": "FAILED"})
    post_to_subscription("cancel", canceled["id"], {"cancellation_type": "IMMEDIATE"})
    post_to_subscription("update", once["id"], make_request("team"))
    incomplete = create_subscription(payment_behavior="activate_on_payment")
    advance_subscription(expired["id"], FUTURE)
    made = [trialing, scheduled, expired, once, past_due, canceled, incomplete]
    (superseded,) = call("subscriptions/list", query="status=superseded").body["results"]
    return [*(get_subscription(body["id"]) for body in made), superseded]


def test_a_subscription_in_every_status_has_the_shape_of_the_libraries() -> None:
    bodies = subscribe_in_every_status()
    assert {body["status"] for body in bodies} == STATUSES
    for body in bodies:
        check_shape(body)


def test_a_list_has_the_shape_of_the_libraries() -> None:
    bodies = subscribe_in_every_status()
    for query in ("", "customer_id=acme", f"status={','.join(STATUSES)}"):
        page = expect(call("subscriptions/list", query=query), 200)
        assert page.keys() >= {"count", "next", "previous", "results"}
        assert type(page["count"]) is int
        for row in page["results"]:
            check_shape(row)
    assert len(page["results"]) == len(bodies)


def test_the_librarys_update_is_accepted_and_the_answer_has_its_shape() -> None:
    body = create_subscription(plan_identifier="team")
    payload = UpdateSubscriptionPayload(
        planIdentifier="team",
        chargePeriod="MONTHLY",
        probationBehaviour="NEXT_BILLING_CYCLE",
        ipAddress="203.0.113.7",
        offeringId="o-1",
        pricingTableId="t-1",
        ruleId="r-1",
        features=[{"identifier": "seats", "quantity": 9}],
    )
    reply = post_to_subscription("update", body["id"], payload.model_dump(by_alias=True, exclude_none=True))
    assert UpdateSubscriptionResponse(**expect(reply, 200)).subscriptionId == body["id"]
    seats = next(each for each in get_subscription(body["id"])["features"] if each["identifier"] == "seats")
    assert seats["value"] == 9


def test_the_librarys_cancel_is_accepted_and_the_answer_has_its_shape() -> None:
    body = create_subscription()
    date = f"{FUTURE:%Y-%m-%d}"
    for kind, sent in (("SPECIFIC_DATE", date), ("CURRENT_PERIOD_ENDS", date), ("IMMEDIATE", None)):
        payload = CancelSubscriptionPayload(cancellationType=kind, cancellationDate=sent)
        reply = post_to_subscription(
            "cancel", body["id"], payload.model_dump(by_alias=True, exclude_none=True)
        )
        assert CancelSubscriptionResponse(**expect(reply, 200)).message
    assert get_subscription(body["id"])["status"] == "canceled"


def test_a_preview_has_whole_units_and_numbers() -> None:
    shown = expect(post_to_subscription("preview", create_subscription()["id"], make_request("team")), 200)
    for name in ("recurringAmount", "amountChargedImmediately"):
        assert isinstance(shown[name], float)
        assert type(shown[f"{name}Units"]) is int
    invoice = shown["nextInvoice"]
    assert type(invoice["amountDueUnits"]) is int
    (line,) = invoice["lineItems"]
    assert line.keys() == {"description", "amount", "amountUnits"}


def test_an_unknown_customer_is_a_bad_request_with_a_detail() -> None:
    reply = send_subscription(customer_id="nobody")
    assert reply.status == 400
    assert isinstance(reply.body["detail"], str)
    assert reply.body["customerId"] == ["is not the identifier of a customer."]
