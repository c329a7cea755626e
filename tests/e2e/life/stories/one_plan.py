"""One plan, used for 14 months."""

from __future__ import annotations

from tests.e2e.life.stories.terms import FROM_START
from tests.support.scenarios.life.consumption import report, report_too_much, reset
from tests.support.scenarios.life.expectations import (
    expect,
    expect_denied,
    expect_subscription,
    expect_usage,
    expect_windows,
)
from tests.support.scenarios.life.purchases import cancel, subscribe
from tests.support.scenarios.life.story import Story, row

HALF_ROLLS = {"enabled": True, "percentage": 50, "limit": 40}

ONE_PLAN = Story(
    "one-plan",
    "A plan from 31 January on, by the month, through February of a common year and of a leap year. Half of "
    "what is left rolls over, at most 40.",
    {"team": {"calls": {"value": 100, **FROM_START, "rollover": HALF_ROLLS}}},
    (
        row("2103-01-31T12:00", subscribe("team"), expect("calls", limit=100, used=0, remaining=100)),
        row("2103-02-10T09:00", report("calls", 30), expect("calls", limit=100, used=30, remaining=70)),
        row(
            "2103-02-28T18:00",
            expect("calls", limit=135, used=0, remaining=135, rolled=35),
            expect_subscription(status="active", billingPeriodEndTime="2103-03-31T12"),
            why="Half of the 70 that are left. February has 28 days.",
        ),
        row("2103-03-01T09:00", report("calls", 135), expect("calls", limit=135, used=135, remaining=0)),
        row("2103-03-01T10:00", report_too_much("calls", 1)),
        row("2103-03-31T18:00", expect("calls", limit=100, used=0, remaining=100, rolled=0)),
        row(
            "2103-04-30T18:00",
            expect("calls", limit=140, used=0, remaining=140, rolled=40),
            why="Nothing is used in April: half of 100 is 50, and at most 40 roll over.",
        ),
        row("2103-05-10T09:00", report("calls", 100), expect("calls", limit=140, used=100, remaining=40)),
        row("2103-05-31T18:00", expect("calls", limit=120, used=0, remaining=120, rolled=20)),
        row(
            "2103-06-30T18:00",
            expect("calls", limit=140, used=0, remaining=140, rolled=40),
            why="Half of 120 is 60.",
        ),
        row("2103-07-10T09:00", report("calls", 50), expect("calls", limit=140, used=50, remaining=90)),
        row("2103-07-11T09:00", reset("calls"), expect("calls", limit=140, used=0, remaining=140)),
        row("2103-07-12T09:00", report("calls", 100), expect("calls", limit=140, used=100, remaining=40)),
        row(
            "2103-07-31T18:00",
            expect("calls", limit=120, used=0, remaining=120, rolled=20),
            why="The 50 before the reset are no longer used.",
        ),
        row(
            "2104-01-31T18:00",
            expect("calls", limit=140, used=0, remaining=140, rolled=40),
            why="Half of 120 from August, and then half of 140, each at most 40.",
        ),
        row("2104-02-10T09:00", report("calls", 110), expect("calls", limit=140, used=110, remaining=30)),
        row(
            "2104-02-29T11:00",
            expect("calls", limit=140, used=110, remaining=30),
            why="The window ends on 29 February, at 12:00.",
        ),
        row(
            "2104-02-29T18:00",
            expect("calls", limit=115, used=0, remaining=115, rolled=15),
            expect_subscription(status="active", billingPeriodEndTime="2104-03-31T12"),
        ),
        row(
            "2104-03-01T09:00",
            expect_windows("calls", 0, 100, 0, 100, 0, 0, 0, 0, 0, 0, 110, 0),
            expect_usage(
                "calls",
                "MONTH",
                *(30, 135, 0, 100, 0, 150, 0, 0, 0, 0, 0, 0, 110),
                since="2103-02-01",
                until="2104-03-01",
            ),
            why="From the window of 31 March 2103 on. Of July, what was used since the reset.",
        ),
        row("2104-03-05T09:00", cancel(), expect_subscription(endDate="2104-03-31")),
        row("2104-03-31T11:00", expect_subscription(status="active")),
        row(
            "2104-03-31T13:00",
            expect_subscription(status="canceled"),
            expect_denied("calls", "NoActiveSubscription"),
        ),
    ),
)
