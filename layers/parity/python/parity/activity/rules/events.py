"""What a change is on the event bus: the vendor's event where there is one (docs/contract.md, "Webhooks").

The other changes are events of our own, whose object is the entry of activity.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parity.activity.rules.changes import ChangeKind
from parity.activity.rules.entries import describe_entry, entry_of
from parity.catalog.rules.prices import minor_units
from parity.core.times import to_iso, to_iso_seconds
from parity.customers.rules.customers import Customer
from parity.customers.rules.event_objects import describe_customer, describe_customer_within
from parity.subscriptions.rules.recurrences import RECURRENCES
from parity.subscriptions.rules.subscriptions import Subscription

if TYPE_CHECKING:
    from datetime import datetime

    from parity.activity.rules.attributes import Subject
    from parity.activity.rules.changes import Change

Object = dict[str, Any]

K = ChangeKind
VENDOR_TYPES = {
    K.CUSTOMER_CREATED: "customer.created",
    K.CUSTOMER_IMPORTED: "customer.created",
    K.CUSTOMER_UPDATED: "customer.updated",
    K.SUBSCRIPTION_CREATED: "subscription.created",
    K.SUBSCRIPTION_UPDATED: "subscription.updated",
    K.SUBSCRIPTION_RENEWED: "subscription.updated",
    K.SUBSCRIPTION_CANCEL_SCHEDULED: "subscription.updated",
    K.SUBSCRIPTION_EXPIRED: "subscription.updated",
    K.SUBSCRIPTION_PLAN_CHANGED: "subscription.plan_changed",
    K.SUBSCRIPTION_CANCELED: "subscription.cancelled",
}
UPDATES = {"customer.updated", "subscription.updated"}
WITHOUT_PREVIOUS = {"modified_on", "subscriptions"}
"""What changes with every write, or with writes that are events of their own."""


def event_type_of(change: Change) -> str:
    return VENDOR_TYPES.get(change.kind, change.kind.value)


def describe_change(
    change: Change, customer: Customer | None, organisation: str
) -> tuple[Object, Object | None]:
    """The object of the change's event, and its previous attributes.

    `customer` is who has the subscription, if one changed. Previous attributes are the old values of what an
    update changed; of another plan the whole old object; and None where the event is no update.
    """
    if change.kind not in VENDOR_TYPES:
        return describe_entry(entry_of(change)), None
    new = _describe(change.subject, customer, organisation)
    old = _describe(change.old, customer, organisation) if change.old else {}
    if change.kind is K.SUBSCRIPTION_PLAN_CHANGED:
        return new, old
    if event_type_of(change) not in UPDATES:
        return new, None
    return new, {
        name: value for name, value in old.items() if new[name] != value and name not in WITHOUT_PREVIOUS
    }


def _describe(subject: Subject, customer: Customer | None, organisation: str) -> Object:
    if isinstance(subject, Customer):
        return describe_customer(subject, organisation)
    if isinstance(subject, Subscription) and customer:
        return _describe_subscription(subject, customer, organisation)
    raise TypeError(type(subject))


def _describe_subscription(subscription: Subscription, customer: Customer, organisation: str) -> Object:
    """A trial starts with its subscription. Features are null, as the vendor sends them."""
    terms, price = subscription.terms, subscription.terms.price
    recurrence = RECURRENCES.get(terms.charge_period)
    return {
        "id": subscription.id,
        "object": "subscription",
        "status": subscription.status.value,
        "plan": {"name": terms.plan_name, "version": terms.plan_version, "identifier": terms.plan},
        "product": {"id": terms.plan, "name": terms.plan_name},
        "amount": price.amount,
        "amount_units": minor_units(price.amount, price.currency),
        "currency": price.currency,
        "recurrence": recurrence.text if recurrence else None,
        "start_date": _date(subscription.started_on),
        "end_date": _date(subscription.cancel_on),
        "billing_period_start_time": to_iso(subscription.period_start),
        "billing_period_end_time": _time(subscription.period_end),
        "trial_start": to_iso(subscription.started_on) if subscription.trial_end else None,
        "trial_end": _time(subscription.trial_end),
        "customer": describe_customer_within(customer),
        "features": None,
        "organization": organisation,
        "created_on": to_iso_seconds(subscription.created_on),
        "modified_on": to_iso_seconds(subscription.modified_on),
    }


def _date(moment: datetime | None) -> str | None:
    return f"{moment:%Y-%m-%d}" if moment else None


def _time(moment: datetime | None) -> str | None:
    return to_iso(moment) if moment else None
