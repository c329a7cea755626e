"""What people do to subscriptions: start, change, cancel, undo, and report payments."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from parity.core.errors import FieldProblem, InvalidFieldsError
from parity.core.periods import Period, charge_period
from parity.subscriptions.rules.errors import (
    NoPaymentAwaitedError,
    NothingToUndoError,
    SubscriptionEndedError,
    SubscriptionEndingError,
)
from parity.subscriptions.rules.subscriptions import Subscription, SubscriptionStatus, Terms, advanced, ended

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

S = SubscriptionStatus


def started(  # noqa: PLR0913 - what a subscription starts with
    terms: Terms,
    *,
    id: str,  # noqa: A002
    customer_id: str,
    start: datetime,
    trial_end: datetime | None,
    awaits_payment: bool,
    now: datetime,
) -> Subscription:
    """A new subscription. With a trial, periods are counted from the trial's end."""
    period = Period(start, trial_end) if trial_end else charge_period(start, terms.charge_period, start)
    return Subscription(
        id=id,
        customer_id=customer_id,
        terms=terms,
        status=_first_status(start, trial_end, now, awaits_payment=awaits_payment),
        anchor=trial_end or start,
        started_on=start,
        period_start=period.start,
        period_end=period.end,
        trial_end=trial_end,
        waiting_since=now if awaits_payment else None,
        created_on=now,
        modified_on=now,
    )


def _first_status(
    start: datetime, trial_end: datetime | None, now: datetime, *, awaits_payment: bool
) -> SubscriptionStatus:
    if awaits_payment:
        return S.INCOMPLETE
    if start > now:
        return S.SCHEDULED
    return S.TRIALING if trial_end else S.ACTIVE


def trial_end_of(terms: Terms, start: datetime) -> datetime | None:
    """The end of the trial that the price gives."""
    return start + timedelta(days=terms.price.trial_days) if terms.price.trial_days else None


def changed_now(subscription: Subscription, terms: Terms, now: datetime) -> Subscription:
    """With other terms from now on; the same object if that changes nothing.

    Another charge period starts a new one, the same keeps its dates.
    """
    _require_live(subscription)
    if terms == subscription.terms and subscription.change is None:
        return subscription
    changed_on = subscription.changed_on if terms == subscription.terms else now
    changed = replace(subscription, terms=terms, change=None, changed_on=changed_on)
    if terms.charge_period is not subscription.terms.charge_period:
        changed = _in_first_period(changed, now)
    return _touched(changed, now)


def _in_first_period(subscription: Subscription, now: datetime) -> Subscription:
    """In the first period of new terms. A trial that has not ended keeps its end, and periods follow it."""
    begun = subscription.status in {S.ACTIVE, S.PAST_DUE}
    if subscription.trial_end and not begun:
        return subscription
    anchor = now if begun else subscription.anchor
    period = charge_period(anchor, subscription.terms.charge_period, anchor)
    return replace(subscription, anchor=anchor, period_start=period.start, period_end=period.end)


def superseded(subscription: Subscription, *, id: str, now: datetime) -> Subscription:  # noqa: A002
    """The record of terms that were replaced: now, or when a change that waited took effect."""
    waited_until = subscription.period_end if subscription.change else None
    on = min(filter(None, (waited_until, now)))
    record = replace(subscription, id=id, canceled_on=on, modified_on=now)
    return ended(record, S.SUPERSEDED, on)


def changed_at_period_end(subscription: Subscription, terms: Terms, now: datetime) -> Subscription:
    _require_live(subscription)
    if subscription.cancel_on:
        raise SubscriptionEndingError(subscription.id)
    _require_period_end(subscription, "effective")
    return _touched(replace(subscription, change=terms), now)


def trial_moved(subscription: Subscription, trial_end: datetime, now: datetime) -> Subscription:
    """Ends the trial at another time, or now."""
    if subscription.status is not S.TRIALING:
        raise InvalidFieldsError(
            FieldProblem("trial_end", f"cannot be set: the subscription is {subscription.status}.")
        )
    moved = replace(subscription, trial_end=trial_end, period_end=trial_end, anchor=trial_end)
    return _touched(replace(advanced(moved, now), version=subscription.version), now)


def canceled(
    subscription: Subscription, on: datetime | None, now: datetime, reasons: Mapping[str, str]
) -> Subscription:
    """Ends on that date, or now. Access lasts until then."""
    _require_live(subscription)
    noted = replace(subscription, canceled_on=now, cancellation=reasons)
    if on is None or on <= now:
        return _touched(ended(noted, S.CANCELED, now), now)
    return _touched(replace(noted, cancel_on=on, change=None), now)


def end_of_period(subscription: Subscription) -> datetime:
    """When a subscription canceled at the end of its period ends."""
    _require_live(subscription)
    return _require_period_end(subscription, "cancellation_type")


def undone(subscription: Subscription, now: datetime) -> Subscription:
    """Without the cancel or the change that was to come."""
    _require_live(subscription)
    if subscription.cancel_on is None and subscription.change is None:
        raise NothingToUndoError(subscription.id)
    kept = replace(subscription, cancel_on=None, canceled_on=None, cancellation=None, change=None)
    return _touched(kept, now)


def paid(subscription: Subscription, now: datetime) -> Subscription:
    """After a payment that was awaited."""
    if subscription.status is S.INCOMPLETE:
        status = _first_status(subscription.started_on, subscription.trial_end, now, awaits_payment=False)
        return _touched(replace(subscription, status=status, waiting_since=None), now)
    if subscription.status is S.PAST_DUE:
        return _touched(replace(subscription, status=S.ACTIVE, waiting_since=None), now)
    raise NoPaymentAwaitedError(subscription.id, subscription.status)


def payment_failed(subscription: Subscription, now: datetime) -> Subscription:
    """Access is kept while the payment is retried. The first failure counts."""
    if subscription.status is S.ACTIVE:
        return _touched(replace(subscription, status=S.PAST_DUE, waiting_since=now), now)
    if subscription.status in {S.PAST_DUE, S.INCOMPLETE}:
        return subscription
    raise NoPaymentAwaitedError(subscription.id, subscription.status)


def _require_live(subscription: Subscription) -> None:
    if not subscription.is_live:
        raise SubscriptionEndedError(subscription.id, subscription.status)


def _require_period_end(subscription: Subscription, field: str) -> datetime:
    if subscription.period_end is None:
        raise InvalidFieldsError(FieldProblem(field, "needs a period that ends: this one was charged once."))
    return subscription.period_end


def _touched(subscription: Subscription, now: datetime) -> Subscription:
    return replace(subscription, version=subscription.version + 1, modified_on=now)
