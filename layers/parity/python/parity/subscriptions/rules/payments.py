"""Payments that another system takes: what waits for them, and what their outcome changes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from parity.subscriptions.rules.changes import change_terms, status_without_payment
from parity.subscriptions.rules.errors import NoPaymentAwaitedError, PaymentOverdueError
from parity.subscriptions.rules.subscriptions import (
    Subscription,
    SubscriptionStatus,
    UnpaidChange,
    next_version,
)

if TYPE_CHECKING:
    from datetime import datetime

    from parity.subscriptions.rules.subscriptions import Terms

S = SubscriptionStatus


def await_payment_for_change(subscription: Subscription, terms: Terms, now: datetime) -> Subscription:
    """Makes a change to other terms wait for its payment, in place of an earlier one that waits.

    Until then nothing else changes, and after PAYMENT_DEADLINE the change is dropped. The present terms need
    no payment: they drop what is pending or waits. Returns the same object if nothing changes. Raises
    PaymentOverdueError while another payment is overdue, and what `change_terms` raises.
    """
    if subscription.status is S.PAST_DUE:
        raise PaymentOverdueError(subscription.id)
    changed_at_once = change_terms(subscription, terms, now)
    if terms == subscription.terms:
        return changed_at_once
    if subscription.unpaid_change and subscription.unpaid_change.terms == terms:
        return subscription
    return next_version(replace(subscription, unpaid_change=UnpaidChange(terms, now)), now)


def apply_payment(subscription: Subscription, now: datetime) -> Subscription:
    """Ends the wait for a payment, which was made: a change that waited for it applies now.

    Raises NoPaymentAwaitedError if none was awaited, and what `change_terms` raises.
    """
    if subscription.unpaid_change:
        return change_terms(subscription, subscription.unpaid_change.terms, now)
    if subscription.status is S.INCOMPLETE:
        status = status_without_payment(subscription.started_on, subscription.trial_end, now)
        return next_version(replace(subscription, status=status, waiting_since=None), now)
    if subscription.status is S.PAST_DUE:
        return next_version(replace(subscription, status=S.ACTIVE, waiting_since=None), now)
    raise NoPaymentAwaitedError(subscription.id, subscription.status)


def apply_failed_payment(subscription: Subscription, now: datetime) -> Subscription:
    """Makes the subscription past due. It keeps its access while the payment is retried.

    The time for retries starts with the first failure. The failed payment of a change leaves everything as
    it is. Raises NoPaymentAwaitedError.
    """
    if subscription.unpaid_change:
        return subscription
    if subscription.status is S.ACTIVE:
        return next_version(replace(subscription, status=S.PAST_DUE, waiting_since=now), now)
    if subscription.status in {S.PAST_DUE, S.INCOMPLETE}:
        return subscription
    raise NoPaymentAwaitedError(subscription.id, subscription.status)
