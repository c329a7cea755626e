"""Trials that become paid, and trials that do not."""

from __future__ import annotations

from tests.e2e.life.stories.terms import FROM_START
from tests.support.scenarios.life.consumption import report, report_too_much
from tests.support.scenarios.life.expectations import expect, expect_denied, expect_subscription
from tests.support.scenarios.life.purchases import cancel, change_plan, subscribe
from tests.support.scenarios.life.story import Story, row

TRIALS = Story(
    "trials",
    "Five trials: extended and shortened, canceled and extended, ended now, ended now with a cancel, and one "
    "until the end of the year. A trial has windows of its own; new ones start with what is paid.",
    {"team": {"calls": {"value": 100, **FROM_START}}},
    (
        row(
            "2103-01-10T12:00",
            subscribe("team", trialEnd="2103-01-24T12:00:00Z"),
            expect_subscription(status="trialing"),
        ),
        row("2103-01-11T12:00", report("calls", 80), expect("calls", limit=100, used=80, remaining=20)),
        row(
            "2103-01-12T12:00",
            change_plan("team", trialEnd="2103-02-20T12:00:00Z"),
            expect("calls", limit=100, used=80, remaining=20),
        ),
        row(
            "2103-02-10T18:00",
            expect_subscription(status="trialing"),
            expect("calls", limit=100, used=0, remaining=100),
            why="The second window of the trial. It would have been paid since January 24.",
        ),
        row("2103-02-11T12:00", report("calls", 5), expect("calls", limit=100, used=5, remaining=95)),
        row("2103-02-15T12:00", change_plan("team", trialEnd="2103-02-18T12:00:00Z")),
        row(
            "2103-02-18T11:00",
            expect_subscription(status="trialing"),
            expect("calls", limit=100, used=5, remaining=95),
        ),
        row(
            "2103-02-18T18:00",
            expect_subscription(status="active", billingPeriodEndTime="2103-03-18T12"),
            expect("calls", limit=100, used=0, remaining=100),
            why="What is paid starts with windows of its own.",
        ),
        row("2103-03-01T12:00", report("calls", 60), expect("calls", limit=100, used=60, remaining=40)),
        row("2103-03-18T18:00", expect("calls", limit=100, used=0, remaining=100)),
        row("2103-04-05T12:00", cancel(), expect_subscription(endDate="2103-04-18")),
        row(
            "2103-04-18T18:00",
            expect_subscription(status="canceled"),
            expect_denied("calls", "NoActiveSubscription"),
        ),
        row(
            "2103-05-31T12:00",
            subscribe("team", name="second", trialEnd="2103-06-20T12:00:00Z"),
            why="The second trial, from the last day of a month.",
        ),
        row("2103-06-01T12:00", report("calls", 100), report_too_much("calls", 1)),
        row(
            "2103-06-10T12:00",
            cancel(name="second"),
            expect_subscription(name="second", endDate="2103-06-20"),
        ),
        row(
            "2103-06-11T12:00",
            change_plan("team", name="second", trialEnd="2103-07-15T12:00:00Z"),
            expect_subscription(name="second", endDate="2103-07-15"),
            expect("calls", limit=100, used=100, remaining=0),
            why="The cancel is for the end of the trial, which moves.",
        ),
        row("2103-06-30T11:00", expect("calls", limit=100, used=100, remaining=0)),
        row("2103-06-30T18:00", expect("calls", limit=100, used=0, remaining=100)),
        row("2103-07-15T11:00", expect_subscription(name="second", status="trialing")),
        row(
            "2103-07-15T13:00",
            expect_subscription(name="second", status="canceled"),
            expect_denied("calls", "NoActiveSubscription"),
        ),
        row("2103-08-31T12:00", subscribe("team", name="third", trialEnd="2103-09-14T12:00:00Z")),
        row("2103-09-01T12:00", report("calls", 30), expect("calls", limit=100, used=30, remaining=70)),
        row(
            "2103-09-05T12:00",
            change_plan("team", name="third", trialEnd="now"),
            expect_subscription(name="third", status="active", billingPeriodEndTime="2103-10-05T12"),
            expect("calls", limit=100, used=0, remaining=100),
        ),
        row("2103-10-01T12:00", report("calls", 50), expect("calls", limit=100, used=50, remaining=50)),
        row(
            "2103-10-02T12:00",
            change_plan("team", name="third", trialEnd="now"),
            expect("calls", limit=100, used=50, remaining=50),
            why="It changes nothing where no trial runs.",
        ),
        row("2103-10-05T18:00", expect("calls", limit=100, used=0, remaining=100)),
        row("2103-10-31T12:00", cancel("IMMEDIATE", name="third")),
        row("2103-11-01T12:00", subscribe("team", name="fourth", trialEnd="2103-11-30T12:00:00Z")),
        row("2103-11-05T12:00", cancel(name="fourth"), expect("calls", limit=100, used=0, remaining=100)),
        row(
            "2103-11-10T12:00",
            change_plan("team", name="fourth", trialEnd="now"),
            expect_subscription(name="fourth", status="canceled"),
            expect_denied("calls", "NoActiveSubscription"),
            why="The cancel is for the end of the trial, which is now.",
        ),
        row(
            "2103-12-01T12:00",
            subscribe("team", name="fifth", period="YEARLY", trialEnd="2103-12-31T12:00:00Z"),
            report("calls", 90),
            expect("calls", limit=100, used=90, remaining=10),
        ),
        row(
            "2104-01-01T06:00",
            expect_subscription(name="fifth", status="active", billingPeriodEndTime="2104-12-31T12"),
            expect("calls", limit=100, used=0, remaining=100),
        ),
        row("2104-01-31T18:00", report("calls", 20), expect("calls", limit=100, used=20, remaining=80)),
        row("2104-02-29T11:00", expect("calls", limit=100, used=20, remaining=80)),
        row("2104-02-29T18:00", expect("calls", limit=100, used=0, remaining=100)),
        row(
            "2104-03-05T12:00",
            cancel("IMMEDIATE", name="fifth"),
            expect_denied("calls", "NoActiveSubscription"),
        ),
    ),
)
