"""A subscription and what time does to it: a state machine without a clock (docs/subscriptions.md).

`advance_subscription` applies every transition that is due, one after the other. A scheduler that did not run
for months therefore leads to the same state as one that ran every minute.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from parity.catalog.rules.feature_types import FeatureType
from parity.core.periods import ChargePeriod, charge_period

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from parity.catalog.rules.plans import PlanEntitlement, PlanVersion, Price
    from parity.subscriptions.rules.payment_reports import Payment

PAYMENT_DEADLINE = timedelta(hours=24)
"""How long an incomplete subscription, or a change that is to be paid for first, waits for its payment."""

RETRY_WINDOW = timedelta(days=14)
"""How long a failed renewal is retried, with access, before the subscription ends.

See docs/contract.md, "Subscriptions".
"""


MAX_LIVE_SUBSCRIPTIONS = 100
"""How many live subscriptions a customer may have (docs/decisions/0039)."""


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
"""The statuses that keep a customer from being archived."""

IN_USE = frozenset({S.TRIALING, S.ACTIVE, S.PAST_DUE})
"""The statuses that give access."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is subscribed to: one version of a plan and one of its prices.

    `quantities` are the amounts bought of some features, by identifier, in place of the plan's own.
    """

    plan: str
    plan_version: int
    plan_name: str
    price: Price
    entitlements: tuple[PlanEntitlement, ...]
    quantities: Mapping[str, int]

    @property
    def charge_period(self) -> ChargePeriod:
        return self.price.charge_period

    def value_of(self, entitlement: PlanEntitlement) -> int | None:
        """The quantity that was bought, else the plan's own value.

        BOOLEAN features and unlimited ones have no quantity.
        """
        if entitlement.unlimited or entitlement.feature_type is FeatureType.BOOLEAN:
            return entitlement.value
        return self.quantities.get(entitlement.feature, entitlement.value)


@dataclass(frozen=True, slots=True)
class UnpaidChange:
    """A change to other terms that applies once its payment is reported, unless it expires before."""

    terms: Terms
    since: datetime

    @property
    def expires_on(self) -> datetime:
        return self.since + PAYMENT_DEADLINE


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A customer's subscription to a plan.

    - `anchor`: periods are counted from it. `period_end` is None for ONE_TIME.
    - `trial_plan`: the plan whose trial it has or had, which a change may have replaced; None without one.
    - `cancels_at_period_end`: it ends with its period, wherever the end of the period is moved to.
    - `ends_on`: the date of a cancel on a date, or when it ended. `canceled_on` is when that was decided.
    - `waiting_since`: when a payment first failed, or was first awaited.
    - `change`: terms that take effect at the end of the period, unless it ends by then.
    - `payments`: the latest that were reported (`parity.subscriptions.rules.payment_reports`).
    - `changed_on`: when its terms were changed, or first paid for; None if it started with them.
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
    trial_plan: str | None = None
    cancels_at_period_end: bool = False
    ends_on: datetime | None = None
    canceled_on: datetime | None = None
    cancellation: Mapping[str, str] | None = None
    waiting_since: datetime | None = None
    change: Terms | None = None
    unpaid_change: UnpaidChange | None = None
    payments: tuple[Payment, ...] = ()
    changed_on: datetime | None = None
    version: int = 1
    created_on: datetime
    modified_on: datetime

    @property
    def is_live(self) -> bool:
        return self.status in LIVE

    @property
    def cancel_on(self) -> datetime | None:
        """When it will end, or ended; None without a cancel."""
        return self.period_end if self.cancels_at_period_end else self.ends_on

    @property
    def has_next_period(self) -> bool:
        """Whether another period follows; not if it is charged once, or if it ends with this period."""
        if self.period_end is None:
            return False
        return self.cancel_on is None or self.cancel_on > self.period_end


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
    """When the next transition by time is due; None if there is none."""
    moments = {
        S.SCHEDULED: subscription.started_on,
        S.INCOMPLETE: _add_wait(subscription.waiting_since, PAYMENT_DEADLINE),
        S.TRIALING: subscription.trial_end,
        S.ACTIVE: subscription.period_end,
        S.PAST_DUE: _earliest(_end_of_retries(subscription), subscription.period_end),
    }
    if not subscription.is_live:
        return None
    unpaid = subscription.unpaid_change
    return _earliest(
        moments[subscription.status], subscription.cancel_on, unpaid.expires_on if unpaid else None
    )


def advance_subscription(subscription: Subscription, now: datetime) -> Subscription:
    """Applies all transitions that are due by `now`; returns the subscription after them, as one new version.

    Returns the same object if none is due.
    """
    current = subscription
    while (due := next_transition(current)) and due <= now:
        current = _apply_transition(current, due)
    if current is subscription:
        return subscription
    return replace(current, version=subscription.version + 1, modified_on=now)


def _apply_transition(subscription: Subscription, due: datetime) -> Subscription:
    if subscription.cancel_on and subscription.cancel_on <= due:
        return end_subscription(subscription, S.CANCELED, subscription.cancel_on)
    if subscription.unpaid_change and subscription.unpaid_change.expires_on <= due:
        return replace(subscription, unpaid_change=None)
    match subscription.status:
        case S.SCHEDULED:
            return replace(subscription, status=S.TRIALING if subscription.trial_end else S.ACTIVE)
        case S.INCOMPLETE:
            return end_subscription(subscription, S.INCOMPLETE_EXPIRED, due)
        case S.TRIALING:
            subscription = replace(subscription, status=S.ACTIVE, anchor=due)
        case S.PAST_DUE if due == _end_of_retries(subscription):
            return end_subscription(subscription, S.CANCELED, due)
    return _renew(subscription, due)


def _renew(subscription: Subscription, due: datetime) -> Subscription:
    """Starts the next period, with the terms of a pending change if there is one.

    If the charge period stays the same, periods are still counted from the same anchor. Otherwise they
    are counted from `due`.
    """
    if (change := subscription.change) is None:
        return _with_period_at(subscription, due)
    anchor = subscription.anchor if change.charge_period is subscription.terms.charge_period else due
    changed = replace(subscription, terms=change, change=None, changed_on=due, anchor=anchor)
    return _with_period_at(changed, due)


def _with_period_at(subscription: Subscription, moment: datetime) -> Subscription:
    period = charge_period(subscription.anchor, subscription.terms.charge_period, moment)
    return replace(subscription, period_start=period.start, period_end=period.end)


def end_subscription(
    subscription: Subscription, status: SubscriptionStatus, moment: datetime
) -> Subscription:
    return replace(
        subscription,
        status=status,
        cancels_at_period_end=False,
        ends_on=moment,
        change=None,
        unpaid_change=None,
    )


def next_version(subscription: Subscription, now: datetime) -> Subscription:
    return replace(subscription, version=subscription.version + 1, modified_on=now)


def _end_of_retries(subscription: Subscription) -> datetime | None:
    return _add_wait(subscription.waiting_since, RETRY_WINDOW)


def _earliest(*moments: datetime | None) -> datetime | None:
    return min(filter(None, moments), default=None)


def _add_wait(moment: datetime | None, wait: timedelta) -> datetime | None:
    return moment + wait if moment else None
