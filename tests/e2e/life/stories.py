"""The stories. Their numbers are computed by hand, by docs/subscriptions.md, entitlements.md and usage.md."""

from __future__ import annotations

from tests.support.scenarios.life import Story, row
from tests.support.scenarios.life_steps import (
    cancel,
    change_plan,
    expect,
    expect_denied,
    expect_subscription,
    grant,
    nothing,
    override,
    pay,
    remove_grant,
    remove_override,
    report,
    report_too_much,
    subscribe,
    undo,
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

LATE_PAYER = Story(
    "late-payer",
    {"team": {"calls": {"value": 100, **FROM_START}}},
    (
        row("2101-01-05T12:00", subscribe("team"), expect("calls", limit=100, used=0, remaining=100)),
        row("2101-02-05T18:00", pay("FAILED"), expect_subscription(status="past_due")),
        # Access stays for 14 days: until February 19, 18:00.
        row("2101-02-19T12:00", report("calls", 40), expect("calls", limit=100, used=40, remaining=60)),
        row("2101-02-19T13:00", pay(), expect_subscription(status="active")),
        row("2101-03-05T18:00", pay("FAILED"), expect("calls", limit=100, used=0, remaining=100)),
        # The 14 days go on over a renewal, of which there is none before March 19, 18:00.
        row("2101-03-19T17:00", expect_subscription(status="past_due")),
        row(
            "2101-03-19T19:00",
            expect_subscription(status="canceled"),
            expect_denied("calls", "NoActiveSubscription"),
        ),
    ),
)

CHANGED_MIND = Story(
    "changed-mind",
    {"small": {"calls": {"value": 10, **FROM_START}}, "large": {"calls": {"value": 100, **FROM_START}}},
    (
        row("2101-01-10T12:00", subscribe("small"), report("calls", 8)),
        row("2101-01-11T12:00", change_plan("large", effective="PERIOD_END")),
        row("2101-01-12T12:00", undo(), expect("calls", limit=10, used=8, remaining=2)),
        row("2101-02-10T18:00", expect("calls", limit=10, used=0, remaining=10)),
        row("2101-02-11T12:00", report("calls", 9), expect("calls", limit=10, used=9, remaining=1)),
        # The same windows: the usage stays.
        row("2101-02-12T12:00", change_plan("large"), expect("calls", limit=100, used=9, remaining=91)),
        row("2101-02-13T12:00", override("calls", value=500, expiresOn="2101-02-15T12:00:00Z")),
        row("2101-02-15T11:00", expect("calls", limit=500, used=9, remaining=491)),
        row("2101-02-15T13:00", expect("calls", limit=100, used=9, remaining=91)),
        row("2101-02-16T12:00", override("calls", value=50), expect("calls", limit=50, used=9, remaining=41)),
        row("2101-02-17T12:00", remove_override("calls"), expect("calls", limit=100, used=9, remaining=91)),
        row("2101-02-20T12:00", cancel()),
        row("2101-02-21T12:00", undo(), expect_subscription(endDate=None)),
        row("2101-03-10T18:00", expect("calls", limit=100, used=0, remaining=100)),
    ),
)

BOUGHT_MORE = Story(
    "bought-more",
    {"team": {"calls": {"value": 100, **FROM_START}}},
    (
        row("2101-01-15T12:00", subscribe("team")),
        row("2101-01-16T12:00", grant("calls", 50)),
        row("2101-01-17T12:00", grant("calls", 20, name="short", expiresOn="2101-02-10T00:00:00Z")),
        row("2101-01-18T12:00", expect("calls", limit=170, used=0, remaining=170)),
        row("2101-01-19T12:00", remove_grant(), expect("calls", limit=120, used=0, remaining=120)),
        row("2101-01-20T12:00", report("calls", 90), expect("calls", limit=120, used=90, remaining=30)),
        row("2101-02-10T01:00", expect("calls", limit=100, used=90, remaining=10)),
        row("2101-02-15T18:00", expect("calls", limit=100, used=0, remaining=100)),
    ),
)

STORIES = (ONE_PLAN, LATE_PAYER, CHANGED_MIND, BOUGHT_MORE)
