"""What time does to a subscription: every status, and any clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parity.core.periods import ChargePeriod, charge_period
from parity.subscriptions.rules.cancellations import apply_cancellation
from parity.subscriptions.rules.changes import schedule_terms_change
from parity.subscriptions.rules.payments import apply_failed_payment, apply_payment
from parity.subscriptions.rules.subscriptions import (
    IN_USE,
    LIVE,
    PAYMENT_DEADLINE,
    RETRY_WINDOW,
    Subscription,
    SubscriptionStatus,
    advance_subscription,
    next_transition,
)
from tests.support.builders.moments import DAY, START, TICK
from tests.support.builders.strategies import DURATIONS, draw_subscriptions
from tests.support.builders.subscriptions import make_subscription, make_subscription_in, make_terms

S = SubscriptionStatus
FEBRUARY = datetime(2026, 2, 28, 10, 30, tzinfo=UTC)
MARCH = datetime(2026, 3, 31, 10, 30, tzinfo=UTC)
TRIAL_END = START + 14 * DAY
AFTER_TRIAL: dict[str, Any] = {
    "anchor": TRIAL_END,
    "period_start": TRIAL_END,
    "period_end": TRIAL_END + 28 * DAY,
}
ENDED = frozenset(S) - LIVE


def with_changes(old: Subscription, due: datetime, changes: dict[str, Any]) -> Subscription:
    """The next version with these changes, and with its end where the status is an ended one."""
    ends: dict[str, Any] = {"ends_on": due} if changes.get("status") in ENDED else {}
    return replace(old, version=old.version + 1, modified_on=due, **ends, **changes)


def without_version(it: Subscription) -> Subscription:
    return replace(it, version=0, modified_on=START)


def test_live_and_in_use_are_what_the_contract_says() -> None:
    assert {"scheduled", "incomplete", "trialing", "active", "past_due"} == LIVE
    assert {"trialing", "active", "past_due"} == IN_USE


BY_TIME = [
    (S.SCHEDULED, START, {"status": S.ACTIVE}),
    (S.INCOMPLETE, START + PAYMENT_DEADLINE, {"status": S.INCOMPLETE_EXPIRED}),
    (S.TRIALING, TRIAL_END, {"status": S.ACTIVE, **AFTER_TRIAL}),
    (S.ACTIVE, FEBRUARY, {"period_start": FEBRUARY, "period_end": MARCH}),
    (S.PAST_DUE, START + RETRY_WINDOW, {"status": S.CANCELED}),
]


@pytest.mark.parametrize(("status", "due", "changes"), BY_TIME)
def test_each_live_status_has_one_transition_by_time(
    status: SubscriptionStatus, due: datetime, changes: dict[str, Any]
) -> None:
    old = make_subscription_in(status)
    assert next_transition(old) == due
    assert advance_subscription(old, due - TICK) is old
    assert advance_subscription(old, due) == with_changes(old, due, changes)


@pytest.mark.parametrize(("status", "due", "changes"), BY_TIME)
def test_a_cancel_at_the_same_instant_goes_first(
    status: SubscriptionStatus, due: datetime, changes: dict[str, Any]
) -> None:
    old = apply_cancellation(make_subscription_in(status), due, due - DAY, {})
    assert next_transition(old) == due
    assert advance_subscription(old, due) == with_changes(old, due, {"status": S.CANCELED})


@pytest.mark.parametrize("status", sorted(LIVE))
def test_every_live_status_can_be_canceled_on_a_date_before_all_else(status: SubscriptionStatus) -> None:
    old = make_subscription_in(status)
    due = next_transition(old)
    assert due is not None
    old = apply_cancellation(old, due - TICK, due - DAY, {})
    assert advance_subscription(old, due - 2 * TICK) is old
    assert advance_subscription(old, due + DAY) == replace(
        with_changes(old, due - TICK, {"status": S.CANCELED}), modified_on=due + DAY
    )


@pytest.mark.parametrize("status", sorted(ENDED))
def test_an_ended_subscription_never_changes(status: SubscriptionStatus) -> None:
    old = make_subscription_in(status)
    assert old.status is status
    assert next_transition(old) is None
    assert advance_subscription(old, START + 15_000 * DAY) is old


def test_every_status_can_be_reached() -> None:
    assert {make_subscription_in(status).status for status in S} == set(S)


def test_a_scheduled_trial_starts_as_a_trial_and_then_becomes_active() -> None:
    old = make_subscription(now=START - DAY, trial_end=TRIAL_END)
    assert old.status is S.SCHEDULED
    assert advance_subscription(old, START).status is S.TRIALING
    assert advance_subscription(old, TRIAL_END) == with_changes(
        old, TRIAL_END, {"status": S.ACTIVE, **AFTER_TRIAL}
    )


def test_a_change_takes_effect_at_the_end_of_the_period_and_keeps_the_anchor() -> None:
    team = make_terms(plan="team")
    old = schedule_terms_change(make_subscription(), team, START)
    period = {"period_start": FEBRUARY, "period_end": MARCH}
    changed = {"terms": team, "change": None, "changed_on": FEBRUARY, **period}
    assert advance_subscription(old, FEBRUARY - TICK) is old
    assert advance_subscription(old, FEBRUARY) == with_changes(old, FEBRUARY, changed)


def test_another_charge_period_is_counted_from_when_the_change_takes_effect() -> None:
    yearly = make_terms(period=ChargePeriod.YEARLY)
    new = advance_subscription(schedule_terms_change(make_subscription(), yearly, START), FEBRUARY)
    assert (new.anchor, new.period_start, new.period_end) == (FEBRUARY, FEBRUARY, FEBRUARY + 365 * DAY)


def test_a_change_to_a_single_charge_never_renews() -> None:
    once = make_terms(period=ChargePeriod.ONE_TIME)
    new = advance_subscription(schedule_terms_change(make_subscription(), once, START), MARCH)
    assert (new.terms, new.period_start, new.period_end) == (once, FEBRUARY, None)
    assert next_transition(new) is None


def test_a_change_at_the_end_of_the_period_waits_for_the_end_of_a_trial() -> None:
    """The trial is the period that ends, so the first period that is charged has the new terms."""
    team = make_terms(plan="team", period=ChargePeriod.WEEKLY)
    old = schedule_terms_change(make_subscription_in(S.TRIALING), team, START)
    new = advance_subscription(old, TRIAL_END)
    assert (new.status, new.terms, new.change) == (S.ACTIVE, team, None)
    assert (new.period_start, new.period_end) == (TRIAL_END, TRIAL_END + 7 * DAY)


def test_an_end_drops_the_pending_change() -> None:
    failed = apply_failed_payment(
        schedule_terms_change(make_subscription(), make_terms(plan="team"), START), START
    )
    new = advance_subscription(failed, START + RETRY_WINDOW)
    assert (new.status, new.change, new.terms.plan) == (S.CANCELED, None, "pro")


def test_periods_go_on_and_changes_take_effect_while_a_payment_is_retried() -> None:
    team = make_terms(plan="team", period=ChargePeriod.WEEKLY)
    failed = apply_failed_payment(
        schedule_terms_change(make_subscription(period=ChargePeriod.WEEKLY), team, START), START
    )
    new = advance_subscription(failed, START + 8 * DAY)
    assert (new.status, new.terms, new.waiting_since) == (S.PAST_DUE, team, START)
    assert (new.period_start, new.period_end) == (START + 7 * DAY, START + 14 * DAY)
    assert advance_subscription(new, START + RETRY_WINDOW).status is S.CANCELED


def test_a_late_payment_leads_to_the_period_of_today() -> None:
    failed = apply_failed_payment(make_subscription(period=ChargePeriod.DAILY), START)
    now = START + RETRY_WINDOW - TICK
    new = advance_subscription(apply_payment(advance_subscription(failed, now), now), now)
    assert (new.status, new.period_start, new.period_end) == (S.ACTIVE, START + 13 * DAY, START + 14 * DAY)


@pytest.mark.parametrize(
    ("cancel_on", "expected"),
    [(START + 13 * DAY, START + 13 * DAY), (START + 15 * DAY, START + RETRY_WINDOW)],
    ids=["cancel first", "retries run out first"],
)
def test_past_due_ends_with_its_retries_or_its_cancel_whatever_is_first(
    cancel_on: datetime, expected: datetime
) -> None:
    old = apply_cancellation(make_subscription_in(S.PAST_DUE), cancel_on, START, {})
    new = advance_subscription(old, START + 30 * DAY)
    assert (new.status, new.cancel_on) == (S.CANCELED, expected)


def test_a_single_charge_has_no_transition_due() -> None:
    once = make_subscription(period=ChargePeriod.ONE_TIME)
    assert next_transition(once) is None
    assert advance_subscription(once, START + 15_000 * DAY) is once


def test_forty_years_of_missed_days_are_one_version_and_the_period_of_today() -> None:
    now = START + timedelta(days=40 * 365, hours=5)
    new = advance_subscription(make_subscription(period=ChargePeriod.DAILY), now)
    assert (new.status, new.version) == (S.ACTIVE, 2)
    assert (new.period_start, new.period_end) == (now - timedelta(hours=5), now + timedelta(hours=19))


CLOCKS = st.lists(DURATIONS, max_size=6)


@given(old=draw_subscriptions(), steps=CLOCKS)
def test_a_late_scheduler_leads_to_the_same_subscription_as_a_punctual_one(
    old: Subscription, steps: list[timedelta]
) -> None:
    now, current = old.modified_on, old
    for step in [*steps, DAY]:
        now += step
        current = advance_subscription(current, now)
    assert without_version(advance_subscription(old, now)) == without_version(current)


@given(old=draw_subscriptions(), late=DURATIONS)
def test_an_advance_leaves_nothing_due_and_does_nothing_a_second_time(
    old: Subscription, late: timedelta
) -> None:
    now = old.modified_on + late
    new = advance_subscription(old, now)
    due = next_transition(new)
    assert due is None or due > now
    assert advance_subscription(new, now) is new
    if new is not old:
        assert (new.version, new.modified_on) == (old.version + 1, now)
        assert next_transition(old) is not None


@given(old=draw_subscriptions(), late=DURATIONS)
def test_an_ended_subscription_is_never_live_again(old: Subscription, late: timedelta) -> None:
    new = advance_subscription(old, old.modified_on + late)
    assert old.is_live or new is old
    if not new.is_live:
        assert new.change is None
        assert new.cancel_on is not None


@given(old=draw_subscriptions(), late=DURATIONS)
def test_an_active_subscription_is_in_the_period_counted_from_its_anchor(
    old: Subscription, late: timedelta
) -> None:
    now = old.modified_on + late
    new = advance_subscription(old, now)
    if new.status is S.ACTIVE:
        expected = charge_period(new.anchor, new.terms.charge_period, now)
        assert (new.period_start, new.period_end) == (expected.start, expected.end)
