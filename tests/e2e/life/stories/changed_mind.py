"""A customer who changes its mind."""

from __future__ import annotations

from tests.e2e.life.stories.terms import FROM_START
from tests.support.scenarios.life.consumption import report
from tests.support.scenarios.life.expectations import expect, expect_denied, expect_subscription
from tests.support.scenarios.life.purchases import (
    cancel,
    change_plan,
    override,
    remove_override,
    subscribe,
    undo,
)
from tests.support.scenarios.life.story import Story, row

CHANGED_MIND = Story(
    "changed-mind",
    "Changes and cancels that are pending, meet and are taken back; up, down and up again; overrides.",
    {"small": {"calls": {"value": 10, **FROM_START}}, "large": {"calls": {"value": 100, **FROM_START}}},
    (
        row("2103-01-10T12:00", subscribe("small"), report("calls", 8)),
        row("2103-01-11T12:00", change_plan("large", effective="PERIOD_END")),
        row(
            "2103-01-12T12:00",
            undo(),
            expect_subscription(pendingChange=None),
            expect("calls", limit=10, used=8, remaining=2),
        ),
        row("2103-02-10T18:00", expect("calls", limit=10, used=0, remaining=10)),
        row("2103-02-11T12:00", report("calls", 9), expect("calls", limit=10, used=9, remaining=1)),
        row(
            "2103-02-12T12:00",
            change_plan("large"),
            expect("calls", limit=100, used=9, remaining=91),
            why="The same windows: the usage stays.",
        ),
        row("2103-02-13T12:00", override("calls", value=500, expiresOn="2103-02-15T12:00:00Z")),
        row("2103-02-15T11:00", expect("calls", limit=500, used=9, remaining=491)),
        row("2103-02-15T13:00", expect("calls", limit=100, used=9, remaining=91)),
        row("2103-02-16T12:00", override("calls", value=50), expect("calls", limit=50, used=9, remaining=41)),
        row("2103-02-17T12:00", remove_override("calls"), expect("calls", limit=100, used=9, remaining=91)),
        row("2103-02-20T12:00", cancel(), expect_subscription(endDate="2103-03-10")),
        row("2103-02-21T12:00", undo(), expect_subscription(endDate=None)),
        row("2103-03-10T18:00", expect("calls", limit=100, used=0, remaining=100)),
        row("2103-03-15T12:00", report("calls", 60), expect("calls", limit=100, used=60, remaining=40)),
        row(
            "2103-03-16T12:00",
            change_plan("small"),
            expect("calls", limit=10, used=60, remaining=-50),
            expect_denied("calls", "RequestedUsageExceedingLimit"),
            why="60 are used, and 10 are given.",
        ),
        row("2103-03-17T12:00", change_plan("large"), expect("calls", limit=100, used=60, remaining=40)),
        row("2103-03-20T12:00", change_plan("small", effective="PERIOD_END")),
        row("2103-03-21T12:00", cancel(), expect_subscription(endDate="2103-04-10")),
        row(
            "2103-03-22T12:00",
            undo(),
            expect_subscription(endDate=None, pendingChange="small"),
            why="The first undo takes back the cancel, and the change stays.",
        ),
        row("2103-04-10T18:00", expect("calls", limit=10, used=0, remaining=10)),
        row("2103-05-01T12:00", change_plan("large", effective="PERIOD_END")),
        row("2103-05-02T12:00", cancel()),
        row("2103-05-03T12:00", undo(), undo(), expect_subscription(endDate=None, pendingChange=None)),
        row(
            "2103-05-10T18:00",
            expect_subscription(status="active"),
            expect("calls", limit=10, used=0, remaining=10),
        ),
        row(
            "2103-05-12T12:00",
            change_plan("large", effective="PERIOD_END"),
            cancel(on="2103-07-01"),
            why="The period ends before the cancel does: the change takes effect.",
        ),
        row("2103-06-10T18:00", expect("calls", limit=100, used=0, remaining=100)),
        row("2103-06-30T23:00", expect_subscription(status="active", endDate="2103-07-01")),
        row(
            "2103-07-01T01:00",
            expect_subscription(status="canceled"),
            expect_denied("calls", "NoActiveSubscription"),
        ),
        row("2103-07-05T12:00", subscribe("large", period="YEARLY")),
        row("2103-07-06T12:00", report("calls", 30), expect("calls", limit=100, used=30, remaining=70)),
        row(
            "2103-08-01T12:00",
            change_plan("small", effective="PERIOD_END"),
            expect_subscription(pendingChange="small"),
        ),
        row(
            "2103-08-02T12:00",
            change_plan("large", period="YEARLY"),
            expect_subscription(pendingChange=None),
            expect("calls", limit=100, used=30, remaining=70),
            why="An update to the present terms drops a pending change.",
        ),
        row("2103-08-05T18:00", expect("calls", limit=100, used=0, remaining=100)),
        row(
            "2103-08-10T12:00",
            override("calls", hasUnlimitedUsage=True, expiresOn="2103-08-12T12:00:00Z"),
            expect("calls", limit=None, used=0, remaining=None),
            why="Unlimited for two days.",
        ),
        row(
            "2103-08-11T12:00", report("calls", 5000), expect("calls", limit=None, used=5000, remaining=None)
        ),
        row(
            "2103-08-12T13:00",
            expect("calls", limit=100, used=5000, remaining=-4900),
            expect_denied("calls", "RequestedUsageExceedingLimit"),
        ),
        row(
            "2103-09-05T18:00",
            expect("calls", limit=100, used=0, remaining=100),
            why="The debt is gone with its window.",
        ),
        row(
            "2103-10-10T12:00",
            report("calls", 15),
            override("calls", value=0),
            expect_denied("calls", "Revoked"),
            why="Taken away, and given back.",
        ),
        row("2103-10-11T12:00", remove_override("calls"), expect("calls", limit=100, used=15, remaining=85)),
        row("2104-01-20T12:00", report("calls", 1), expect("calls", limit=100, used=1, remaining=99)),
        row("2104-01-21T12:00", cancel("IMMEDIATE"), expect_denied("calls", "NoActiveSubscription")),
    ),
)
