"""Reports of payments that are late, repeated and out of order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parity.core.errors import InvalidFieldsError
from parity.subscriptions.rules.errors import NoPaymentAwaitedError
from parity.subscriptions.rules.payment_reports import (
    MAX_PAYMENTS_KEPT,
    PaymentOutcome,
    PaymentPurpose,
    PaymentReport,
)
from parity.subscriptions.rules.payments import apply_report, await_payment_for_change
from parity.subscriptions.rules.subscriptions import Subscription, SubscriptionStatus
from parity.subscriptions.store.items import subscription_from_item, subscription_to_item
from tests.support.builders.moments import DAY, START
from tests.support.builders.subscriptions import make_subscription, make_subscription_in, make_terms

S = SubscriptionStatus
HOUR = timedelta(hours=1)
NOW = START + 12 * HOUR
"""Before any transition by time is due."""

TEAM = make_terms(plan="team")
OWN, CHANGE = PaymentPurpose.SUBSCRIPTION, PaymentPurpose.CHANGE
SUCCEEDED, FAILED = PaymentOutcome


def make_report(
    outcome: PaymentOutcome,
    hour: float | None = None,
    id: str | None = None,  # noqa: A002
    purpose: PaymentPurpose | None = None,
) -> PaymentReport:
    occurred_on = None if hour is None else START + hour * HOUR
    return PaymentReport(outcome=outcome, occurred_on=occurred_on, id=id, purpose=purpose)


def paid(hour: float | None = None, **details: object) -> PaymentReport:
    return make_report(SUCCEEDED, hour, **details)  # type: ignore[arg-type]


def report_failed(hour: float | None = None, **details: object) -> PaymentReport:
    return make_report(FAILED, hour, **details)  # type: ignore[arg-type]


def apply_all(subscription: Subscription, *reports: PaymentReport) -> Subscription:
    """What the reports lead to; one that no change awaits is refused and changes nothing."""
    for report in reports:
        try:
            subscription = apply_report(subscription, report, NOW)
        except NoPaymentAwaitedError:
            continue
    return subscription


def wait_for_change(status: SubscriptionStatus = S.ACTIVE, hour: float = 6) -> Subscription:
    return await_payment_for_change(make_subscription_in(status), TEAM, START + hour * HOUR)


def make_incomplete_with_trial() -> Subscription:
    return make_subscription(awaits_payment=True, trial_end=START + 14 * DAY)


STARTS: dict[str, Callable[[], Subscription]] = {
    "active": lambda: make_subscription_in(S.ACTIVE),
    "past due": lambda: make_subscription_in(S.PAST_DUE),
    "incomplete": lambda: make_subscription_in(S.INCOMPLETE),
    "incomplete, then a trial": make_incomplete_with_trial,
    "trialing": lambda: make_subscription_in(S.TRIALING),
    "scheduled": lambda: make_subscription(start=NOW + DAY, now=START),
    "a change waits": wait_for_change,
    "a change waits in a trial": lambda: wait_for_change(S.TRIALING),
}
OUTCOMES = st.sampled_from(PaymentOutcome)
HOURS = st.lists(st.floats(0, 12).map(lambda hour: round(hour, 2)), min_size=1, max_size=6, unique=True)


@st.composite
def draw_reports(draw: st.DrawFn) -> list[PaymentReport]:
    """Reports of distinct moments, in their order. All say what was paid for, or none does."""
    purposes = draw(st.sampled_from([st.none(), st.sampled_from(PaymentPurpose)]))
    hours = sorted(draw(HOURS))
    have_ids = draw(st.booleans())
    return [
        make_report(draw(OUTCOMES), hour, f"pay-{hour}" if have_ids else None, draw(purposes))
        for hour in hours
    ]


@given(start=st.sampled_from(sorted(STARTS)), reports=draw_reports(), data=st.data())
def test_any_order_and_repetition_of_reports_leads_to_the_same_subscription(
    start: str, reports: list[PaymentReport], data: st.DataObject
) -> None:
    subscription = STARTS[start]()
    repeated = data.draw(st.lists(st.sampled_from(reports), max_size=4))
    shuffled = data.draw(st.permutations([*reports, *repeated]))
    in_order, any_order = apply_all(subscription, *reports), apply_all(subscription, *shuffled)
    if all(report.purpose is None for report in reports):
        assert any_order == in_order
    assert replace(any_order, payments=(), version=0) == replace(in_order, payments=(), version=0)


@given(start=st.sampled_from(sorted(STARTS)), reports=draw_reports())
def test_what_is_kept_is_stored_and_read(start: str, reports: list[PaymentReport]) -> None:
    subscription = apply_all(STARTS[start](), *reports)
    item = {name: value for name, value in subscription_to_item(subscription).items() if value is not None}
    assert subscription_from_item(item) == subscription


def test_a_failure_that_occurred_before_a_success_changes_nothing_but_is_kept() -> None:
    active = apply_all(make_subscription_in(S.ACTIVE), paid(5))
    late = apply_report(active, report_failed(4), NOW)
    assert late.status is S.ACTIVE
    assert late == replace(active, payments=late.payments, version=active.version + 1)
    assert [payment.outcome for payment in late.payments] == [FAILED, SUCCEEDED]


def test_a_payment_that_is_known_is_the_same_object_again() -> None:
    for report in (report_failed(5), report_failed(5, id="pay-1"), report_failed(id="pay-1")):
        once = apply_report(make_subscription_in(S.ACTIVE), report, NOW)
        assert once.status is S.PAST_DUE
        assert apply_report(once, report, NOW + HOUR) is once


def test_a_payment_that_failed_and_then_was_made_is_a_newer_fact() -> None:
    for first, second in (
        (report_failed(4, id="pay-1"), paid(5, id="pay-1")),
        (report_failed(id="a"), paid(id="a")),
    ):
        past_due = apply_report(make_subscription_in(S.ACTIVE), first, NOW)
        assert apply_report(past_due, second, NOW + HOUR).status is S.ACTIVE
    assert (
        apply_all(make_subscription_in(S.ACTIVE), paid(5, id="a"), report_failed(4, id="a")).status
        is S.ACTIVE
    )


def test_a_failure_sent_again_without_a_time_after_the_success_changes_nothing() -> None:
    active = apply_all(make_subscription_in(S.ACTIVE), report_failed(id="a"), paid(id="a"))
    assert apply_report(active, report_failed(id="a"), NOW + HOUR) is active


def test_a_first_payment_counts_however_late_and_a_later_failure_too() -> None:
    assert apply_all(make_subscription_in(S.INCOMPLETE), report_failed(5), paid(4)).status is S.PAST_DUE
    assert apply_all(make_subscription_in(S.INCOMPLETE), report_failed(3), paid(4)).status is S.ACTIVE
    assert apply_all(make_incomplete_with_trial(), report_failed(5), paid(4)).status is S.TRIALING


def test_the_first_payment_after_the_end_of_the_trial_starts_the_paid_period() -> None:
    waiting = make_subscription(awaits_payment=True, trial_end=START + HOUR)
    started = apply_report(waiting, paid(2), NOW)
    assert (started.status, started.period_start) == (S.ACTIVE, START + HOUR)
    assert started.version == waiting.version + 1


def test_a_late_success_between_two_failures_gives_the_time_for_retries_again() -> None:
    began = START + 6 * HOUR
    past_due = apply_report(make_subscription_in(S.ACTIVE), report_failed(5), began)
    later = apply_all(past_due, report_failed(10))
    assert later.waiting_since == began
    assert apply_all(later, paid(8)).waiting_since == NOW
    assert apply_all(later, paid(4)).waiting_since == began


def test_a_payment_before_the_change_was_asked_for_is_not_that_of_the_change() -> None:
    waiting = wait_for_change(hour=6)
    assert apply_all(waiting, paid(5)).unpaid_change
    assert apply_all(waiting, paid(6 - 1 / 60)).terms == TEAM
    assert apply_all(waiting, paid(5, purpose=CHANGE)).terms == TEAM


def test_a_renewal_and_a_change_that_both_wait_are_told_apart() -> None:
    both = apply_all(wait_for_change(), report_failed(7, purpose=OWN))
    assert (both.status, both.unpaid_change is not None) == (S.PAST_DUE, True)
    for report in (paid(8), paid()):
        with pytest.raises(InvalidFieldsError, match="payment_for"):
            apply_report(both, report, NOW)
    renewed = apply_all(both, paid(8, purpose=OWN))
    assert (renewed.status, renewed.unpaid_change is not None) == (S.ACTIVE, True)
    changed = apply_all(both, paid(8, purpose=CHANGE))
    assert (changed.status, changed.terms) == (S.PAST_DUE, TEAM)


def test_the_failed_payment_of_a_change_never_makes_a_subscription_past_due() -> None:
    changed = apply_all(wait_for_change(), paid(7, purpose=CHANGE), report_failed(8, purpose=CHANGE))
    assert (changed.status, changed.terms) == (S.ACTIVE, TEAM)


def test_the_payment_of_a_change_is_refused_where_none_waits_and_pays_for_no_second_one() -> None:
    with pytest.raises(NoPaymentAwaitedError):
        apply_report(make_subscription_in(S.ACTIVE), paid(7, purpose=CHANGE), NOW)
    changed = apply_all(wait_for_change(), paid(7, id="a", purpose=CHANGE))
    again = await_payment_for_change(changed, make_terms(plan="solo"), NOW)
    for report in (paid(7, id="a", purpose=CHANGE), paid(id="a", purpose=CHANGE), paid(9, id="a")):
        assert apply_report(again, report, NOW).unpaid_change
    assert apply_report(changed, paid(9, id="a", purpose=CHANGE), NOW).terms == TEAM


def test_a_report_with_details_is_refused_by_a_subscription_that_has_ended() -> None:
    for status in (S.CANCELED, S.INCOMPLETE_EXPIRED, S.SUPERSEDED):
        with pytest.raises(NoPaymentAwaitedError):
            apply_report(make_subscription_in(status), paid(5, id="a"), NOW)


def test_the_latest_payments_are_kept_and_an_older_one_changes_nothing() -> None:
    many = [paid(hour, id=str(hour)) for hour in range(1, MAX_PAYMENTS_KEPT + 1)]
    of_changes = [
        report_failed(12, id=f"change-{number}", purpose=CHANGE) for number in range(MAX_PAYMENTS_KEPT)
    ]
    full = apply_all(make_subscription_in(S.ACTIVE), *many, *of_changes)
    assert len(full.payments) == 2 * MAX_PAYMENTS_KEPT
    assert apply_report(full, report_failed(0.5, id="old"), NOW) is full
    assert "1" not in [each.id for each in apply_report(full, paid(11), NOW).payments]


def test_a_report_without_details_applies_whatever_is_known() -> None:
    late = apply_all(make_subscription_in(S.ACTIVE), paid(12))
    past_due = apply_report(late, report_failed(), NOW - HOUR)
    assert past_due.status is S.PAST_DUE
    assert apply_report(past_due, report_failed(), NOW) is past_due
    with pytest.raises(NoPaymentAwaitedError):
        apply_report(late, paid(), NOW)
