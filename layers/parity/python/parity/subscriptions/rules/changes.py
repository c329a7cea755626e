"""What people do to a subscription: start it, change its terms, and move the end of its trial.

Each function returns the subscription as it is afterwards, and raises where its status does not allow it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from parity.core.errors import FieldProblem, InvalidFieldsError
from parity.core.periods import Period, charge_period
from parity.subscriptions.rules.errors import (
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
    next_version,
)

if TYPE_CHECKING:
    from datetime import datetime

S = SubscriptionStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """How a subscription begins: whose it is, on which date, and whether a trial or a payment comes first.

    Without `trial_end` there is no trial. Both dates may be past.
    """

    id: str
    customer_id: str
    date: datetime
    trial_end: datetime | None = None
    awaits_payment: bool = False


def start_subscription(terms: Terms, start: Start, now: datetime) -> Subscription:
    """A new subscription. A trial is its first period, and charge periods are counted from the trial's end.

    A trial from 1 to 15 March followed by months: the periods begin on 1 March, 15 March and 15 April.
    Where the start is past, the present period is the one that contains `now`: created on 20 May, it is the
    one from 15 May. Nothing is made of the periods before.
    """
    anchor = start.trial_end or start.date
    period = charge_period(anchor, terms.charge_period, max(now, anchor))
    if start.trial_end and start.trial_end > now:
        period = Period(start.date, start.trial_end)
    status = status_without_payment(start.date, start.trial_end, now)
    return Subscription(
        id=start.id,
        customer_id=start.customer_id,
        terms=terms,
        status=S.INCOMPLETE if start.awaits_payment else status,
        anchor=anchor,
        started_on=start.date,
        period_start=period.start,
        period_end=period.end,
        trial_end=start.trial_end,
        trial_plan=terms.plan if start.trial_end else None,
        waiting_since=now if start.awaits_payment else None,
        created_on=now,
        modified_on=now,
    )


def status_without_payment(start: datetime, trial_end: datetime | None, now: datetime) -> SubscriptionStatus:
    """The first status of a subscription that awaits no payment."""
    if start > now:
        return S.SCHEDULED
    return S.TRIALING if trial_end and trial_end > now else S.ACTIVE


def trial_end_of(terms: Terms, start: datetime) -> datetime | None:
    """The end of the trial that the price gives; None where it gives none."""
    return start + timedelta(days=terms.price.trial_days) if terms.price.trial_days else None


def change_terms(subscription: Subscription, terms: Terms, now: datetime) -> Subscription:
    """Gives the subscription other terms from now on, and drops a change that is pending or unpaid.

    The same charge period keeps its dates; another charge period starts a new period now. A cancel at the end
    of the period follows it. Returns the same object if nothing changes. Raises PaymentAwaitedError, and
    SubscriptionEndingError if it is to be canceled at the end of a period that would never end.
    """
    require_changeable(subscription, terms)
    if terms == subscription.terms and not (subscription.change or subscription.unpaid_change):
        return subscription
    changed_on = subscription.changed_on if terms == subscription.terms else now
    changed = replace(subscription, terms=terms, change=None, unpaid_change=None, changed_on=changed_on)
    if terms.charge_period is not subscription.terms.charge_period:
        changed = _restart_period(changed, now)
    if changed.cancels_at_period_end and changed.period_end is None:
        raise SubscriptionEndingError(subscription.id)
    return next_version(changed, now)


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
    record = replace(subscription, id=id, canceled_on=superseded_on, payments=(), modified_on=now)
    return end_subscription(record, S.SUPERSEDED, superseded_on)


def schedule_terms_change(subscription: Subscription, terms: Terms, now: datetime) -> Subscription:
    """Makes a change to other terms pending, which takes effect at the end of the period.

    It drops an unpaid change. A change to the terms that it has drops a pending one, too. Returns the same
    object if nothing changes. Raises InvalidFieldsError, PaymentAwaitedError, and SubscriptionEndingError if
    no period follows.
    """
    require_changeable(subscription, terms)
    require_period_end(subscription, "effective")
    if not subscription.has_next_period:
        raise SubscriptionEndingError(subscription.id)
    change = None if terms == subscription.terms else terms
    if change == subscription.change and subscription.unpaid_change is None:
        return subscription
    return next_version(replace(subscription, change=change, unpaid_change=None), now)


def move_trial_end(subscription: Subscription, trial_end: datetime, now: datetime) -> Subscription:
    """Moves the end of a running trial to another time, or to now.

    Returns the same object if that is its end already, or if a trial that does not run is to end now. Raises
    InvalidFieldsError if another end is given for a trial that does not run.
    """
    require_live(subscription)
    is_trialing = subscription.status is S.TRIALING
    if trial_end == subscription.trial_end if is_trialing else trial_end <= now:
        return subscription
    if not is_trialing:
        raise InvalidFieldsError(
            FieldProblem("trial_end", f"cannot be set: the subscription is {subscription.status}.")
        )
    moved = replace(subscription, trial_end=trial_end, period_end=trial_end, anchor=trial_end)
    advanced = advance_subscription(moved, now)
    return next_version(replace(advanced, version=subscription.version), now)


def require_live(subscription: Subscription) -> None:
    if not subscription.is_live:
        raise SubscriptionEndedError(subscription.id, subscription.status)


def require_changeable(subscription: Subscription, terms: Terms) -> None:
    """Other terms than those whose payment is awaited would be given without having been paid for."""
    require_live(subscription)
    if subscription.status is S.INCOMPLETE and terms != subscription.terms:
        raise PaymentAwaitedError(subscription.id)


def require_period_end(subscription: Subscription, field: str) -> None:
    if subscription.period_end is None:
        raise InvalidFieldsError(FieldProblem(field, "needs a period that ends: this one was charged once."))
