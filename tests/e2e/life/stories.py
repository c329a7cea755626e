"""The stories. Their numbers are computed by hand, by docs/subscriptions.md, entitlements.md and usage.md."""

from __future__ import annotations

from tests.support.scenarios.life import Story, row
from tests.support.scenarios.life_steps import (
    cancel,
    expect,
    expect_denied,
    expect_subscription,
    nothing,
    report,
    report_too_much,
    subscribe,
)

FROM_START = {"reset": "EVERY_MONTH", "resetTime": "SUBSCRIPTION_START", "hardLimit": True}
HALF_ROLLS = {"enabled": True, "percentage": 50, "limit": 40}

ONE_PLAN = Story(
    "one-plan",
    {"team": {"calls": {"value": 100, **FROM_START, "rollover": HALF_ROLLS}}},
    (
        row("2101-01-31T12:00", subscribe("team"), expect("calls", limit=100, used=0, remaining=100)),
        row("2101-02-10T09:00", report("calls", 30), expect("calls", limit=100, used=30, remaining=70)),
        # Half of the 70 that are left roll over. February has 28 days.
        row(
            "2101-02-28T18:00",
            expect("calls", limit=135, used=0, remaining=135, rolled=35),
            expect_subscription(status="active", billingPeriodEndTime="2101-03-31T12"),
        ),
        row("2101-03-01T09:00", report("calls", 135), expect("calls", limit=135, used=135, remaining=0)),
        row("2101-03-01T10:00", report_too_much("calls", 1)),
        row("2101-03-31T18:00", expect("calls", limit=100, used=0, remaining=100, rolled=0)),
        # Nothing is used in April: half of 100 is 50, and at most 40 roll over.
        row("2101-04-30T18:00", expect("calls", limit=140, used=0, remaining=140, rolled=40)),
        row("2101-12-15T09:00", cancel()),
        row("2101-12-31T09:00", expect_subscription(status="active", endDate="2101-12-31")),
        row(
            "2102-01-01T00:00",
            nothing,
            expect_subscription(status="canceled"),
            expect_denied("calls", "NoActiveSubscription"),
        ),
    ),
)

STORIES = (ONE_PLAN,)
