"""What people do to a subscription: start, change, cancel, undo, and report payments.

Each function returns the subscription as it is afterwards, and raises where its status does not allow it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from parity.core.errors import FieldProblem, InvalidFieldsError
from parity.core.periods import Period, charge_period
from parity.subscriptions.rules.errors import (
    NoPaymentAwaitedError,
    NothingToUndoError,
    PaymentAwaitedError,
    SubscriptionEndedError,
    SubscriptionEndingError,
)
from parity.subscriptions.rules.subscriptions import (
    Subscription,
    SubscriptionStatus,
    Terms,
    advance_subscription,
    end_subscription,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

S = SubscriptionStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """How a subscription begins: whose it is, on which date, and whether a trial or a payment comes first.

    Without `trial_end` there is no trial.
    """

    id: str
    customer_id: str
    date: datetime
    trial_end: datetime | None = None
    awaits_payment: bool = False


def start_subscription(terms: Terms, start: Start, now: datetime) -> Subscription:
    """A new subscription. A trial is its first period, and charge periods are counted from the trial's end.

    A trial from 1 to 15 March followed by months: the periods begin on 1 March, 15 March and 15 April.
    """
    if start.trial_end:
        period = Period(start.date, start.trial_end)
    else:
        period = charge_period(start.date, terms.charge_period, start.date)
    status = _status_without_payment(start.date, start.trial_end, now)
    return Subscription(
        id=start.id,
        customer_id=start.customer_id,
        terms=terms,
        status=S.INCOMPLETE if start.awaits_payment else status,
        anchor=start.trial_end or start.date,
        started_on=start.date,
        period_start=period.start,
        period_end=period.end,
        trial_end=start.trial_end,
        waiting_since=now if start.awaits_payment else None,
        created_on=now,
        modified_on=now,
    )


def _status_without_payment(start: datetime, trial_end: datetime | None, now: datetime) -> SubscriptionStatus:
    """The first status of a subscription that awaits no payment."""
    if start > now:
        return S.SCHEDULED
    return S.TRIALING if trial_end else S.ACTIVE


def trial_end_of(terms: Terms, start: datetime) -> datetime | None:
    """The end of the trial that the price gives; None where it gives none."""
    return start + timedelta(days=terms.price.trial_days) if terms.price.trial_days else None


def change_terms(subscription: Subscription, terms: Terms, now: datetime) -> Subscription:
    """Gives the subscription other terms from now on, and drops a pending change.

    The same charge period keeps its dates; another charge period starts a new period now. A cancel at the end
    of the period follows it. Returns the same object if nothing changes. Raises PaymentAwaitedError, and
    SubscriptionEndingError if it is to be canceled at the end of a period that would never end.
    """
    _require_changeable(subscription, terms)
    if terms == subscription.terms and subscription.change is None:
        return subscription
    changed_on = subscription.changed_on if terms == subscription.terms else now
    changed = replace(subscription, terms=terms, change=None, changed_on=changed_on)
    if terms.charge_period is not subscription.terms.charge_period:
        changed = _restart_period(changed, now)
    if changed.cancels_at_period_end and changed.period_end is None:
        raise SubscriptionEndingError(subscription.id)
    return _with_next_version(changed, now)


def _restart_period(subscription: Subscription, now: datetime) -> Subscription:
    """Starts the first period of its terms. A trial that has not ended keeps its end; periods follow it."""
    is_charged = subscription.status in {S.ACTIVE, S.PAST_DUE}
    if subscription.trial_end and not is_charged:
        return subscription
    anchor = now if is_charged else subscription.anchor
    period = charge_period(anchor, subscription.terms.charge_period, anchor)
    return replace(subscription, anchor=anchor, period_start=period.start, period_end=period.end)


def record_superseded_terms(subscription: Subscription, *, id: str, now: datetime) -> Subscription:  # noqa: A002
    """Makes a record, with an id of its own, of the terms that a subscription had before a change.

    It ends when the change took effect: at the end of the period if it was pending, and now if it was not.
    """
    due_on = subscription.period_end if subscription.change else None
    superseded_on = min(filter(None, (due_on, now)))
    record = replace(subscription, id=id, canceled_on=superseded_on, modified_on=now)
    return end_subscription(record, S.SUPERSEDED, superseded_on)


def schedule_terms_change(subscription: Subscription, terms: Terms, now: datetime) -> Subscription:
    """Makes a change to other terms pending, which takes effect at the end of the period.

    A change to the terms that it has drops a pending one. Returns the same object if nothing changes.
    Raises InvalidFieldsError, PaymentAwaitedError, and SubscriptionEndingError if no period follows.
    """
    _require_changeable(subscription, terms)
    _require_period_end(subscription, "effective")
    if not subscription.has_next_period:
        raise SubscriptionEndingError(subscription.id)
    change = None if terms == subscription.terms else terms
    if change == subscription.change:
        return subscription
    return _with_next_version(replace(subscription, change=change), now)


def move_trial_end(subscription: Subscription, trial_end: datetime, now: datetime) -> Subscription:
    """Moves the end of a running trial to another time, or to now.

    Returns the same object if that is its end already, or if a trial that does not run is to end now. Raises
    InvalidFieldsError if another end is given for a trial that does not run.
    """
    _require_live(subscription)
    is_trialing = subscription.status is S.TRIALING
    if trial_end == subscription.trial_end if is_trialing else trial_end <= now:
        return subscription
    if not is_trialing:
        raise InvalidFieldsError(
            FieldProblem("trial_end", f"cannot be set: the subscription is {subscription.status}.")
        )
    moved = replace(subscription, trial_end=trial_end, period_end=trial_end, anchor=trial_end)
    advanced = advance_subscription(moved, now)
    return _with_next_version(replace(advanced, version=subscription.version), now)


def apply_cancellation(
    subscription: Subscription, on: datetime | None, now: datetime, reasons: Mapping[str, str]
) -> Subscription:
    """Cancels the subscription on a date, with access until then, in place of an earlier pending cancel.

    Cancels it now if there is no date, or if the date has passed. A pending change stays: it takes effect if
    the period ends before the date, or if the cancel is undone.
    """
    _require_live(subscription)
    noted = replace(subscription, canceled_on=now, cancellation=reasons)
    if on is None or on <= now:
        return _with_next_version(end_subscription(noted, S.CANCELED, now), now)
    return _with_next_version(replace(noted, cancels_at_period_end=False, ends_on=on), now)


def cancel_at_period_end(
    subscription: Subscription, now: datetime, reasons: Mapping[str, str]
) -> Subscription:
    """Lets the subscription end with its period, wherever a later change moves the end of the period to.

    Raises InvalidFieldsError if its period never ends.
    """
    _require_live(subscription)
    _require_period_end(subscription, "cancellation_type")
    canceled = replace(
        subscription, cancels_at_period_end=True, ends_on=None, canceled_on=now, cancellation=reasons
    )
    return _with_next_version(canceled, now)


def drop_pending(subscription: Subscription, now: datetime) -> Subscription:
    """Takes back its pending cancel; without one, its pending change.

    It is then as if the cancel or the change had never been made. Raises NothingToUndoError without either.
    """
    _require_live(subscription)
    if subscription.cancel_on:
        kept = replace(
            subscription, cancels_at_period_end=False, ends_on=None, canceled_on=None, cancellation=None
        )
        return _with_next_version(kept, now)
    if subscription.change is None:
        raise NothingToUndoError(subscription.id)
    return _with_next_version(replace(subscription, change=None), now)


def apply_payment(subscription: Subscription, now: datetime) -> Subscription:
    """Ends the wait for a payment, which was made. Raises NoPaymentAwaitedError if none was awaited."""
    if subscription.status is S.INCOMPLETE:
        status = _status_without_payment(subscription.started_on, subscription.trial_end, now)
        return _with_next_version(replace(subscription, status=status, waiting_since=None), now)
    if subscription.status is S.PAST_DUE:
        return _with_next_version(replace(subscription, status=S.ACTIVE, waiting_since=None), now)
    raise NoPaymentAwaitedError(subscription.id, subscription.status)


def apply_failed_payment(subscription: Subscription, now: datetime) -> Subscription:
    """Makes the subscription past due. It keeps its access while the payment is retried.

    The time for retries starts with the first failure. Raises NoPaymentAwaitedError.
    """
    if subscription.status is S.ACTIVE:
        return _with_next_version(replace(subscription, status=S.PAST_DUE, waiting_since=now), now)
    if subscription.status in {S.PAST_DUE, S.INCOMPLETE}:
        return subscription
    raise NoPaymentAwaitedError(subscription.id, subscription.status)


def _require_live(subscription: Subscription) -> None:
    if not subscription.is_live:
        raise SubscriptionEndedError(subscription.id, subscription.status)


def _require_changeable(subscription: Subscription, terms: Terms) -> None:
    """Other terms than those whose payment is awaited would be given without having been paid for."""
    _require_live(subscription)
    if subscription.status is S.INCOMPLETE and terms != subscription.terms:
        raise PaymentAwaitedError(subscription.id)


def _require_period_end(subscription: Subscription, field: str) -> None:
    if subscription.period_end is None:
        raise InvalidFieldsError(FieldProblem(field, "needs a period that ends: this one was charged once."))


def _with_next_version(subscription: Subscription, now: datetime) -> Subscription:
    return replace(subscription, version=subscription.version + 1, modified_on=now)
