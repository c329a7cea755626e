"""Subscriptions in answers: the fields of docs/contract.md, "Subscriptions", and fields of our own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from parity.core.periods import ChargePeriod
from parity.core.times import now
from parity.http.declarations import Field, Response
from parity.http.models import ResponseModel, Timestamp
from parity.http.paging import PageModel
from parity.http.preconditions import etag
from parity.subscriptions.api.parts import (
    AwaitedChange,
    PendingChange,
    PlanReference,
    ProductReference,
    SubscribedFeature,
)
from parity.subscriptions.rules.charges import next_charge, trial_days_left
from parity.subscriptions.rules.recurrences import RECURRENCES
from parity.subscriptions.rules.subscriptions import SubscriptionStatus

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import Self

    from parity.subscriptions.rules.subscriptions import Subscription

JSON = "application/json"
UNPAID_REASON = "CANCELLED_BY_PROVIDER"

Date = Annotated[str, Field(description="YYYY-MM-DD, in UTC.")]


class SubscriptionModel(ResponseModel):
    """`endDate` is when it ends or ended, and `canceledAt` is when that was decided.

    `amount` is decimal text per period.
    """

    id: str
    customer_id: str
    status: SubscriptionStatus
    billing_type: Literal["SUBSCRIPTION", "ONE_TIME"]
    plan: PlanReference
    plan_version: int
    product: ProductReference
    charge_period: ChargePeriod
    recurrence: str | None
    recurrence_unit: int | None
    recurrence_type: str | None
    amount: str
    currency: str
    start_date: Date
    start_time: Timestamp
    end_date: Date | None
    trial_end: Timestamp | None
    trial_days_remaining: int
    billing_period_start_time: Timestamp
    billing_period_end_time: Timestamp | None
    next_invoice_date: Date | None
    canceled_at: Timestamp | None
    cancellation_reason: str | None
    cancellation_feedback: str | None
    cancellation_comment: str | None
    pending_change: PendingChange | None
    unpaid_change: AwaitedChange | None
    features: list[SubscribedFeature]
    files: list[str]
    links: list[str]
    license: list[str]
    external_subscription_id: str | None
    version: int
    created_on: Timestamp
    modified_on: Timestamp

    @classmethod
    def of(cls, subscription: Subscription) -> Self:
        terms = subscription.terms
        recurrence = RECURRENCES.get(terms.charge_period)
        charge, unpaid = next_charge(subscription), subscription.unpaid_change
        return cls(
            id=subscription.id,
            customer_id=subscription.customer_id,
            status=subscription.status,
            billing_type="SUBSCRIPTION" if recurrence else "ONE_TIME",
            plan=PlanReference(identifier=terms.plan, name=terms.plan_name),
            plan_version=terms.plan_version,
            product=ProductReference(id=terms.plan, identifier=terms.plan, name=terms.plan_name),
            charge_period=terms.charge_period,
            recurrence=recurrence.text if recurrence else None,
            recurrence_unit=recurrence.number if recurrence else None,
            recurrence_type=recurrence.unit if recurrence else None,
            amount=terms.price.amount,
            currency=terms.price.currency,
            start_date=_date(subscription.started_on),
            start_time=subscription.started_on,
            end_date=_date(subscription.cancel_on),
            trial_end=subscription.trial_end,
            trial_days_remaining=trial_days_left(subscription, now()),
            billing_period_start_time=subscription.period_start,
            billing_period_end_time=subscription.period_end,
            next_invoice_date=_date(charge.on) if charge else None,
            **_cancellation(subscription),
            pending_change=PendingChange.of(subscription),
            unpaid_change=AwaitedChange.of(unpaid) if unpaid else None,
            features=[SubscribedFeature.of(entitlement, terms) for entitlement in terms.entitlements],
            files=[],
            links=[],
            license=[],
            external_subscription_id=None,
            version=subscription.version,
            created_on=subscription.created_on,
            modified_on=subscription.modified_on,
        )


def _date(moment: datetime | None) -> str | None:
    return f"{moment:%Y-%m-%d}" if moment else None


def _cancellation(subscription: Subscription) -> dict[str, Any]:
    """When a cancellation was decided, and why. One without reasons follows from a missing payment."""
    reasons = subscription.cancellation or {}
    unpaid = subscription.status is SubscriptionStatus.CANCELED and not reasons
    return {
        "canceled_at": subscription.cancel_on if unpaid else subscription.canceled_on,
        "cancellation_reason": UNPAID_REASON if unpaid else reasons.get("reason"),
        "cancellation_feedback": reasons.get("feedback"),
        "cancellation_comment": reasons.get("comment"),
    }


class SubscriptionUpdated(ResponseModel):
    """The id stays the same. The earlier terms are kept under an id of their own, as `superseded`."""

    subscription_id: str


class Message(ResponseModel):
    message: str


SubscriptionPage = PageModel[SubscriptionModel]


def subscription_response(subscription: Subscription) -> Response[SubscriptionModel]:
    """200 with the subscription and its ETag."""
    return Response(200, JSON, SubscriptionModel.of(subscription), headers=_etag_header(subscription))


def created_subscription_response(subscription: Subscription) -> Response[SubscriptionModel]:
    headers = {"Location": f"/api/v1/subscriptions/{subscription.id}", **_etag_header(subscription)}
    return Response(201, JSON, SubscriptionModel.of(subscription), headers=headers)


def updated_subscription_response(subscription: Subscription) -> Response[SubscriptionUpdated]:
    body = SubscriptionUpdated(subscription_id=subscription.id)
    return Response(200, JSON, body, headers=_etag_header(subscription))


def canceled_subscription_response(subscription: Subscription) -> Response[Message]:
    when = f"will be canceled on {_date(subscription.cancel_on)}" if subscription.is_live else "was canceled"
    body = Message(message=f"The subscription {subscription.id} {when}.")
    return Response(200, JSON, body, headers=_etag_header(subscription))


def _etag_header(subscription: Subscription) -> Mapping[str, str]:
    return {"ETag": etag(subscription.version)}
