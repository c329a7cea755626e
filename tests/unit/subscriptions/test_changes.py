"""What people do to subscriptions: every action on every status."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from parity.core.errors import InvalidFieldsError
from parity.core.periods import ChargePeriod
from parity.subscriptions.rules.cancellations import apply_cancellation, cancel_at_period_end, drop_pending
from parity.subscriptions.rules.changes import (
    change_terms,
    move_trial_end,
    record_superseded_terms,
    schedule_terms_change,
    trial_end_of,
)
from parity.subscriptions.rules.errors import (
    NoPaymentAwaitedError,
    NothingToUndoError,
    PaymentAwaitedError,
    PaymentOverdueError,
    SubscriptionEndedError,
)
from parity.subscriptions.rules.payments import (
    apply_failed_payment,
    apply_payment,
    await_payment_for_change,
)
from parity.subscriptions.rules.subscriptions import (
    LIVE,
    RETRY_WINDOW,
    Subscription,
    SubscriptionStatus,
    advance_subscription,
)
from tests.support.builders.catalog import make_entitlement
from tests.support.builders.moments import DAY, START, TICK
from tests.support.builders.subscriptions import make_subscription, make_subscription_in, make_terms

S = SubscriptionStatus
NOW = START + timedelta(hours=1)
FEBRUARY = datetime(2026, 2, 28, 10, 30, tzinfo=UTC)
TEAM = make_terms(plan="team")
YEARLY = make_terms(period=ChargePeriod.YEARLY)
ENDED = frozenset(S) - LIVE

Action = Callable[[Subscription], Subscription]
Outcome = SubscriptionStatus | type[Exception]

ACTIONS: dict[str, Action] = {
    "cancel": lambda it: apply_cancellation(it, None, NOW, {}),
    "cancel later": lambda it: apply_cancellation(it, NOW + DAY, NOW, {}),
    "change now": lambda it: change_terms(it, TEAM, NOW),
    "change later": lambda it: schedule_terms_change(it, TEAM, NOW),
    "cancel at period end": lambda it: cancel_at_period_end(it, NOW, {}),
    "change once paid": lambda it: await_payment_for_change(it, TEAM, NOW),
    "undo": lambda it: drop_pending(it, NOW),
    "move the trial": lambda it: move_trial_end(it, NOW + 30 * DAY, NOW),
    "paid": lambda it: apply_payment(it, NOW),
    "payment failed": lambda it: apply_failed_payment(it, NOW),
}
OVER, NOT_AWAITED, NO_TRIAL = SubscriptionEndedError, NoPaymentAwaitedError, InvalidFieldsError
UNPAID, OVERDUE = PaymentAwaitedError, PaymentOverdueError
SC, IN, TR, AC, PD, CA = S.SCHEDULED, S.INCOMPLETE, S.TRIALING, S.ACTIVE, S.PAST_DUE, S.CANCELED
OUTCOMES: dict[str, tuple[Outcome, ...]] = {
    #                    SC           IN           TR           AC        PD        each that has ended
    "cancel":           (CA,          CA,          CA,          CA,       CA,       OVER),
    "cancel later":     (SC,          IN,          TR,          AC,       PD,       OVER),
    "cancel at period end": (SC,      IN,          TR,          AC,       PD,       OVER),
    "change now":       (SC,          UNPAID,      TR,          AC,       PD,       OVER),
    "change later":     (SC,          UNPAID,      TR,          AC,       PD,       OVER),
    "change once paid": (SC,          UNPAID,      TR,          AC,       OVERDUE,  OVER),
    "undo":             (*[NothingToUndoError] * 5,                                OVER),
    "move the trial":   (NO_TRIAL,    NO_TRIAL,    TR,          NO_TRIAL, NO_TRIAL, OVER),
    "paid":             (NOT_AWAITED, AC,          NOT_AWAITED, NOT_AWAITED, AC,    NOT_AWAITED),
    "payment failed":   (NOT_AWAITED, IN,          NOT_AWAITED, PD,       PD,       NOT_AWAITED),
}  # fmt: skip
CASES = [
    (action, status, outcome)
    for action, outcomes in OUTCOMES.items()
    for statuses, outcome in zip([[SC], [IN], [TR], [AC], [PD], sorted(ENDED)], outcomes, strict=True)
    for status in statuses
]


@pytest.mark.parametrize(("action", "status", "outcome"), CASES)
def test_every_action_on_every_status(action: str, status: SubscriptionStatus, outcome: Outcome) -> None:
    old = make_subscription_in(status)
    if isinstance(outcome, SubscriptionStatus):
        new = ACTIONS[action](old)
        assert new.status is outcome
        assert new is old or (new.version, new.modified_on) == (old.version + 1, NOW)
    else:
        with pytest.raises(outcome):
            ACTIONS[action](old)


@pytest.mark.parametrize(
    ("start", "trial", "awaits_payment", "status"),
    [
        (NOW, None, False, S.ACTIVE),
        (NOW - DAY, None, False, S.ACTIVE),
        (NOW - DAY, 7 * DAY, False, S.TRIALING),
        (NOW + TICK, None, False, S.SCHEDULED),
        (NOW, 7 * DAY, False, S.TRIALING),
        (NOW + TICK, 7 * DAY, False, S.SCHEDULED),
        (NOW, None, True, S.INCOMPLETE),
        (NOW + DAY, 7 * DAY, True, S.INCOMPLETE),
    ],
)
def test_the_first_status_of_a_subscription(
    start: datetime,
    trial: timedelta | None,
    *,
    awaits_payment: bool,
    status: SubscriptionStatus,
) -> None:
    trial_end = start + trial if trial else None
    new = make_subscription(start=start, now=NOW, trial_end=trial_end, awaits_payment=awaits_payment)
    assert new.status is status
    assert new.period_start == start
    assert new.anchor == (trial_end or start)
    assert new.waiting_since == (NOW if awaits_payment else None)
    assert new.version == 1


def test_the_trial_is_the_first_period() -> None:
    assert make_subscription(trial_end=START + 14 * DAY).period_end == START + 14 * DAY
    assert make_subscription().period_end == FEBRUARY


def test_the_price_says_how_long_the_trial_is() -> None:
    assert trial_end_of(make_terms(trial_days=14), START) == START + 14 * DAY
    assert trial_end_of(make_terms(), START) is None


@pytest.mark.parametrize(
    ("start", "trial_end", "status"),
    [
        (NOW - DAY, None, S.ACTIVE),
        (NOW + DAY, None, S.SCHEDULED),
        (NOW - DAY, NOW + DAY, S.TRIALING),
        (NOW + DAY, NOW + 2 * DAY, S.SCHEDULED),
    ],
)
def test_the_first_payment_leads_to_the_status_without_one(
    start: datetime, trial_end: datetime | None, status: SubscriptionStatus
) -> None:
    awaited = make_subscription(start=start, now=NOW, trial_end=trial_end, awaits_payment=True)
    new = apply_payment(awaited, NOW)
    paid = replace(awaited, status=status, waiting_since=None, changed_on=NOW)
    assert new == replace(paid, version=2, modified_on=NOW)


def test_only_the_first_failure_counts() -> None:
    failed = apply_failed_payment(make_subscription(), NOW)
    assert failed.waiting_since == NOW
    assert apply_failed_payment(failed, NOW + DAY) is failed


def test_a_payment_gives_the_next_failure_all_its_retries() -> None:
    again = apply_failed_payment(
        apply_payment(apply_failed_payment(make_subscription(), NOW), NOW + DAY), NOW + 2 * DAY
    )
    assert again.waiting_since == NOW + 2 * DAY
    assert advance_subscription(again, NOW + RETRY_WINDOW).status is S.PAST_DUE


@pytest.mark.parametrize("status", [S.ACTIVE, S.PAST_DUE])
def test_other_terms_for_the_same_charge_period_keep_its_dates(status: SubscriptionStatus) -> None:
    old = make_subscription_in(status)
    changed = replace(old, terms=TEAM, changed_on=NOW, version=old.version + 1, modified_on=NOW)
    assert change_terms(old, TEAM, NOW) == changed


@pytest.mark.parametrize("status", [S.ACTIVE, S.PAST_DUE])
def test_another_charge_period_starts_a_new_period(status: SubscriptionStatus) -> None:
    new = change_terms(make_subscription_in(status), YEARLY, NOW)
    assert (new.anchor, new.period_start, new.period_end) == (NOW, NOW, NOW + 365 * DAY)


@pytest.mark.parametrize("before", [ChargePeriod.MONTHLY, ChargePeriod.ONE_TIME])
def test_another_charge_period_before_the_start_counts_from_the_start(before: ChargePeriod) -> None:
    new = change_terms(make_subscription_in(S.SCHEDULED, period=before), YEARLY, START - TICK)
    assert (new.anchor, new.period_start, new.period_end) == (START, START, START + 365 * DAY)


@pytest.mark.parametrize("now", [START - DAY, START + DAY], ids=["before it", "in it"])
def test_another_charge_period_leaves_a_trial_as_it_is(now: datetime) -> None:
    trial_end = START + 14 * DAY
    new = change_terms(make_subscription(now=START - DAY, trial_end=trial_end), YEARLY, now)
    assert (new.anchor, new.period_start, new.period_end) == (trial_end, START, trial_end)
    assert advance_subscription(new, trial_end).period_end == trial_end + 365 * DAY


@pytest.mark.parametrize("status", sorted(LIVE))
def test_the_same_terms_change_nothing(status: SubscriptionStatus) -> None:
    old = make_subscription_in(status)
    assert change_terms(old, old.terms, NOW) is old
    assert schedule_terms_change(old, old.terms, NOW) is old


def test_the_pending_terms_again_change_nothing_and_the_present_ones_drop_them() -> None:
    old = make_subscription()
    pending = schedule_terms_change(old, TEAM, NOW)
    assert schedule_terms_change(pending, replace(TEAM), NOW + DAY) is pending
    without = replace(old, version=3, modified_on=NOW)
    assert schedule_terms_change(pending, old.terms, NOW) == without
    assert change_terms(pending, old.terms, NOW) == without


def test_a_change_now_replaces_a_pending_one() -> None:
    assert change_terms(schedule_terms_change(make_subscription(), YEARLY, NOW), TEAM, NOW).change is None


def test_a_record_of_superseded_terms_gives_no_access_and_never_changes() -> None:
    old = make_subscription(make_entitlement())
    record = record_superseded_terms(old, id="sub-0", now=NOW)
    assert (record.id, record.terms, record.cancel_on) == ("sub-0", old.terms, NOW)
    assert not record.is_live
    assert advance_subscription(record, NOW + 400 * DAY) is record


def test_a_cancel_keeps_its_time_and_its_reasons() -> None:
    reasons = {"reason": "CANCELLED_BY_CUSTOMER", "feedback": "UNUSED"}
    old = make_subscription()
    later = apply_cancellation(old, NOW + DAY, NOW, reasons)
    assert later == replace(
        old, ends_on=NOW + DAY, canceled_on=NOW, cancellation=reasons, version=2, modified_on=NOW
    )
    assert apply_cancellation(old, None, NOW, reasons) == replace(later, status=S.CANCELED, ends_on=NOW)


@pytest.mark.parametrize("on", [None, NOW - DAY, NOW], ids=["no date", "past", "now"])
def test_a_cancel_without_a_future_date_takes_effect_now(on: datetime | None) -> None:
    new = apply_cancellation(make_subscription(), on, NOW, {})
    assert (new.status, new.cancel_on) == (S.CANCELED, NOW)


def test_a_second_cancel_moves_the_date() -> None:
    first = apply_cancellation(make_subscription(), FEBRUARY, NOW, {})
    assert apply_cancellation(first, NOW + DAY, NOW, {}).cancel_on == NOW + DAY


def test_a_subscription_that_was_charged_once_has_no_end_of_period() -> None:
    once = make_subscription(period=ChargePeriod.ONE_TIME)
    with pytest.raises(InvalidFieldsError, match="cancellation_type"):
        cancel_at_period_end(once, NOW, {})
    with pytest.raises(InvalidFieldsError, match="effective"):
        schedule_terms_change(once, TEAM, NOW)


@pytest.mark.parametrize("trial_end", [NOW + TICK, NOW + 30 * DAY], ids=["sooner", "later"])
def test_a_moved_trial_moves_the_period_and_the_anchor(trial_end: datetime) -> None:
    new = move_trial_end(make_subscription_in(S.TRIALING), trial_end, NOW)
    assert (new.status, new.version) == (S.TRIALING, 2)
    assert (new.trial_end, new.period_end, new.anchor) == (trial_end, trial_end, trial_end)
    assert advance_subscription(new, trial_end).status is S.ACTIVE


def test_a_trial_end_that_changes_nothing_writes_nothing() -> None:
    trialing = make_subscription_in(S.TRIALING)
    assert trialing.trial_end
    assert move_trial_end(trialing, trialing.trial_end, NOW) is trialing
    for status in LIVE - {S.TRIALING}:
        old = make_subscription_in(status)
        assert move_trial_end(old, NOW, NOW) is old


def test_a_trial_that_ends_now_is_active_at_once() -> None:
    new = move_trial_end(make_subscription_in(S.TRIALING), NOW, NOW)
    assert (new.status, new.version) == (S.ACTIVE, 2)
    assert (new.trial_end, new.anchor, new.period_start, new.period_end) == (NOW, NOW, NOW, NOW + 28 * DAY)
