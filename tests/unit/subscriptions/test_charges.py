"""When a subscription is next charged, and how long its trial lasts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from parity.catalog.rules.prices import minor_units
from parity.core.periods import ChargePeriod
from parity.subscriptions.rules import cancellations, changes
from parity.subscriptions.rules.charges import next_charge, trial_days_left
from parity.subscriptions.rules.subscriptions import Subscription, SubscriptionStatus
from tests.support.builders.moments import DAY, START, TICK
from tests.support.builders.subscriptions import make_subscription, make_subscription_in, make_terms


def date_and_plan(each: Subscription) -> tuple[object, str] | None:
    charge = next_charge(each)
    return (charge.on, charge.terms.plan) if charge else None


def test_the_next_charge_is_due_when_the_next_paid_period_begins() -> None:
    end = make_subscription().period_end
    expected = dict.fromkeys(SubscriptionStatus) | {
        SubscriptionStatus.SCHEDULED: (START, "pro"),
        SubscriptionStatus.INCOMPLETE: (START, "pro"),
        SubscriptionStatus.TRIALING: (START + 14 * DAY, "pro"),
        SubscriptionStatus.ACTIVE: (end, "pro"),
        SubscriptionStatus.PAST_DUE: (end, "pro"),
    }
    assert {status: date_and_plan(make_subscription_in(status)) for status in SubscriptionStatus} == expected


def test_a_future_trial_is_charged_at_its_end() -> None:
    trial_end = START + 5 * DAY
    assert date_and_plan(make_subscription(now=START - DAY, trial_end=trial_end)) == (trial_end, "pro")


def test_the_terms_of_a_pending_change_are_charged() -> None:
    active = make_subscription()
    waiting = changes.schedule_terms_change(active, make_terms(plan="team"), START)
    assert date_and_plan(waiting) == (active.period_end, "team")
    later = changes.schedule_terms_change(
        make_subscription(now=START - DAY), make_terms(plan="team"), START - DAY
    )
    assert date_and_plan(later) == (START, "pro")


def test_nothing_is_charged_at_or_after_the_end() -> None:
    active = make_subscription()
    assert active.period_end
    end = active.period_end
    for on, expected in ((end, None), (end + TICK, (end, "pro"))):
        assert date_and_plan(cancellations.apply_cancellation(active, on, START, {})) == expected


def test_a_free_plan_and_a_single_charge_have_no_next_charge() -> None:
    free = make_subscription()
    free = replace(free, terms=replace(free.terms, price=replace(free.terms.price, amount="0.00")))
    assert date_and_plan(free) is None
    assert date_and_plan(make_subscription(period=ChargePeriod.ONE_TIME)) is None


@pytest.mark.parametrize(
    ("passed", "days"),
    [
        (-3 * DAY, 14),
        (timedelta(), 14),
        (TICK, 14),
        (DAY, 13),
        (14 * DAY - TICK, 1),
        (14 * DAY, 0),
        (20 * DAY, 0),
    ],
)
def test_days_left_of_a_trial_are_rounded_up(passed: timedelta, days: int) -> None:
    trialing = make_subscription_in(SubscriptionStatus.TRIALING)
    assert trial_days_left(trialing, START + passed) == days


def test_no_days_are_left_of_a_trial_without_one_or_after_it() -> None:
    assert trial_days_left(make_subscription(), START) == 0
    over = changes.move_trial_end(make_subscription_in(SubscriptionStatus.TRIALING), START + DAY, START + DAY)
    assert (over.status, trial_days_left(over, START)) == (SubscriptionStatus.ACTIVE, 0)


def test_amounts_in_the_smallest_unit() -> None:
    amounts = {("20.00", "USD"): 2000, ("0.07", "USD"): 7, ("1500", "JPY"): 1500, ("1.250", "KWD"): 1250}
    assert {each: minor_units(*each) for each in amounts} == amounts
