"""Which sources follow from subscriptions, overrides and grants, and that they stay right over time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parity.catalog.rules.feature_types import FeatureType
from parity.catalog.rules.plans import PlanEntitlement
from parity.core.periods import ChargePeriod, Period, Reset, ResetTime
from parity.entitlements.rules.evaluation import Entitlement, FeatureCheck, evaluate
from parity.entitlements.rules.overrides import Override
from parity.entitlements.rules.snapshots import snapshot_of
from parity.entitlements.rules.sources import Alerts, Rollover, Snapshot, Source, SourceKind, ThresholdType
from parity.subscriptions.rules.cancellations import apply_cancellation
from parity.subscriptions.rules.changes import change_terms, schedule_terms_change
from parity.subscriptions.rules.payments import apply_payment
from parity.subscriptions.rules.subscriptions import (
    RETRY_WINDOW,
    Subscription,
    SubscriptionStatus,
    advance_subscription,
)
from tests.support.builders import catalog as make
from tests.support.builders.entitlements import make_override
from tests.support.builders.moments import DAY, START, TICK
from tests.support.builders.strategies import (
    ANY_TERMS,
    DURATIONS,
    FEATURES,
    draw_overrides,
    draw_subscriptions,
)
from tests.support.builders.subscriptions import make_subscription, make_subscription_in, make_terms

S = SubscriptionStatus
EXPORTS = make.make_entitlement("exports", 100)
SSO = make.make_entitlement("sso", 1, FeatureType.BOOLEAN)
FEBRUARY = datetime(2026, 2, 28, 10, 30, tzinfo=UTC)
TRIAL_END = START + 14 * DAY
ANCHORED = make.make_entitlement(
    "exports", 100, reset=Reset.EVERY_MONTH, reset_time=ResetTime.SUBSCRIPTION_START
)


def make_snapshot(*held: Subscription | Override) -> Snapshot:
    return snapshot_of(
        [each for each in held if isinstance(each, Subscription)],
        [each for each in held if isinstance(each, Override)],
        archived=False,
    )


def find_sources(of: Snapshot, feature: str = "exports") -> tuple[Source, ...]:
    return of.features[feature].sources


def evaluate_feature(of: Snapshot, feature: str, at: datetime) -> Entitlement:
    return evaluate(of, FeatureCheck(feature=feature, at=at))


def test_a_subscription_gives_all_that_its_plan_has() -> None:
    monthly = make.make_entitlement(
        "exports", 100, reset=Reset.EVERY_MONTH, reset_time=ResetTime.SUBSCRIPTION_START, hard_limit=False
    )
    found = make_snapshot(make_subscription(monthly, SSO))
    assert found.subscribed == (Period(START, None),)
    assert list(found.features) == ["exports", "sso"]
    assert found.features["sso"].feature_type is FeatureType.BOOLEAN
    assert find_sources(found) == (
        Source(
            kind=SourceKind.SUBSCRIPTION,
            id="sub-1",
            plan="pro",
            plan_version=1,
            valid_from=START,
            valid_until=None,
            value=100,
            hard_limit=False,
            reset=Reset.EVERY_MONTH,
            reset_time=ResetTime.SUBSCRIPTION_START,
            anchor=START,
        ),
    )


@pytest.mark.parametrize(
    ("status", "valid"),
    [
        (S.SCHEDULED, Period(START, None)),
        (S.INCOMPLETE, None),
        (S.INCOMPLETE_EXPIRED, None),
        (S.TRIALING, Period(START, None)),
        (S.ACTIVE, Period(START, None)),
        (S.PAST_DUE, Period(START, START + RETRY_WINDOW)),
        (S.CANCELED, None),
        (S.SUPERSEDED, None),
    ],
)
def test_when_each_status_gives_access(status: SubscriptionStatus, valid: Period | None) -> None:
    old = make_subscription_in(status)
    found = make_snapshot(replace(old, terms=make_terms(EXPORTS)))
    assert found.subscribed == ((valid,) if valid else ())
    given = [each for known in found.features.values() for each in known.sources]
    assert [Period(each.valid_from, each.valid_until) for each in given] == ([valid] if valid else [])


@pytest.mark.parametrize(
    ("feature", "quantities", "value"),
    [
        (EXPORTS, {}, 100),
        (EXPORTS, {"exports": 7}, 7),
        (EXPORTS, {"sso": 7}, 100),
        (make.make_entitlement("exports", 5, FeatureType.CUSTOMIZABLE), {"exports": 7}, 7),
        (make.make_entitlement("exports", 1, FeatureType.BOOLEAN), {"exports": 7}, 1),
        (make.make_entitlement("exports", None, unlimited=True), {"exports": 7}, None),
        (EXPORTS, {"exports": 0}, 0),
    ],
)
def test_a_quantity_that_was_bought_takes_the_place_of_the_plans_number(
    feature: PlanEntitlement, quantities: dict[str, int], value: int | None
) -> None:
    (found,) = find_sources(make_snapshot(make_subscription(feature, quantities=quantities)))
    assert found.value == value


ALERTS = {"enabled": True, "thresholds": [100, 80, 100], "threshold_type": "PERCENTAGE"}


@pytest.mark.parametrize(
    ("details", "rollover"),
    [
        (None, None),
        ({"enabled": True, "percentage": 50, "limit": None}, Rollover(50, None)),
        ({"enabled": True, "percentage": 100, "limit": 0}, Rollover(100, 0)),
        ({"enabled": False, "percentage": 50, "limit": None}, None),
    ],
    ids=str,
)
def test_rollovers_are_those_of_the_plan(
    details: dict[str, object] | None, rollover: Rollover | None
) -> None:
    monthly = make.make_entitlement("exports", 100, reset=Reset.EVERY_MONTH, rollover=details)
    assert [
        each.rollover for each in find_sources(make_snapshot(make_subscription(monthly), make_override()))
    ] == [
        None,
        rollover,
    ]


@pytest.mark.parametrize(
    ("details", "alerts"),
    [
        (None, None),
        (ALERTS, Alerts(ThresholdType.PERCENTAGE, (80, 100))),
        (ALERTS | {"threshold_type": "BALANCE"}, Alerts(ThresholdType.BALANCE, (80, 100))),
        (ALERTS | {"thresholds": []}, None),
        (ALERTS | {"enabled": False}, None),
    ],
    ids=str,
)
def test_alerts_are_those_of_the_plan(details: dict[str, object] | None, alerts: Alerts | None) -> None:
    alerting = make.make_entitlement("exports", 100, usage_alerts=details)
    assert [
        each.alerts for each in find_sources(make_snapshot(make_subscription(alerting), make_override()))
    ] == [
        None,
        alerts,
    ]


def test_an_unlimited_source_is_never_hard() -> None:
    plan = make_subscription(make.make_entitlement("exports", None, unlimited=True, hard_limit=True))
    grant = make_override(value=None, unlimited=True, hard_limit=True)
    assert [each.hard_limit for each in find_sources(make_snapshot(plan, grant))] == [False, False]


def test_a_cancel_ends_the_sources_of_a_subscription() -> None:
    (found,) = find_sources(
        make_snapshot(apply_cancellation(make_subscription(EXPORTS), FEBRUARY, START, {}))
    )
    assert (found.valid_from, found.valid_until) == (START, FEBRUARY)


def test_a_cancel_before_the_retries_run_out_ends_a_past_due_one() -> None:
    past_due = replace(make_subscription_in(S.PAST_DUE), terms=make_terms(EXPORTS))
    (found,) = find_sources(make_snapshot(apply_cancellation(past_due, START + DAY, START, {})))
    assert found.valid_until == START + DAY


def test_a_pending_change_has_sources_from_the_end_of_the_period_on() -> None:
    new = make_terms(make.make_entitlement("exports", 500), SSO, plan="team")
    found = make_snapshot(schedule_terms_change(make_subscription(EXPORTS), new, START))
    assert [(each.plan, each.value, each.valid_from, each.valid_until) for each in find_sources(found)] == [
        ("pro", 100, START, FEBRUARY),
        ("team", 500, FEBRUARY, None),
    ]
    assert found.subscribed == (Period(START, FEBRUARY), Period(FEBRUARY, None))
    assert [evaluate_feature(found, "exports", at).value for at in (FEBRUARY - TICK, FEBRUARY)] == [100, 500]
    assert [evaluate_feature(found, "sso", at).has_access for at in (FEBRUARY - TICK, FEBRUARY)] == [
        False,
        True,
    ]


def test_new_terms_roll_over_from_when_they_apply_however_late_the_scheduler_is() -> None:
    rollover = {"enabled": True, "percentage": 100, "limit": None}
    new = make_terms(
        make.make_entitlement("exports", 1000, reset=Reset.EVERY_MONTH, rollover=rollover), plan="team"
    )
    old = advance_subscription(make_subscription(EXPORTS), START + 700 * DAY)
    waiting = schedule_terms_change(old, new, START + 700 * DAY)
    later = START + 760 * DAY
    limits = [
        evaluate_feature(make_snapshot(each), "exports", later).value
        for each in (waiting, advance_subscription(waiting, later))
    ]
    assert limits == [3000, 3000]
    assert evaluate_feature(make_snapshot(change_terms(old, new, later)), "exports", later).value == 1000


def spans(of: Snapshot) -> list[tuple[datetime, datetime | None, datetime]]:
    """When each source of the exports is valid, and what its windows are counted from."""
    return [(each.valid_from, each.valid_until, each.anchor) for each in find_sources(of)]


def test_calendar_windows_have_one_source_through_trials_and_changes() -> None:
    after_trial = advance_subscription(make_subscription(EXPORTS, trial_end=TRIAL_END), FEBRUARY)
    weekly = make_terms(EXPORTS, period=ChargePeriod.WEEKLY)
    changed = change_terms(make_subscription(EXPORTS), weekly, FEBRUARY - DAY)
    for held, begins in ((after_trial, START), (changed, FEBRUARY - DAY)):
        assert held.anchor > START
        assert spans(make_snapshot(held)) == [(begins, None, START)]


def test_a_trial_has_windows_of_its_own_and_what_is_paid_starts_new_ones() -> None:
    trialing = make_subscription(ANCHORED, trial_end=TRIAL_END)
    assert spans(make_snapshot(trialing)) == [(START, TRIAL_END, START), (TRIAL_END, None, TRIAL_END)]
    windows = [evaluate_feature(make_snapshot(trialing), "exports", at).window for at in (START, TRIAL_END)]
    assert [window and window.start for window in windows] == [START, TRIAL_END]
    paid = advance_subscription(trialing, TRIAL_END)
    assert spans(make_snapshot(paid)) == [(TRIAL_END, None, TRIAL_END)]


def test_a_trial_that_ends_with_the_subscription_has_nothing_after_it() -> None:
    ending = apply_cancellation(make_subscription(ANCHORED, trial_end=TRIAL_END), TRIAL_END, START, {})
    assert spans(make_snapshot(ending)) == [(START, TRIAL_END, START)]


@pytest.mark.parametrize("scheduled_on", [START - DAY, START])
def test_a_change_pending_in_a_trial_starts_with_the_trials_end(scheduled_on: datetime) -> None:
    trialing = make_subscription(ANCHORED, trial_end=TRIAL_END, now=scheduled_on)
    for period in (ChargePeriod.MONTHLY, ChargePeriod.YEARLY):
        found = make_snapshot(schedule_terms_change(trialing, make_terms(ANCHORED, period=period), START))
        assert spans(found) == [(START, TRIAL_END, START), (TRIAL_END, None, TRIAL_END)]


def test_anchored_windows_start_anew_with_another_charge_period_and_stay_with_the_same() -> None:
    later = FEBRUARY - DAY
    yearly = make_terms(ANCHORED, period=ChargePeriod.YEARLY)
    old = make_subscription(ANCHORED)
    assert spans(make_snapshot(change_terms(old, yearly, later))) == [(later, None, later)]
    assert spans(make_snapshot(change_terms(old, make_terms(ANCHORED, plan="team"), later))) == [
        (later, None, START)
    ]
    pending = schedule_terms_change(old, yearly, later)
    expected = [(START, FEBRUARY, START), (FEBRUARY, None, FEBRUARY)]
    assert spans(make_snapshot(pending)) == expected
    assert spans(make_snapshot(advance_subscription(pending, FEBRUARY))) == [(FEBRUARY, None, FEBRUARY)]


def test_what_is_paid_for_later_gives_from_the_payment_on() -> None:
    """Its windows are still counted from the start of the subscription."""
    paid = apply_payment(make_subscription(EXPORTS, awaits_payment=True), START + DAY)
    (source,) = find_sources(make_snapshot(paid))
    assert (source.valid_from, source.anchor) == (START + DAY, START)


def test_changed_terms_give_from_the_change_on() -> None:
    trialing = make_subscription(ANCHORED, trial_end=TRIAL_END)
    changed = change_terms(trialing, make_terms(ANCHORED, plan="team"), START + DAY)
    assert spans(make_snapshot(changed)) == [(START + DAY, TRIAL_END, START), (TRIAL_END, None, TRIAL_END)]


def test_times_of_subscription_are_listed_once_and_in_order() -> None:
    starts = [START + number * DAY for number in (3, 1, 4, 1, 5, 0, 2, 5)]
    found = make_snapshot(*(make_subscription(start=start) for start in starts))
    assert found.subscribed == tuple(Period(start, None) for start in sorted(set(starts)))


@pytest.mark.parametrize("kind", [SourceKind.OVERRIDE, SourceKind.GRANT])
def test_an_override_is_valid_from_when_it_was_made_until_it_expires(kind: SourceKind) -> None:
    found = make_snapshot(make_override(kind, value=7, expires_on=FEBRUARY))
    (only,) = find_sources(found)
    assert (only.kind, only.id, only.value, only.anchor) == (kind, "exports", 7, START)
    assert (only.valid_from, only.valid_until) == (START, FEBRUARY)
    assert found.subscribed == ()


def test_an_archived_customer_has_an_empty_snapshot() -> None:
    found = snapshot_of([make_subscription(EXPORTS)], [make_override()], archived=True)
    assert found == Snapshot(archived=True, subscribed=(), features={})


HELD = st.tuples(
    st.lists(draw_subscriptions(ANY_TERMS), max_size=3),
    st.lists(draw_overrides(), max_size=4, unique_by=lambda each: (each.kind, each.feature)),
)


@given(held=HELD, data=st.data())
def test_the_order_of_subscriptions_and_overrides_never_matters(
    held: tuple[list[Subscription], list[Override]], data: st.DataObject
) -> None:
    named = [replace(each, id=f"sub-{number}") for number, each in enumerate(held[0])]
    first = snapshot_of(named, held[1], archived=False)
    second = snapshot_of(
        data.draw(st.permutations(named)), data.draw(st.permutations(held[1])), archived=False
    )
    assert first == second
    assert list(first.features) == list(second.features)


def visible_outcome(found: Entitlement) -> tuple[object, ...]:
    """All that a caller sees, except when each source became valid."""
    shown = [(each.plan, each.value, each.valid_until) for each in found.sources]
    return (*(getattr(found, name) for name in OUTCOME), shown)


OUTCOME = ("has_access", "reason", "value", "unlimited", "hard_limit", "remaining", "window")


@given(old=draw_subscriptions(ANY_TERMS), late=DURATIONS, later=DURATIONS)
def test_a_snapshot_answers_the_same_however_late_the_scheduler_is(
    old: Subscription, late: timedelta, later: timedelta
) -> None:
    """No write follows when time passes, so later transitions have to be in the snapshot already."""
    now = old.modified_on + late
    before, after = make_snapshot(old), make_snapshot(advance_subscription(old, now))
    for at in (now, now + later):
        for feature in FEATURES:
            assert visible_outcome(evaluate_feature(before, feature, at)) == visible_outcome(
                evaluate_feature(after, feature, at)
            )
