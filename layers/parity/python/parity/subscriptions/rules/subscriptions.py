"""A subscription and what time does to it: a state machine without a clock (DESIGN.md section 5).

docs/subscriptions.md shows the states. `advanced` applies all that is due, one transition after the other, so
that a scheduler that was away for months leads to the same state as one that was not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from parity.catalog.rules.features import FeatureType
from parity.core.periods import ChargePeriod, charge_period

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from parity.catalog.rules.plans import PlanEntitlement, PlanVersion, Price

PAYMENT_DEADLINE = timedelta(hours=24)
"""How long an incomplete subscription waits for its first payment."""

RETRY_WINDOW = timedelta(days=14)
"""How long a failed renewal is retried, with access kept, before the end (WIRE.md section 5)."""


class SubscriptionStatus(StrEnum):
    SCHEDULED = "scheduled"
    INCOMPLETE = "incomplete"
    INCOMPLETE_EXPIRED = "incomplete_expired"
    TRIALING = "trialing"
    ACTIVE = "active"
    PAST_DUE = "past_due"
    CANCELED = "canceled"
    SUPERSEDED = "superseded"


S = SubscriptionStatus
LIVE = frozenset({S.SCHEDULED, S.INCOMPLETE, S.TRIALING, S.ACTIVE, S.PAST_DUE})
"""What keeps a customer from being archived."""

IN_USE = frozenset({S.TRIALING, S.ACTIVE, S.PAST_DUE})
"""What gives access."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is subscribed to: one version of a plan, at one of its prices, and how much of some features."""

    plan: str
    plan_version: int
    plan_name: str
    price: Price
    entitlements: tuple[PlanEntitlement, ...]
    quantities: Mapping[str, int]

    @property
    def charge_period(self) -> ChargePeriod:
        return self.price.charge_period

    def value_of(self, given: PlanEntitlement) -> int | None:
        """The quantity that was bought in place of the plan's own, where the feature has one."""
        if given.unlimited or given.feature_type is FeatureType.BOOLEAN:
            return given.value
        return self.quantities.get(given.feature, given.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """`anchor` is what periods are counted from; `period_end` is None for ONE_TIME.

    `cancel_on` is when it will end or ended; `change` takes effect at the end of the period; `waiting_since`
    is when a payment first failed, or was first awaited. `changed_on` is since when it has its terms, if
    those are not the ones that it started with.
    """

    id: str
    customer_id: str
    terms: Terms
    status: SubscriptionStatus
    anchor: datetime
    started_on: datetime
    period_start: datetime
    period_end: datetime | None
    trial_end: datetime | None = None
    cancel_on: datetime | None = None
    canceled_on: datetime | None = None
    cancellation: Mapping[str, str] | None = None
    waiting_since: datetime | None = None
    change: Terms | None = None
    changed_on: datetime | None = None
    version: int = 1
    created_on: datetime
    modified_on: datetime

    @property
    def is_live(self) -> bool:
        return self.status in LIVE


def terms_of(version: PlanVersion, price: Price, quantities: Mapping[str, int]) -> Terms:
    return Terms(
        plan=version.plan,
        plan_version=version.number,
        plan_name=version.name,
        price=price,
        entitlements=version.entitlements,
        quantities=quantities,
    )


def next_transition(subscription: Subscription) -> datetime | None:
    """When time next changes the subscription by itself; None if it never does."""
    moments = {
        S.SCHEDULED: subscription.started_on,
        S.INCOMPLETE: _after(subscription.waiting_since, PAYMENT_DEADLINE),
        S.TRIALING: subscription.trial_end,
        S.ACTIVE: subscription.period_end,
        S.PAST_DUE: _earliest(_retries_end(subscription), subscription.period_end),
    }
    if not subscription.is_live:
        return None
    return _earliest(moments[subscription.status], subscription.cancel_on)


def advanced(subscription: Subscription, now: datetime) -> Subscription:
    """The subscription after all transitions that are due; the same object if none is."""
    current = subscription
    while (due := next_transition(current)) and due <= now:
        current = _transition(current, due)
    if current is subscription:
        return subscription
    return replace(current, version=subscription.version + 1, modified_on=now)


def _transition(subscription: Subscription, due: datetime) -> Subscription:
    if subscription.cancel_on and subscription.cancel_on <= due:
        return ended(subscription, S.CANCELED, subscription.cancel_on)
    match subscription.status:
        case S.SCHEDULED:
            return _started(subscription)
        case S.INCOMPLETE:
            return ended(subscription, S.INCOMPLETE_EXPIRED, due)
        case S.TRIALING:
            return _renewed(replace(subscription, status=S.ACTIVE, anchor=due), due)
        case S.PAST_DUE if due == _retries_end(subscription):
            return ended(subscription, S.CANCELED, due)
    return _renewed(subscription, due)


def _started(subscription: Subscription) -> Subscription:
    status = S.TRIALING if subscription.trial_end else S.ACTIVE
    return replace(subscription, status=status)


def _renewed(subscription: Subscription, due: datetime) -> Subscription:
    """The next period; a change that waited for it takes effect, from there on if its length differs."""
    if (change := subscription.change) is None:
        return _in_period(subscription, due)
    anchor = subscription.anchor if change.charge_period is subscription.terms.charge_period else due
    changed = replace(subscription, terms=change, change=None, changed_on=due, anchor=anchor)
    return _in_period(changed, due)


def _in_period(subscription: Subscription, moment: datetime) -> Subscription:
    period = charge_period(subscription.anchor, subscription.terms.charge_period, moment)
    return replace(subscription, period_start=period.start, period_end=period.end)


def ended(subscription: Subscription, status: SubscriptionStatus, moment: datetime) -> Subscription:
    return replace(subscription, status=status, cancel_on=moment, change=None)


def _retries_end(subscription: Subscription) -> datetime | None:
    return _after(subscription.waiting_since, RETRY_WINDOW)


def _earliest(*moments: datetime | None) -> datetime | None:
    return min(filter(None, moments), default=None)


def _after(moment: datetime | None, wait: timedelta) -> datetime | None:
    return moment + wait if moment else None
