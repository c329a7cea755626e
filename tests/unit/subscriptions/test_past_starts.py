"""A subscription that starts in the past is as if it had been created at its start, and time had passed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parity.core.periods import ChargePeriod
from parity.subscriptions.rules.subscriptions import SubscriptionStatus, advance_subscription, next_transition
from tests.support.builders.moments import DAY
from tests.support.builders.subscriptions import make_subscription

S = SubscriptionStatus
MAY_20 = datetime(2026, 5, 20, tzinfo=UTC)
MINUTES_OF_A_YEAR = 366 * 24 * 60


def day(month: int, number: int) -> datetime:
    return datetime(2026, month, number, tzinfo=UTC)


@given(
    period=st.sampled_from(ChargePeriod),
    age=st.integers(0, MINUTES_OF_A_YEAR).map(lambda minutes: timedelta(minutes=minutes)),
    trial=st.none() | st.integers(1, MINUTES_OF_A_YEAR).map(lambda minutes: timedelta(minutes=minutes)),
)
def test_a_past_start_is_as_time_would_have_made_it(
    period: ChargePeriod, age: timedelta, trial: timedelta | None
) -> None:
    start = MAY_20 - age
    trial_end = start + trial if trial and period is not ChargePeriod.ONE_TIME else None
    lived = advance_subscription(make_subscription(start=start, trial_end=trial_end, period=period), MAY_20)
    created = make_subscription(start=start, now=MAY_20, trial_end=trial_end, period=period)
    assert created == replace(lived, version=1, created_on=MAY_20, modified_on=MAY_20)
    due = next_transition(created)
    assert due is None or due > MAY_20


@pytest.mark.parametrize(
    ("start", "trial_end", "expected"),
    [
        (day(3, 1), day(3, 15), (S.ACTIVE, "05-15", "06-15")),
        (
            day(5, 10),
            day(5, 24),
            (S.TRIALING, "05-10", "05-24"),
        ),
        (datetime(2016, 8, 31, tzinfo=UTC), None, (S.ACTIVE, "04-30", "05-31")),
        (day(4, 20), None, (S.ACTIVE, "05-20", "06-20")),
        (day(5, 6), MAY_20, (S.ACTIVE, "05-20", "06-20")),
    ],
)
def test_the_period_contains_today(
    start: datetime, trial_end: datetime | None, expected: tuple[SubscriptionStatus, str, str]
) -> None:
    created = make_subscription(start=start, now=MAY_20, trial_end=trial_end)
    assert created.period_end
    found = (created.status, f"{created.period_start:%m-%d}", f"{created.period_end:%m-%d}")
    assert found == expected
    assert (created.started_on, created.trial_end) == (start, trial_end)


def test_a_single_charge_in_the_past_has_no_end() -> None:
    created = make_subscription(start=MAY_20 - 400 * DAY, now=MAY_20, period=ChargePeriod.ONE_TIME)
    assert (created.status, created.period_start, created.period_end) == (S.ACTIVE, MAY_20 - 400 * DAY, None)
