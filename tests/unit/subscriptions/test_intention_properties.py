"""What holds after any sequence of changes, payments and time: cancels, charges and undo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from parity.core.errors import ParityError
from parity.subscriptions.rules.cancellations import apply_cancellation, cancel_at_period_end, drop_pending
from parity.subscriptions.rules.changes import change_terms, schedule_terms_change
from parity.subscriptions.rules.charges import next_charge
from parity.subscriptions.rules.payments import await_payment_for_change
from parity.subscriptions.rules.subscriptions import (
    RETRY_WINDOW,
    Subscription,
    SubscriptionStatus,
    Terms,
    advance_subscription,
    next_transition,
)
from tests.support.builders.moments import DAY
from tests.support.builders.strategies import CHARGED, DURATIONS, draw_subscriptions
from tests.support.builders.subscriptions import make_terms

S = SubscriptionStatus
ANY = draw_subscriptions()
OTHER = make_terms(plan="other")


def advance_some(old: Subscription, wait: timedelta) -> tuple[Subscription, datetime]:
    """The subscription some time after its last change, and that moment."""
    now = old.modified_on + wait
    return advance_subscription(old, now), now


def without_times(it: Subscription) -> Subscription:
    return replace(it, version=0, modified_on=it.created_on)


@given(old=ANY, wait=DURATIONS)
def test_nothing_is_charged_at_the_end_or_after_it(old: Subscription, wait: timedelta) -> None:
    current, _ = advance_some(old, wait)
    for each in (old, current):
        charge = next_charge(each)
        assert charge is None or each.cancel_on is None or charge.on < each.cancel_on


@given(old=ANY, wait=DURATIONS, terms=CHARGED, data=st.data())
def test_a_cancel_at_the_end_of_the_period_always_ends_there(
    old: Subscription, wait: timedelta, terms: Terms, data: st.DataObject
) -> None:
    """Whatever is changed after it: the only earlier end is a payment that fails for too long."""
    current, now = advance_some(old, wait)
    assume(current.is_live and current.period_end)
    canceled = cancel_at_period_end(current, now, {})
    change: Callable[[Subscription], Subscription] = data.draw(
        st.sampled_from(
            [
                lambda it: it,
                lambda it: change_terms(it, terms, now),
                lambda it: await_payment_for_change(it, terms, now),
            ]
        )
    )
    try:
        canceled = change(canceled)
    except ParityError:
        assume(condition=False)
    assert canceled.cancel_on == canceled.period_end
    assert next_charge(canceled) is None or canceled.status in {S.SCHEDULED, S.INCOMPLETE}
    end = canceled.period_end
    assert end
    retried_until = canceled.waiting_since + RETRY_WINDOW if canceled.waiting_since else end
    ended = advance_subscription(canceled, end)
    if canceled.status is not S.INCOMPLETE:
        assert (ended.status, ended.cancel_on) == (S.CANCELED, min(end, retried_until))
    assert advance_subscription(ended, end + 400 * DAY) is ended


@given(old=ANY, wait=DURATIONS, days=st.integers(1, 400))
def test_an_undo_restores_what_was_there_before_a_cancel(
    old: Subscription, wait: timedelta, days: int
) -> None:
    current, now = advance_some(old, wait)
    assume(current.is_live and current.cancel_on is None)
    canceled = [apply_cancellation(current, now + days * DAY, now, {"reason": "UNUSED"})]
    if current.period_end:
        canceled.append(cancel_at_period_end(current, now, {"reason": "UNUSED"}))
    for each in canceled:
        undone = drop_pending(each, now)
        assert without_times(undone) == without_times(current)
        assert next_charge(undone) == next_charge(current)
        assert next_transition(undone) == next_transition(current)


@given(old=ANY, wait=DURATIONS)
def test_an_undo_restores_what_was_there_before_a_change_to_come(old: Subscription, wait: timedelta) -> None:
    current, now = advance_some(old, wait)
    assume(current.status not in {S.INCOMPLETE, S.PAST_DUE} and current.is_live and current.cancel_on is None)
    assume(current.change is None and current.unpaid_change is None)
    changed = [await_payment_for_change(current, OTHER, now)]
    if current.has_next_period:
        changed.append(schedule_terms_change(current, OTHER, now))
    for each in changed:
        assert without_times(drop_pending(each, now)) == without_times(current)


@given(old=ANY, wait=DURATIONS)
def test_changes_to_what_is_there_write_nothing(old: Subscription, wait: timedelta) -> None:
    current, now = advance_some(old, wait)
    assume(current.is_live)
    if current.change is None and current.unpaid_change is None:
        assert change_terms(current, current.terms, now) is current
    if current.unpaid_change:
        waiting = current.unpaid_change.terms
        if current.status is not S.PAST_DUE and waiting != current.terms:
            assert await_payment_for_change(current, waiting, now) is current
    elif current.has_next_period:
        planned = current.change or current.terms
        assert planned == current.terms or schedule_terms_change(current, planned, now) is current


@given(old=ANY, wait=DURATIONS)
def test_a_subscription_that_has_ended_has_nothing_to_come(old: Subscription, wait: timedelta) -> None:
    current, now = advance_some(old, wait)
    due = next_transition(current)
    assert due is None or due > now
    if not current.is_live:
        assert (current.change, current.unpaid_change, next_charge(current)) == (None, None, None)
        assert current.cancel_on is not None
