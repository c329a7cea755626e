"""What is told of an item: its attributes, named as in the API, and which of them differ."""

from __future__ import annotations

from decimal import Decimal
from functools import singledispatch
from typing import TYPE_CHECKING, Any, NamedTuple

from parity.catalog.rules.feature_types import FeatureType
from parity.core.periods import kind_name
from parity.core.spellings import to_camel_case
from parity.core.times import to_iso
from parity.core.versions import is_identical
from parity.customers.rules.customers import Customer
from parity.entitlements.rules.overrides import Override
from parity.subscriptions.rules.subscriptions import Subscription
from parity.usage.rules.alerts import RecordedAlert
from parity.usage.rules.resets import UsageReset

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from parity.core.numbers import Number
    from parity.subscriptions.rules.payment_reports import Payment
    from parity.subscriptions.rules.subscriptions import Terms

Json = Any
Attributes = dict[str, Json]
Subject = Customer | Subscription | Override | UsageReset | RecordedAlert

PERSONAL = frozenset({"name", "email", "metadata", "billingAddress"})
"""What erasing a customer removes (docs/decisions/0034)."""


class AttributeChange(NamedTuple):
    """`old` or `new` is None where there is no such value."""

    name: str
    old: Json
    new: Json


def find_changes(old: Attributes, new: Attributes) -> tuple[AttributeChange, ...]:
    """The attributes that differ, in the order of the new ones."""
    names = dict.fromkeys([*new, *old])
    pairs = [AttributeChange(name, old.get(name), new.get(name)) for name in names]
    return tuple(pair for pair in pairs if not is_identical(pair.old, pair.new))


@singledispatch
def describe_subject(subject: Subject) -> Attributes:
    """The attributes of an item that people or time change; what only Parity needs is left out."""
    raise TypeError(type(subject))


@describe_subject.register
def _(customer: Customer) -> Attributes:
    return {
        "name": customer.name,
        "email": customer.email,
        "metadata": _copy(customer.metadata),
        "billingId": customer.billing_id,
        "billingAddress": _with_camel_case(customer.billing_address),
        "status": customer.status.value,
    }


@describe_subject.register
def _(subscription: Subscription) -> Attributes:
    terms, reasons = subscription.terms, subscription.cancellation or {}
    unpaid = subscription.unpaid_change
    return {
        "status": subscription.status.value,
        **_describe_terms(terms),
        "amount": terms.price.amount,
        "currency": terms.price.currency,
        "startTime": to_iso(subscription.started_on),
        "trialEnd": _iso(subscription.trial_end),
        "billingPeriodStartTime": to_iso(subscription.period_start),
        "billingPeriodEndTime": _iso(subscription.period_end),
        "endTime": _iso(subscription.cancel_on),
        "canceledAt": _iso(subscription.canceled_on),
        "cancellationReason": reasons.get("reason"),
        "cancellationFeedback": reasons.get("feedback"),
        "cancellationComment": reasons.get("comment"),
        "pendingChange": _describe_terms(subscription.change) if subscription.change else None,
        "unpaidChange": _describe_terms(unpaid.terms) if unpaid else None,
        "lastPayment": _describe_payment(subscription.payments[-1]) if subscription.payments else None,
    }


def _describe_terms(terms: Terms) -> Attributes:
    return {
        "planIdentifier": terms.plan,
        "planVersion": terms.plan_version,
        "chargePeriod": terms.charge_period.value,
        "quantities": dict(terms.quantities) or None,
    }


def _describe_payment(payment: Payment) -> Attributes:
    return {
        "outcome": payment.outcome.value,
        "occurredOn": to_iso(payment.occurred_on),
        "paymentId": payment.id,
        "purpose": payment.purpose.value if payment.purpose else None,
    }


@describe_subject.register
def _(override: Override) -> Attributes:
    is_switch = override.feature_type is FeatureType.BOOLEAN
    return {
        "value": bool(override.value) if is_switch else override.value,
        "hasUnlimitedUsage": override.unlimited,
        "hardLimit": override.hard_limit,
        "reset": override.reset.value if override.reset else None,
        "resetTime": override.reset_time.value,
        "rollover": _with_camel_case(override.rollover),
        "usageAlerts": _with_camel_case(override.usage_alerts),
        "note": override.note,
        "startsOn": to_iso(override.valid_from),
        "expiresOn": _iso(override.expires_on),
    }


@describe_subject.register
def _(reset: UsageReset) -> Attributes:
    return {"used": {kind_name(window.kind): 0 for window in reset.windows}, "note": reset.note}


@describe_subject.register
def _(recorded: RecordedAlert) -> Attributes:
    alert = recorded.alert
    return {
        "thresholdType": alert.threshold_type.value,
        "thresholdValue": alert.threshold_value,
        "usageLimit": alert.usage_limit,
        "currentUsage": _number(alert.current_usage),
        "periodStart": to_iso(alert.window.start),
        "periodEnd": _iso(alert.window.end),
    }


def describe_usage_before(reset: UsageReset) -> Attributes:
    """What was used, by how often usage is reset by itself."""
    return {"used": {kind_name(window.kind): _number(window.used) for window in reset.windows}}


def _iso(moment: datetime | None) -> str | None:
    return to_iso(moment) if moment else None


def _number(number: Number) -> int | float:
    """As answers have it: as exact as a double if it has a fraction."""
    return float(number) if isinstance(number, Decimal) else number


def _copy(values: Mapping[str, Json] | None) -> Attributes | None:
    return None if values is None else dict(values)


def _with_camel_case(values: Mapping[str, Json] | None) -> Attributes | None:
    return None if values is None else {to_camel_case(name): value for name, value in values.items()}
