"""A pending cancel is an intention: it follows the period, and meets changes, trials, failures and undo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from parity.core.periods import ChargePeriod
from parity.subscriptions.rules.cancellations import apply_cancellation, cancel_at_period_end, drop_pending
from parity.subscriptions.rules.changes import change_terms, move_trial_end, schedule_terms_change
from parity.subscriptions.rules.charges import next_charge
from parity.subscriptions.rules.errors import SubscriptionEndingError
from parity.subscriptions.rules.payments import apply_failed_payment, apply_payment
from parity.subscriptions.rules.subscriptions import (
    LIVE,
    RETRY_WINDOW,
    Subscription,
    SubscriptionStatus,
    advance_subscription,
)
from tests.support.builders.moments import DAY, FEBRUARY_END, START, TICK
from tests.support.builders.subscriptions import make_subscription, make_subscription_in, make_terms

S = SubscriptionStatus
NOW = START + timedelta(hours=1)
TRIAL_END = START + 14 * DAY
TEAM = make_terms(plan="team")
MONTHLY, YEARLY, ONCE = (
    make_terms(period=period) for period in (ChargePeriod.MONTHLY, ChargePeriod.YEARLY, ChargePeriod.ONE_TIME)
)
REASONS = {"reason": "UNUSED"}


def cancel(old: Subscription) -> Subscription:
    return cancel_at_period_end(old, NOW, REASONS)


def make_trialing() -> Subscription:
    return make_subscription_in(S.TRIALING)


Change = Callable[[Subscription], Subscription]
MOVES: dict[str, tuple[Subscription, Change, datetime]] = {
    "yearly to monthly": (
        make_subscription(period=ChargePeriod.YEARLY),
        lambda it: change_terms(it, MONTHLY, NOW),
        NOW + 28 * DAY,
    ),
    "monthly to yearly": (make_subscription(), lambda it: change_terms(it, YEARLY, NOW), NOW + 365 * DAY),
    "trial extended": (
        make_trialing(),
        lambda it: move_trial_end(it, NOW + 30 * DAY, NOW),
        NOW + 30 * DAY,
    ),
    "trial shortened": (make_trialing(), lambda it: move_trial_end(it, NOW + 2 * DAY, NOW), NOW + 2 * DAY),
    "yearly in the trial": (make_trialing(), lambda it: change_terms(it, YEARLY, NOW), TRIAL_END),
    "another plan": (make_subscription(), lambda it: change_terms(it, TEAM, NOW), FEBRUARY_END),
}


@pytest.mark.parametrize("case", MOVES)
def test_a_cancel_at_the_end_of_the_period_follows_the_period(case: str) -> None:
    old, change, end = MOVES[case]
    moved = change(cancel(old))
    assert (moved.cancel_on, moved.period_end) == (end, end)
    assert next_charge(moved) is None
    assert (moved.canceled_on, moved.cancellation) == (NOW, REASONS)
    assert advance_subscription(moved, end - TICK) is moved
    ended = advance_subscription(moved, end + 400 * DAY)
    assert (ended.status, ended.cancel_on) == (S.CANCELED, end)


def test_a_trial_that_is_ended_now_ends_a_subscription_that_was_to_end_with_it() -> None:
    ended = move_trial_end(cancel(make_trialing()), NOW, NOW)
    assert (ended.status, ended.cancel_on, ended.version) == (S.CANCELED, NOW, 3)
    assert (ended.canceled_on, ended.cancellation) == (NOW, REASONS)


@pytest.mark.parametrize("case", MOVES)
def test_a_cancel_on_a_date_keeps_its_date(case: str) -> None:
    old, change, end = MOVES[case]
    for date in (NOW + DAY, end + 400 * DAY):
        moved = change(apply_cancellation(old, date, NOW, {}))
        assert moved.cancel_on == date
        assert (next_charge(moved) is None) == (date <= end)
        assert advance_subscription(moved, date).status is S.CANCELED


def test_the_last_of_two_cancels_counts() -> None:
    old = make_subscription()
    on_a_date = apply_cancellation(cancel(old), NOW + 3 * DAY, NOW, {})
    assert change_terms(on_a_date, YEARLY, NOW).cancel_on == NOW + 3 * DAY
    assert change_terms(cancel(on_a_date), YEARLY, NOW).cancel_on == NOW + 365 * DAY


def test_a_period_that_never_ends_cannot_be_the_one_to_end_with() -> None:
    for status in (S.SCHEDULED, S.ACTIVE, S.PAST_DUE):
        with pytest.raises(SubscriptionEndingError):
            change_terms(cancel(make_subscription_in(status)), ONCE, NOW)
    once = change_terms(cancel(make_trialing()), ONCE, NOW)
    assert advance_subscription(once, TRIAL_END).status is S.CANCELED


@pytest.mark.parametrize("status", sorted(LIVE))
def test_an_undo_restores_all_that_was_before_the_cancel(status: SubscriptionStatus) -> None:
    old = make_subscription_in(status)
    for canceled in (cancel(old), apply_cancellation(old, NOW + 9 * DAY, NOW, REASONS)):
        undone = drop_pending(canceled, NOW)
        assert replace(undone, version=old.version, modified_on=old.modified_on) == old
        assert next_charge(undone) == next_charge(old)


def test_a_pending_change_waits_behind_a_cancel_and_comes_back_with_its_undo() -> None:
    pending = schedule_terms_change(make_subscription(), TEAM, NOW)
    canceled = cancel(pending)
    assert not canceled.has_next_period
    assert next_charge(canceled) is None
    ended = advance_subscription(canceled, FEBRUARY_END)
    assert (ended.status, ended.terms.plan, ended.change) == (S.CANCELED, "pro", None)
    undone = drop_pending(canceled, NOW)
    assert advance_subscription(undone, FEBRUARY_END).terms == TEAM
    assert drop_pending(undone, NOW).change is None


def test_a_cancel_after_the_period_lets_the_pending_change_take_effect_first() -> None:
    date = FEBRUARY_END + 3 * DAY
    canceled = apply_cancellation(schedule_terms_change(make_subscription(), TEAM, NOW), date, NOW, {})
    charge = next_charge(canceled)
    assert charge
    assert (charge.on, charge.terms) == (FEBRUARY_END, TEAM)
    changed = advance_subscription(canceled, FEBRUARY_END)
    assert (changed.terms, changed.cancel_on, next_charge(changed)) == (TEAM, date, None)
    assert advance_subscription(changed, date).status is S.CANCELED


@pytest.mark.parametrize("on", [FEBRUARY_END, NOW + DAY])
def test_without_a_next_period_there_is_none_to_change(on: datetime) -> None:
    old = make_subscription()
    for canceled in (cancel(old), apply_cancellation(old, on, NOW, {})):
        with pytest.raises(SubscriptionEndingError):
            schedule_terms_change(canceled, TEAM, NOW)
    later = apply_cancellation(old, FEBRUARY_END + TICK, NOW, {})
    assert schedule_terms_change(later, TEAM, NOW).change == TEAM


def test_a_payment_that_fails_and_one_that_succeeds_leave_the_cancel() -> None:
    late = FEBRUARY_END - DAY
    failed = apply_failed_payment(cancel(make_subscription()), late)
    assert (failed.cancel_on, apply_payment(failed, late).cancel_on) == (FEBRUARY_END, FEBRUARY_END)
    assert advance_subscription(failed, late + RETRY_WINDOW).cancel_on == FEBRUARY_END
    yearly = apply_failed_payment(cancel(make_subscription(period=ChargePeriod.YEARLY)), NOW)
    unpaid = advance_subscription(yearly, NOW + 400 * DAY)
    assert (unpaid.status, unpaid.cancel_on) == (S.CANCELED, NOW + RETRY_WINDOW)
