"""What rolls over, while everything else changes."""

from __future__ import annotations

from tests.e2e.life.stories.terms import FROM_START
from tests.support.scenarios.life.consumption import report
from tests.support.scenarios.life.expectations import expect, expect_access, expect_denied
from tests.support.scenarios.life.purchases import (
    cancel,
    change_feature,
    change_plan,
    override,
    raise_price,
    remove_override,
    subscribe,
)
from tests.support.scenarios.life.story import Story, row

SMALL_ROLLS = {"enabled": True, "percentage": 50, "limit": 40}
LARGE_ROLLS = {"enabled": True, "percentage": 50, "limit": 80}

ROLLING = Story(
    "rolling",
    "Half of what is left rolls over through an upgrade, a downgrade, overrides, another price, another "
    "quantity of seats, another charge period, and new features of the plan. Nothing is used in most months.",
    {
        "small": {"calls": {"value": 100, **FROM_START, "rollover": SMALL_ROLLS}, "seats": {"value": 3}},
        "large": {"calls": {"value": 200, **FROM_START, "rollover": LARGE_ROLLS}, "seats": {"value": 3}},
    },
    (
        row(
            "2103-01-15T12:00",
            subscribe("small"),
            expect("calls", limit=100, used=0, remaining=100, rolled=0),
        ),
        row("2103-02-15T18:00", expect("calls", limit=140, used=0, remaining=140, rolled=40)),
        row(
            "2103-02-20T12:00",
            change_plan("large"),
            expect("calls", limit=240, used=0, remaining=240, rolled=40),
            why="The same windows: what rolled in stays.",
        ),
        row(
            "2103-03-15T18:00",
            expect("calls", limit=280, used=0, remaining=280, rolled=80),
            why="Half of 240 is 120, and at most 80.",
        ),
        row(
            "2103-03-20T12:00",
            report("calls", 180),
            expect("calls", limit=280, used=180, remaining=100, rolled=80),
        ),
        row("2103-04-15T18:00", expect("calls", limit=250, used=0, remaining=250, rolled=50)),
        row(
            "2103-04-20T12:00",
            change_plan("small"),
            expect("calls", limit=150, used=0, remaining=150, rolled=50),
        ),
        row(
            "2103-05-15T18:00",
            expect("calls", limit=140, used=0, remaining=140, rolled=40),
            why="Half of 150 is 75, and at most 40.",
        ),
        row(
            "2103-05-20T12:00",
            report("calls", 100),
            expect("calls", limit=140, used=100, remaining=40, rolled=40),
        ),
        row("2103-06-15T18:00", expect("calls", limit=120, used=0, remaining=120, rolled=20)),
        row(
            "2103-06-20T12:00",
            override("calls", value=300),
            expect("calls", limit=320, used=0, remaining=320, rolled=20),
            why="An override that is gone again before the window ends leaves no trace.",
        ),
        row(
            "2103-06-25T12:00",
            remove_override("calls"),
            expect("calls", limit=120, used=0, remaining=120, rolled=20),
        ),
        row("2103-07-15T18:00", expect("calls", limit=140, used=0, remaining=140, rolled=40)),
        row(
            "2103-07-20T12:00",
            override("calls", value=60),
            report("calls", 50),
            why="It keeps the rollover of the plan: half of 60 + 40 - 50.",
        ),
        row("2103-07-20T13:00", expect("calls", limit=100, used=50, remaining=50, rolled=40)),
        row("2103-08-15T18:00", expect("calls", limit=85, used=0, remaining=85, rolled=25)),
        row(
            "2103-08-16T12:00",
            remove_override("calls"),
            expect("calls", limit=125, used=0, remaining=125, rolled=25),
        ),
        row("2103-08-17T12:00", report("calls", 75), expect("calls", limit=125, used=75, remaining=50)),
        row(
            "2103-08-20T12:00",
            raise_price("small", "25.00"),
            expect("calls", limit=125, used=75, remaining=50, rolled=25),
        ),
        row("2103-09-15T18:00", expect("calls", limit=125, used=0, remaining=125, rolled=25)),
        row(
            "2103-09-20T12:00",
            change_plan("small", quantities={"seats": 7}),
            expect_access("seats", usageLimit=7),
            expect("calls", limit=125, used=0, remaining=125, rolled=25),
        ),
        row(
            "2103-10-15T18:00",
            expect("calls", limit=140, used=0, remaining=140, rolled=40),
            why="Half of 125 is 62.5, and at most 40.",
        ),
        row(
            "2103-10-20T12:00",
            change_plan("small", period="YEARLY"),
            expect("calls", limit=100, used=0, remaining=100, rolled=0),
            expect_access("seats", usageLimit=7),
            why="Another charge period: windows begin anew, and nothing is in them from before.",
        ),
        row("2103-11-20T18:00", expect("calls", limit=140, used=0, remaining=140, rolled=40)),
        row("2103-11-25T12:00", report("calls", 130), expect("calls", limit=140, used=130, remaining=10)),
        row("2103-12-20T18:00", expect("calls", limit=105, used=0, remaining=105, rolled=5)),
        row(
            "2104-01-05T12:00",
            change_feature("small", "calls", value=120),
            expect("calls", limit=125, used=0, remaining=125, rolled=5),
        ),
        row(
            "2104-01-20T18:00",
            expect("calls", limit=160, used=0, remaining=160, rolled=40),
            why="Half of 125 is 62.5, and at most 40.",
        ),
        row("2104-01-21T12:00", report("calls", 150), expect("calls", limit=160, used=150, remaining=10)),
        row("2104-02-20T18:00", expect("calls", limit=125, used=0, remaining=125, rolled=5)),
        row("2104-03-01T12:00", cancel("IMMEDIATE"), expect_denied("calls", "NoActiveSubscription")),
    ),
)
