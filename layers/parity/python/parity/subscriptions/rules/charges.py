"""When a subscription is next charged, and how long its trial lasts. Parity itself charges nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from parity.subscriptions.rules.subscriptions import SubscriptionStatus

if TYPE_CHECKING:
    from datetime import datetime

    from parity.subscriptions.rules.subscriptions import Subscription, Terms

S = SubscriptionStatus
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Charge:
    """The next payment: when it is due, and the terms whose price is paid."""

    on: datetime
    terms: Terms


def next_charge(subscription: Subscription) -> Charge | None:
    """The next charge of a subscription; None if nothing more is to be paid.

    Nothing is to be paid if it ends before, if it was charged once for ever, or if it costs nothing.
    """
    on = _next_charge_date(subscription)
    if on is None or (subscription.cancel_on and subscription.cancel_on <= on):
        return None
    terms = (on == subscription.period_end and subscription.change) or subscription.terms
    return Charge(on, terms) if Decimal(terms.price.amount) else None


def _next_charge_date(subscription: Subscription) -> datetime | None:
    if not subscription.is_live:
        return None
    if subscription.status in {S.SCHEDULED, S.INCOMPLETE}:
        return subscription.trial_end or subscription.started_on
    return subscription.period_end


def trial_days_left(subscription: Subscription, now: datetime) -> int:
    """Days left of the trial, rounded up: 36 hours are 2 days. 0 without a trial, or after its end."""
    if subscription.trial_end is None or subscription.status not in {S.SCHEDULED, S.INCOMPLETE, S.TRIALING}:
        return 0
    left = subscription.trial_end - max(now, subscription.started_on)
    return max(0, -(-left // ONE_DAY))
