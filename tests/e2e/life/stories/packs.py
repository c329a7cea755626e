"""Several subscriptions at once: the same plan twice, packs, a plan by the day, a soft one."""

from __future__ import annotations

from tests.e2e.life.stories.terms import FROM_START, ONCE
from tests.support.scenarios.life.consumption import report, report_too_much
from tests.support.scenarios.life.expectations import expect, expect_access, expect_denied
from tests.support.scenarios.life.purchases import cancel, subscribe
from tests.support.scenarios.life.story import Story, row

PACKS = Story(
    "packs",
    "Two subscriptions of 100 a month, packs of 500 once, 10 a day, and 50 a month with a soft limit.",
    {
        "team": {"calls": {"value": 100, **FROM_START}},
        "pack": {"calls": {"value": 500, **ONCE}},
        "daily": {"calls": {"value": 10, "reset": "EVERY_DAY", "hardLimit": True}},
        "soft": {"calls": {"value": 50, **FROM_START, "hardLimit": False}},
    },
    (
        row("2103-01-20T12:00", subscribe("team"), expect("calls", limit=100, used=0, remaining=100)),
        row(
            "2103-01-25T12:00",
            subscribe("team", name="second"),
            expect("calls", limit=200, used=0, remaining=200),
        ),
        row(
            "2103-01-26T12:00",
            report("calls", 150, enforce=True),
            report_too_much("calls", 51),
            expect("calls", limit=200, used=150, remaining=50),
            why="100 of the first, and 50 of the second.",
        ),
        row(
            "2103-02-20T18:00",
            expect("calls", limit=200, used=50, remaining=150),
            why="The first month has turned.",
        ),
        row("2103-02-25T18:00", expect("calls", limit=200, used=0, remaining=200)),
        row(
            "2103-03-01T12:00",
            subscribe("pack", name="pack"),
            expect("calls", limit=700, used=0, remaining=700),
        ),
        row(
            "2103-03-02T12:00",
            report("calls", 350, enforce=True),
            expect("calls", limit=700, used=350, remaining=350),
            why="100, 100, and 150 of the pack.",
        ),
        row("2103-03-20T18:00", expect("calls", limit=700, used=250, remaining=450)),
        row("2103-03-25T18:00", expect("calls", limit=700, used=150, remaining=550)),
        row(
            "2103-03-26T12:00",
            cancel("IMMEDIATE", name="second"),
            expect("calls", limit=600, used=150, remaining=450),
        ),
        row(
            "2103-04-02T12:00",
            report_too_much("calls", 451),
            report("calls", 450, enforce=True),
            report_too_much("calls", 1),
            expect("calls", limit=600, used=600, remaining=0),
            why="100, and the 350 that are left of the pack.",
        ),
        row(
            "2103-04-20T18:00",
            expect("calls", limit=600, used=500, remaining=100),
            why="The pack is not filled again by its renewal on April 1.",
        ),
        row(
            "2103-05-01T14:00",
            subscribe("pack", name="pack 2"),
            expect("calls", limit=1100, used=500, remaining=600),
        ),
        row(
            "2103-05-02T12:00",
            cancel("IMMEDIATE", name="pack"),
            expect("calls", limit=600, used=0, remaining=600),
            why="What was used of the first pack ends with it.",
        ),
        row(
            "2103-05-10T12:00",
            report("calls", 180, enforce=True),
            expect("calls", limit=600, used=180, remaining=420),
            why="100, and 80 of the pack.",
        ),
        row("2103-05-20T18:00", expect("calls", limit=600, used=80, remaining=520)),
        row(
            "2103-06-01T12:00",
            subscribe("daily", name="daily"),
            expect("calls", limit=610, used=80, remaining=530),
        ),
        row(
            "2103-06-01T13:00",
            report("calls", 115, enforce=True),
            expect("calls", limit=610, used=195, remaining=415),
            why="10 of the day, 100 of the month, and 80 + 5 of the pack.",
        ),
        row("2103-06-02T01:00", expect("calls", limit=610, used=185, remaining=425)),
        row(
            "2103-06-02T12:00",
            report_too_much("calls", 426),
            report("calls", 425, enforce=True),
            report_too_much("calls", 1),
            expect("calls", limit=610, used=610, remaining=0),
            why="To the last unit of all three.",
        ),
        row(
            "2103-06-03T01:00",
            expect("calls", limit=610, used=600, remaining=10),
            report("calls", 10, enforce=True),
            report_too_much("calls", 1),
            expect("calls", limit=610, used=610, remaining=0),
        ),
        row("2103-06-20T18:00", expect("calls", limit=610, used=500, remaining=110)),
        row(
            "2103-07-01T15:00",
            cancel("IMMEDIATE", name="daily"),
            expect("calls", limit=600, used=500, remaining=100),
        ),
        row(
            "2103-08-02T12:00",
            expect_access("calls", hardLimit=True),
            subscribe("soft", name="soft"),
            expect_access("calls", hardLimit=False),
            expect("calls", limit=650, used=500, remaining=150),
            why="One soft source makes all of it soft.",
        ),
        row(
            "2103-08-03T12:00",
            report("calls", 200, enforce=True),
            expect_access("calls"),
            expect("calls", limit=650, used=700, remaining=-50),
            why="100 of the month, 50 of the soft one, and 50 beyond everything.",
        ),
        row(
            "2103-08-05T12:00",
            cancel("IMMEDIATE", name="soft"),
            expect("calls", limit=600, used=650, remaining=-50),
            expect_denied("calls", "RequestedUsageExceedingLimit"),
            why="The 50 of the soft one end with it. 150 of the month and 500 of the pack are left.",
        ),
        row("2103-08-20T18:00", expect("calls", limit=600, used=500, remaining=100)),
        row("2103-12-31T12:00", report("calls", 60), expect("calls", limit=600, used=560, remaining=40)),
        row("2104-01-01T01:00", expect("calls", limit=600, used=560, remaining=40)),
        row("2104-01-20T18:00", expect("calls", limit=600, used=500, remaining=100)),
        row(
            "2104-01-25T12:00",
            cancel("IMMEDIATE"),
            expect("calls", limit=500, used=500, remaining=0),
            expect_denied("calls", "RequestedUsageExceedingLimit"),
        ),
        row(
            "2104-01-26T12:00",
            cancel("IMMEDIATE", name="pack 2"),
            expect_denied("calls", "NoActiveSubscription"),
        ),
    ),
)
