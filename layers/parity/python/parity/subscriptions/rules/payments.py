"""Payments that another system takes: what waits for them, and what their outcome changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from parity.core.errors import FieldProblem, InvalidFieldsError
from parity.subscriptions.rules.changes import change_terms, status_without_payment
from parity.subscriptions.rules.errors import NoPaymentAwaitedError, PaymentOverdueError
from parity.subscriptions.rules.payment_reports import (
    PaymentOutcome,
    PaymentPurpose,
    find_latest_payment,
    keep_payment,
)
from parity.subscriptions.rules.subscriptions import (
    Subscription,
    SubscriptionStatus,
    UnpaidChange,
    advance_subscription,
    next_version,
)

if TYPE_CHECKING:
    from datetime import datetime

    from parity.subscriptions.rules.payment_reports import Payment, PaymentReport
    from parity.subscriptions.rules.subscriptions import Terms

S = SubscriptionStatus

CLOCK_TOLERANCE = timedelta(minutes=5)
"""How far the clock of the system that takes payments may be from ours."""


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


def apply_report(subscription: Subscription, report: PaymentReport, now: datetime) -> Subscription:
    """Applies a report of a payment, and keeps the payment with the latest ones.

    A report that only has an outcome is of what awaits a payment now. Any other may be late: reports of the
    same payments lead to the same subscription in any order (docs/decisions/0044). Returns the same object
    if the payment is known or too old to be kept. Raises NoPaymentAwaitedError, InvalidFieldsError where the
    report has to say what was paid for, and what `change_terms` raises.
    """
    if report.is_among(subscription.payments):
        return subscription
    payment = report.to_payment(now)
    if _is_ambiguous(subscription, payment):
        raise InvalidFieldsError(
            FieldProblem("payment_for", "is required: a renewal and a change both await their payments.")
        )
    if report.has_details:
        applied = _apply_in_order(subscription, payment, now)
    elif payment.outcome is PaymentOutcome.SUCCEEDED:
        applied = apply_payment(subscription, now)
    else:
        applied = apply_failed_payment(subscription, now)
    if applied is subscription and not report.has_details:
        return subscription
    kept = keep_payment(subscription.payments, payment)
    if applied is subscription and kept == subscription.payments:
        return subscription
    return next_version(replace(applied, payments=kept, version=subscription.version), now)


def _is_ambiguous(subscription: Subscription, payment: Payment) -> bool:
    """Whether a payment that was made could be that of a renewal, or that of a change."""
    return bool(
        payment.outcome is PaymentOutcome.SUCCEEDED
        and payment.purpose is None
        and subscription.unpaid_change
        and subscription.status is S.PAST_DUE
        and _is_latest(subscription, payment)
    )


def _apply_in_order(subscription: Subscription, payment: Payment, now: datetime) -> Subscription:
    """The subscription, as if this and the kept payments had been reported in the order they occurred in.

    A first payment, or the payment of a change, counts however late its report is. Whether the subscription
    is past due follows from the latest payment.
    """
    if not subscription.is_live:
        raise NoPaymentAwaitedError(subscription.id, subscription.status)
    is_latest = _is_latest(subscription, payment)
    if payment.outcome is PaymentOutcome.SUCCEEDED and _is_awaited(subscription, payment):
        paid = apply_payment(subscription, now)
        latest = find_latest_payment(subscription.payments)
        return paid if is_latest or latest is None else _follow_outcome(paid, latest.outcome, now)
    if payment.purpose is PaymentPurpose.CHANGE:
        return _require_paid_before(subscription, payment)
    if payment.outcome is PaymentOutcome.FAILED and payment.purpose is None and subscription.unpaid_change:
        return subscription
    if is_latest:
        return _follow_outcome(subscription, payment.outcome, now)
    return _restart_retries(subscription, payment, now)


def _is_latest(subscription: Subscription, payment: Payment) -> bool:
    latest = find_latest_payment(subscription.payments)
    return latest is None or payment.order > latest.order


def _is_awaited(subscription: Subscription, payment: Payment) -> bool:
    """Whether this payment, if it was made, ends the wait of a change or of a new subscription.

    A payment that occurred before the change was asked for is of something else, unless it says otherwise.
    """
    unpaid = subscription.unpaid_change
    if unpaid is None:
        return subscription.status is S.INCOMPLETE and payment.purpose is not PaymentPurpose.CHANGE
    if _was_paid_before(subscription, payment):
        return False
    is_recent = payment.occurred_on >= unpaid.since - CLOCK_TOLERANCE
    return payment.purpose is PaymentPurpose.CHANGE or (payment.purpose is None and is_recent)


def _was_paid_before(subscription: Subscription, payment: Payment) -> bool:
    """Whether this payment is known, as having been made at another time."""
    known = {each.id for each in subscription.payments if each.outcome is PaymentOutcome.SUCCEEDED}
    return payment.id is not None and payment.id in known


def _require_paid_before(subscription: Subscription, payment: Payment) -> Subscription:
    """The same subscription for the payment of a change that awaits none, if it failed or is known.

    Raises NoPaymentAwaitedError.
    """
    if payment.outcome is PaymentOutcome.SUCCEEDED and not _was_paid_before(subscription, payment):
        raise NoPaymentAwaitedError(subscription.id, subscription.status)
    return subscription


def _restart_retries(subscription: Subscription, payment: Payment, now: datetime) -> Subscription:
    """Gives the time for retries again, if this payment was made since that time began.

    The failure that it began with is then paid for, and what is retried is a later one.
    """
    began = subscription.waiting_since
    if subscription.status is not S.PAST_DUE or payment.outcome is PaymentOutcome.FAILED or began is None:
        return subscription
    return replace(subscription, waiting_since=now) if began <= payment.occurred_on else subscription


def _follow_outcome(subscription: Subscription, outcome: PaymentOutcome, now: datetime) -> Subscription:
    """Makes it past due, or active again; in another status an outcome changes nothing."""
    if outcome is PaymentOutcome.FAILED and subscription.status is S.ACTIVE:
        return replace(subscription, status=S.PAST_DUE, waiting_since=now)
    if outcome is PaymentOutcome.SUCCEEDED and subscription.status is S.PAST_DUE:
        return replace(subscription, status=S.ACTIVE, waiting_since=None)
    return subscription


def apply_payment(subscription: Subscription, now: datetime) -> Subscription:
    """Ends the wait for a payment, which was made: a change that waited for it applies now.

    Raises NoPaymentAwaitedError if none was awaited, and what `change_terms` raises.
    """
    if subscription.unpaid_change:
        return change_terms(subscription, subscription.unpaid_change.terms, now)
    if subscription.status is S.INCOMPLETE:
        status = status_without_payment(subscription.started_on, subscription.trial_end, now)
        paid = replace(subscription, status=status, waiting_since=None, changed_on=now)
        return next_version(replace(advance_subscription(paid, now), version=subscription.version), now)
    if subscription.status is S.PAST_DUE:
        return next_version(_follow_outcome(subscription, PaymentOutcome.SUCCEEDED, now), now)
    raise NoPaymentAwaitedError(subscription.id, subscription.status)


def apply_failed_payment(subscription: Subscription, now: datetime) -> Subscription:
    """Makes the subscription past due. It keeps its access while the payment is retried.

    The time for retries starts with the first failure. The failed payment of a change leaves everything as
    it is. Raises NoPaymentAwaitedError.
    """
    if subscription.unpaid_change:
        return subscription
    if subscription.status is S.ACTIVE:
        return next_version(_follow_outcome(subscription, PaymentOutcome.FAILED, now), now)
    if subscription.status in {S.PAST_DUE, S.INCOMPLETE}:
        return subscription
    raise NoPaymentAwaitedError(subscription.id, subscription.status)
