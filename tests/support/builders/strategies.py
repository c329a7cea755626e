"""JSON values, moments, subscriptions and overrides drawn at random, for hypothesis."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from parity.catalog.rules.feature_types import FeatureType
from parity.catalog.rules.plans import PlanEntitlement
from parity.core.errors import ParityError
from parity.core.periods import ChargePeriod, Reset, ResetTime
from parity.entitlements.rules.overrides import Override
from parity.entitlements.rules.sources import SourceKind
from parity.subscriptions.rules import cancellations, changes, payments
from parity.subscriptions.rules.subscriptions import Subscription, Terms, advance_subscription
from tests.support.builders.catalog import make_entitlement
from tests.support.builders.moments import DAY
from tests.support.builders.subscriptions import make_terms

if TYPE_CHECKING:
    Change = Callable[[Subscription, datetime], Subscription]

MOMENTS = st.datetimes(datetime(1980, 1, 1), datetime(2060, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
DURATIONS = st.timedeltas(timedelta(), timedelta(days=400))
FEATURES = {
    "sso": FeatureType.BOOLEAN,
    "seats": FeatureType.CUSTOMIZABLE,
    "exports": FeatureType.METER,
    "emails": FeatureType.METER,
}
VALUES = st.integers(0, 200)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(), children, max_size=4),
    max_leaves=20,
)


@st.composite
def draw_entitlements(draw: st.DrawFn, feature: str) -> PlanEntitlement:
    """Any entitlement that the catalogue accepts for the type of the feature."""
    feature_type = FEATURES[feature]
    if feature_type is FeatureType.BOOLEAN:
        return make_entitlement(feature, draw(st.integers(0, 1)), feature_type)
    unlimited = draw(st.booleans())
    details: dict[str, Any] = {"unlimited": unlimited}
    if feature_type is FeatureType.METER:
        details["hard_limit"] = draw(st.booleans()) and not unlimited
        details["reset"] = draw(st.sampled_from(Reset))
        details["reset_time"] = draw(st.sampled_from(ResetTime))
    return make_entitlement(feature, None if unlimited else draw(VALUES), feature_type, **details)


ROLLOVER = {"enabled": True, "percentage": 100, "limit": None}
CONTENTS: dict[str, tuple[PlanEntitlement, ...]] = {
    "free": (),
    "basic": (
        make_entitlement("sso", 0, FeatureType.BOOLEAN),
        make_entitlement("exports", 10, reset=Reset.EVERY_MONTH),
    ),
    "pro": (
        make_entitlement("sso", 1, FeatureType.BOOLEAN),
        make_entitlement("seats", 5, FeatureType.CUSTOMIZABLE),
        make_entitlement("exports", 100, reset=Reset.EVERY_MONTH, hard_limit=False),
        make_entitlement("emails", 7, reset=Reset.EVERY_28_DAYS, rollover=ROLLOVER),
    ),
    "team": (
        make_entitlement("seats", None, FeatureType.CUSTOMIZABLE, unlimited=True),
        make_entitlement(
            "exports",
            50,
            reset=Reset.EVERY_WEEK,
            reset_time=ResetTime.SUBSCRIPTION_START,
            rollover=ROLLOVER,
        ),
        make_entitlement("emails", None, unlimited=True),
    ),
}
OFFERS = [
    make_terms(*contents, plan=plan, period=period, quantities=quantities)
    for plan, contents in CONTENTS.items()
    for period in ChargePeriod
    for quantities in ({}, {"seats": 20, "exports": 0})
]
ANY_TERMS = st.sampled_from(OFFERS)

CHARGED = st.sampled_from([make_terms(period=period) for period in ChargePeriod])
"""Terms without entitlements, for tests of time alone."""


@st.composite
def draw_subscriptions(draw: st.DrawFn, offers: st.SearchStrategy[Terms] = CHARGED) -> Subscription:
    """A subscription after up to four changes by people or by the scheduler.

    So something may be due, or overdue by weeks, or nothing any more.
    """
    now = draw(MOMENTS)
    start = now + draw(st.sampled_from((timedelta(), DAY, 40 * DAY)))
    trial = draw(st.sampled_from((None, 7 * DAY, 30 * DAY)))
    current = changes.start_subscription(
        draw(offers),
        changes.Start(
            id="sub-1",
            customer_id="acme",
            date=start,
            trial_end=start + trial if trial else None,
            awaits_payment=draw(st.booleans()),
        ),
        now,
    )
    for _ in range(draw(st.integers(0, 4))):
        now += draw(st.timedeltas(timedelta(), timedelta(days=45)))
        try:
            current = draw(_draw_changes(offers))(current, now)
        except ParityError:
            continue
    return current


def _draw_changes(offers: st.SearchStrategy[Terms]) -> st.SearchStrategy[Change]:
    """Any change by people or by the scheduler."""
    return st.one_of(
        st.just(advance_subscription),
        st.just(payments.apply_payment),
        st.just(payments.apply_failed_payment),
        st.just(cancellations.drop_pending),
        st.just(_cancel_at_period_end),
        st.builds(
            lambda wait: lambda it, now: cancellations.apply_cancellation(it, now + wait, now, {}), DURATIONS
        ),
        st.builds(lambda wait: lambda it, now: changes.move_trial_end(it, now + wait, now), DURATIONS),
        st.builds(lambda new: lambda it, now: changes.change_terms(it, new, now), offers),
        st.builds(lambda new: lambda it, now: payments.await_payment_for_change(it, new, now), offers),
        st.builds(lambda new: lambda it, now: changes.schedule_terms_change(it, new, now), offers),
    )


def _cancel_at_period_end(current: Subscription, now: datetime) -> Subscription:
    return cancellations.cancel_at_period_end(current, now, {})


@st.composite
def draw_overrides(draw: st.DrawFn) -> Override:
    feature = draw(st.sampled_from(sorted(FEATURES)))
    what = draw(draw_entitlements(feature))
    created_on = draw(MOMENTS)
    lasts = draw(st.none() | DURATIONS)
    return Override(
        kind=draw(st.sampled_from((SourceKind.OVERRIDE, SourceKind.GRANT))),
        feature=feature,
        feature_type=what.feature_type,
        value=what.value,
        unlimited=what.unlimited,
        hard_limit=what.hard_limit,
        reset=what.reset,
        reset_time=what.reset_time,
        note=None,
        created_on=created_on,
        modified_on=created_on,
        expires_on=None if lasts is None else created_on + lasts,
        anchor=created_on,
    )


FORTY_YEARS = timedelta(days=40 * 366)
RARE_DAYS = [(2, 28), (2, 29), (1, 29), (1, 30), (12, 30), (1, 31), (8, 31), (0, 0)]


@st.composite
def draw_anchors(draw: st.DrawFn) -> datetime:
    """Any moment, and as often one of the days that not every month has."""
    anchor = draw(MOMENTS)
    month, day = draw(st.sampled_from(RARE_DAYS))
    if not month:
        return anchor
    year = anchor.year // 4 * 4 if day == 29 else anchor.year
    return anchor.replace(year=year, month=month, day=day)


@st.composite
def draw_anchors_and_moments(draw: st.DrawFn) -> tuple[datetime, datetime]:
    """An anchor, and a moment up to 40 years before or after it."""
    anchor = draw(draw_anchors())
    return anchor, anchor + draw(st.timedeltas(-FORTY_YEARS, FORTY_YEARS))
