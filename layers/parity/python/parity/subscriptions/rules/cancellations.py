"""Canceling a subscription, and taking back what is pending."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from parity.subscriptions.rules.changes import require_live, require_period_end
from parity.subscriptions.rules.errors import NothingToUndoError
from parity.subscriptions.rules.subscriptions import (
    Subscription,
    SubscriptionStatus,
    end_subscription,
    next_version,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


def apply_cancellation(
    subscription: Subscription, on: datetime | None, now: datetime, reasons: Mapping[str, str]
) -> Subscription:
    """Cancels the subscription on a date, with access until then, in place of an earlier pending cancel.

    Cancels it now if there is no date, or if the date has passed. A pending change stays: it takes effect if
    the period ends before the date, or if the cancel is undone.
    """
    require_live(subscription)
    noted = replace(subscription, canceled_on=now, cancellation=reasons)
    if on is None or on <= now:
        return next_version(end_subscription(noted, SubscriptionStatus.CANCELED, now), now)
    return next_version(replace(noted, cancels_at_period_end=False, ends_on=on), now)


def cancel_at_period_end(
    subscription: Subscription, now: datetime, reasons: Mapping[str, str]
) -> Subscription:
    """Lets the subscription end with its period, wherever a later change moves the end of the period to.

    Raises InvalidFieldsError if its period never ends.
    """
    require_live(subscription)
    require_period_end(subscription, "cancellation_type")
    canceled = replace(
        subscription, cancels_at_period_end=True, ends_on=None, canceled_on=now, cancellation=reasons
    )
    return next_version(canceled, now)


def drop_pending(subscription: Subscription, now: datetime) -> Subscription:
    """Takes back its pending cancel; without one, its unpaid change; and without that, its pending change.

    It is then as if that had never been asked for. Raises NothingToUndoError if it has none of them.
    """
    require_live(subscription)
    if subscription.cancel_on:
        kept = replace(
            subscription, cancels_at_period_end=False, ends_on=None, canceled_on=None, cancellation=None
        )
        return next_version(kept, now)
    if subscription.unpaid_change:
        return next_version(replace(subscription, unpaid_change=None), now)
    if subscription.change is None:
        raise NothingToUndoError(subscription.id)
    return next_version(replace(subscription, change=None), now)
