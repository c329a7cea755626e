"""What a write of an item means to people: a `Change`, derived from the item before and after.

Nothing here depends on when or how often a write is looked at, so looking twice gives the same change.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, cast

from parity.activity.rules.attributes import (
    PERSONAL,
    describe_subject,
    describe_usage_before,
    find_changes,
)
from parity.core.actors import USAGE
from parity.customers.rules.customers import Customer
from parity.entitlements.rules.overrides import Override
from parity.subscriptions.rules.subscriptions import Subscription, SubscriptionStatus
from parity.usage.rules.alerts import RecordedAlert
from parity.usage.rules.resets import UsageReset

if TYPE_CHECKING:
    from datetime import datetime

    from parity.activity.rules.attributes import AttributeChange, Subject
    from parity.core.actors import Actor


class ChangeKind(StrEnum):
    """What happened. `customer.imported` is the creation of a customer by an import.

    `subscription.cancel_scheduled` is the decision, `subscription.canceled` the end.
    `subscription.expired` is the end of one that was never paid for.
    """

    CUSTOMER_CREATED = "customer.created"
    CUSTOMER_IMPORTED = "customer.imported"
    CUSTOMER_UPDATED = "customer.updated"
    CUSTOMER_ARCHIVED = "customer.archived"
    CUSTOMER_UNARCHIVED = "customer.unarchived"
    CUSTOMER_ERASED = "customer.erased"
    SUBSCRIPTION_CREATED = "subscription.created"
    SUBSCRIPTION_UPDATED = "subscription.updated"
    SUBSCRIPTION_PLAN_CHANGED = "subscription.plan_changed"
    SUBSCRIPTION_RENEWED = "subscription.renewed"
    SUBSCRIPTION_CANCEL_SCHEDULED = "subscription.cancel_scheduled"
    SUBSCRIPTION_CANCELED = "subscription.canceled"
    SUBSCRIPTION_EXPIRED = "subscription.expired"
    OVERRIDE_SET = "override.set"
    OVERRIDE_REMOVED = "override.removed"
    GRANT_CREATED = "grant.created"
    GRANT_UPDATED = "grant.updated"
    GRANT_REMOVED = "grant.removed"
    USAGE_RESET = "usage.reset"
    ALERT_REACHED = "alert.reached"


K = ChangeKind
ENDED = {
    SubscriptionStatus.CANCELED: K.SUBSCRIPTION_CANCELED,
    SubscriptionStatus.INCOMPLETE_EXPIRED: K.SUBSCRIPTION_EXPIRED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemWrite:
    """A write of one item: `old` is None where there was none, `new` where it was removed.

    `id` is the same whenever the write is read, and no other write has it. `by` is None for what earlier
    releases wrote, which did not keep who made a change.
    """

    id: str
    customer_id: str
    old: Subject | None
    new: Subject | None
    at: datetime
    by: Actor | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What happened to a customer, when and by whom, with the attributes that changed.

    `old` and `new` are the item before and after: a Customer, a Subscription, an Override (which may be a
    grant), a UsageReset or a RecordedAlert. They hold more than may be told: the customer before its erasure
    still has its name. `attributes` may be told.
    """

    id: str
    customer_id: str
    kind: ChangeKind
    at: datetime
    by: Actor | None
    attributes: tuple[AttributeChange, ...]
    old: Subject | None
    new: Subject | None

    @property
    def subject(self) -> Subject:
        """The item after the change; before it if it was removed."""
        return cast("Subject", self.new or self.old)


def derive_change(write: ItemWrite) -> Change | None:
    """What the write means; None if it changed nothing that people see.

    For example, a customer's profile also counts its live subscriptions. Their own changes are told, and the
    count is not.
    """
    kind, attributes = _find_kind(write), _find_attributes(write)
    if kind is K.CUSTOMER_ERASED:
        attributes = tuple(each for each in attributes if each.name not in PERSONAL)
    elif write.old and not attributes:
        return None
    return Change(
        id=write.id,
        customer_id=write.customer_id,
        kind=kind,
        at=write.at,
        by=USAGE if kind is K.ALERT_REACHED else write.by,
        attributes=attributes,
        old=write.old,
        new=write.new,
    )


def _find_attributes(write: ItemWrite) -> tuple[AttributeChange, ...]:
    before = describe_subject(write.old) if write.old else {}
    if isinstance(write.new, UsageReset):
        before = describe_usage_before(write.new)
    return find_changes(before, describe_subject(write.new) if write.new else {})


def _find_kind(write: ItemWrite) -> ChangeKind:
    match write.old, write.new:
        case (Customer() | None) as old, Customer() as new:
            return _find_customer_kind(old, new)
        case (Subscription() | None) as old, Subscription() as new:
            return _find_subscription_kind(old, new)
        case (Override() | None) as old, Override() as new:
            return _find_override_kind(old, new)
        case Override() as removed, None:
            return K.GRANT_REMOVED if removed.is_grant else K.OVERRIDE_REMOVED
        case None, UsageReset():
            return K.USAGE_RESET
        case None, RecordedAlert():
            return K.ALERT_REACHED
    raise ValueError(f"no change is known from {type(write.old)} to {type(write.new)}")


def _find_customer_kind(old: Customer | None, new: Customer) -> ChangeKind:
    if old is None:
        return K.CUSTOMER_IMPORTED if new.imported_as else K.CUSTOMER_CREATED
    if new.is_erased and not old.is_erased:
        return K.CUSTOMER_ERASED
    if new.is_archived is not old.is_archived:
        return K.CUSTOMER_ARCHIVED if new.is_archived else K.CUSTOMER_UNARCHIVED
    return K.CUSTOMER_UPDATED


def _find_subscription_kind(old: Subscription | None, new: Subscription) -> ChangeKind:
    """The weightiest of what happened at once: a schedule that is late writes all that is due together."""
    if old is None:
        return K.SUBSCRIPTION_CREATED
    if new.status is not old.status and new.status in ENDED:
        return ENDED[new.status]
    if new.terms.plan != old.terms.plan:
        return K.SUBSCRIPTION_PLAN_CHANGED
    if new.cancel_on and not old.cancel_on:
        return K.SUBSCRIPTION_CANCEL_SCHEDULED
    if new.status is old.status and new.period_start > old.period_start:
        return K.SUBSCRIPTION_RENEWED
    return K.SUBSCRIPTION_UPDATED


def _find_override_kind(old: Override | None, new: Override) -> ChangeKind:
    if not new.is_grant:
        return K.OVERRIDE_SET
    return K.GRANT_UPDATED if old else K.GRANT_CREATED
