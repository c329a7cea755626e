"""A change that waits for its payment: what applies until then, and what ends the wait."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from parity.core.periods import ChargePeriod
from parity.subscriptions.rules.cancellations import apply_cancellation, cancel_at_period_end, drop_pending
from parity.subscriptions.rules.changes import change_terms, schedule_terms_change
from parity.subscriptions.rules.charges import next_charge
from parity.subscriptions.rules.errors import SubscriptionEndingError
from parity.subscriptions.rules.payments import (
    apply_failed_payment,
    apply_payment,
    await_payment_for_change,
)
from parity.subscriptions.rules.subscriptions import (
    PAYMENT_DEADLINE,
    Subscription,
    SubscriptionStatus,
    UnpaidChange,
    advance_subscription,
    next_transition,
)
from tests.support.builders.moments import DAY, FEBRUARY_END, START, TICK
from tests.support.builders.subscriptions import make_subscription, make_subscription_in, make_terms

S = SubscriptionStatus
NOW = START + timedelta(hours=1)
TEAM, SOLO = make_terms(plan="team"), make_terms(plan="solo")
YEARLY = make_terms(plan="team", period=ChargePeriod.YEARLY)
CHANGEABLE = [S.SCHEDULED, S.TRIALING, S.ACTIVE]


def wait_for_payment(status: SubscriptionStatus = S.ACTIVE) -> Subscription:
    return await_payment_for_change(make_subscription_in(status), TEAM, NOW)


def without_times(it: Subscription) -> Subscription:
    return replace(it, version=0, modified_on=START)


@pytest.mark.parametrize("status", CHANGEABLE)
def test_only_the_wait_is_added(status: SubscriptionStatus) -> None:
    old, waiting = make_subscription_in(status), wait_for_payment(status)
    expected = replace(old, unpaid_change=UnpaidChange(TEAM, NOW), version=old.version + 1, modified_on=NOW)
    assert waiting == expected
    assert next_charge(waiting) == next_charge(old)


@pytest.mark.parametrize("status", CHANGEABLE)
@pytest.mark.parametrize("terms", [TEAM, YEARLY], ids=["same period", "another period"])
def test_the_payment_applies_the_change_as_if_it_was_made_then(
    status: SubscriptionStatus, terms: object
) -> None:
    old = make_subscription_in(status)
    paid_on = NOW + timedelta(hours=5)
    new = terms if terms is TEAM else YEARLY
    paid = apply_payment(await_payment_for_change(old, new, NOW), paid_on)
    assert without_times(paid) == without_times(change_terms(old, new, paid_on))


def test_the_change_is_dropped_when_it_is_not_paid_in_time() -> None:
    waiting, deadline = wait_for_payment(), NOW + PAYMENT_DEADLINE
    assert next_transition(waiting) == deadline
    assert advance_subscription(waiting, deadline - TICK) is waiting
    assert without_times(advance_subscription(waiting, deadline)) == without_times(make_subscription())


def test_a_failed_payment_leaves_time_for_another() -> None:
    waiting = wait_for_payment()
    assert apply_failed_payment(waiting, NOW + DAY / 2) is waiting
    assert apply_payment(waiting, NOW + DAY - TICK).terms == TEAM


def test_a_renewal_in_between_keeps_the_present_terms_and_the_wait() -> None:
    asked_on = FEBRUARY_END - DAY / 2
    pending = schedule_terms_change(make_subscription(), SOLO, NOW)
    renewed = advance_subscription(await_payment_for_change(pending, TEAM, asked_on), FEBRUARY_END)
    assert renewed.terms == SOLO
    assert renewed.unpaid_change == UnpaidChange(TEAM, asked_on)
    assert apply_payment(renewed, FEBRUARY_END).terms == TEAM


def test_the_same_change_again_changes_nothing_and_another_one_waits_anew() -> None:
    waiting = wait_for_payment()
    assert await_payment_for_change(waiting, replace(TEAM), NOW + DAY / 2) is waiting
    other = await_payment_for_change(waiting, SOLO, NOW + DAY / 2)
    assert other.unpaid_change == UnpaidChange(SOLO, NOW + DAY / 2)


def test_a_later_change_of_any_kind_replaces_the_one_that_waits() -> None:
    old, waiting = make_subscription(), wait_for_payment()
    at_once = change_terms(waiting, SOLO, NOW)
    assert (at_once.terms, at_once.unpaid_change) == (SOLO, None)
    later = schedule_terms_change(waiting, SOLO, NOW)
    assert (later.change, later.unpaid_change) == (SOLO, None)
    for dropped in (
        change_terms(waiting, old.terms, NOW),
        schedule_terms_change(waiting, old.terms, NOW),
        await_payment_for_change(waiting, old.terms, NOW),
    ):
        assert without_times(dropped) == without_times(old)


def test_a_pending_change_stays_until_the_payment() -> None:
    pending = schedule_terms_change(make_subscription(), SOLO, NOW)
    waiting = await_payment_for_change(pending, TEAM, NOW)
    assert without_times(advance_subscription(waiting, NOW + DAY)) == without_times(pending)
    assert apply_payment(waiting, NOW).change is None
    assert without_times(drop_pending(waiting, NOW)) == without_times(pending)


def test_a_cancel_and_a_change_that_waits_are_independent() -> None:
    canceled = cancel_at_period_end(wait_for_payment(), NOW, {})
    paid = apply_payment(canceled, NOW)
    assert (paid.terms, paid.cancel_on, next_charge(paid)) == (TEAM, FEBRUARY_END, None)
    yearly = await_payment_for_change(cancel_at_period_end(make_subscription(), NOW, {}), YEARLY, NOW)
    assert yearly.cancel_on == FEBRUARY_END
    assert apply_payment(yearly, NOW).cancel_on == NOW + 365 * DAY
    undone = drop_pending(canceled, NOW)
    assert (undone.cancel_on, undone.unpaid_change) == (None, UnpaidChange(TEAM, NOW))


def test_the_end_of_the_subscription_ends_the_wait() -> None:
    assert apply_cancellation(wait_for_payment(), None, NOW, {}).unpaid_change is None
    on_a_date = apply_cancellation(wait_for_payment(), NOW + DAY / 2, NOW, {})
    ended = advance_subscription(on_a_date, NOW + 2 * DAY)
    assert (ended.status, ended.unpaid_change, ended.cancel_on) == (S.CANCELED, None, NOW + DAY / 2)


def test_a_change_that_could_not_apply_is_refused_before_it_is_paid_for() -> None:
    canceled = cancel_at_period_end(make_subscription(), NOW, {})
    with pytest.raises(SubscriptionEndingError):
        await_payment_for_change(canceled, make_terms(period=ChargePeriod.ONE_TIME), NOW)
