"""A customer who buys more than the plan gives."""

from __future__ import annotations

from tests.e2e.life.stories.terms import FROM_START
from tests.support.scenarios.life.consumption import report, report_too_much
from tests.support.scenarios.life.expectations import expect, expect_denied
from tests.support.scenarios.life.purchases import cancel, grant, remove_grant, subscribe
from tests.support.scenarios.life.story import Story, row

BOUGHT_MORE = Story(
    "bought-more",
    "Grants beside 100 a month: for each month, once, until a date, from a date, and by the day.",
    {"team": {"calls": {"value": 100, **FROM_START}}},
    (
        row("2103-01-15T12:00", subscribe("team")),
        row("2103-01-16T12:00", grant("calls", 50)),
        row("2103-01-17T12:00", grant("calls", 20, name="short", expiresOn="2103-02-10T00:00:00Z")),
        row("2103-01-18T12:00", expect("calls", limit=170, used=0, remaining=170)),
        row("2103-01-19T12:00", remove_grant(), expect("calls", limit=120, used=0, remaining=120)),
        row("2103-01-20T12:00", report("calls", 90), expect("calls", limit=120, used=90, remaining=30)),
        row("2103-02-10T01:00", expect("calls", limit=100, used=90, remaining=10)),
        row("2103-02-15T18:00", expect("calls", limit=100, used=0, remaining=100)),
        row(
            "2103-02-16T12:00",
            grant("calls", 50, name="once", reset="NEVER"),
            expect("calls", limit=150, used=0, remaining=150),
        ),
        row(
            "2103-02-17T12:00",
            report("calls", 130, enforce=True),
            expect("calls", limit=150, used=130, remaining=20),
            why="100 of the month, and 30 of the 50.",
        ),
        row("2103-03-15T18:00", expect("calls", limit=150, used=30, remaining=120)),
        row("2103-03-16T12:00", report_too_much("calls", 121), report("calls", 110, enforce=True)),
        row(
            "2103-03-16T13:00",
            expect("calls", limit=150, used=140, remaining=10),
            why="100 of the month, and 30 + 10 of the 50.",
        ),
        row(
            "2103-03-16T14:00",
            report_too_much("calls", 11),
            report("calls", 10, enforce=True),
            report_too_much("calls", 1),
            expect("calls", limit=150, used=150, remaining=0),
        ),
        row("2103-04-15T18:00", expect("calls", limit=150, used=50, remaining=100)),
        row(
            "2103-04-16T12:00",
            grant("calls", 30, name="spring", reset="NEVER", expiresOn="2103-06-01T00:00:00Z"),
            grant("calls", 40, name="summer", reset="NEVER", startsOn="2103-07-01T00:00:00Z"),
            expect("calls", limit=180, used=50, remaining=130),
        ),
        row(
            "2103-04-20T12:00",
            report("calls", 110),
            expect("calls", limit=180, used=160, remaining=20),
            why="100 of the month, 10 of the spring's 30, and the 50.",
        ),
        row("2103-05-15T18:00", expect("calls", limit=180, used=60, remaining=120)),
        row("2103-05-20T12:00", report("calls", 60), expect("calls", limit=180, used=120, remaining=60)),
        row(
            "2103-06-01T01:00",
            expect("calls", limit=150, used=110, remaining=40),
            why="The 10 that were used of the spring's end with it. 60 of the month, and the 50.",
        ),
        row("2103-06-15T18:00", expect("calls", limit=150, used=50, remaining=100)),
        row("2103-07-01T01:00", expect("calls", limit=190, used=50, remaining=140)),
        row(
            "2103-07-02T12:00",
            remove_grant(name="once"),
            expect("calls", limit=140, used=0, remaining=140),
        ),
        row(
            "2103-07-03T12:00",
            report("calls", 120),
            expect("calls", limit=140, used=120, remaining=20),
            why="100 of the month, and 20 of the summer's 40.",
        ),
        row(
            "2103-07-04T12:00",
            report("calls", -30),
            expect("calls", limit=140, used=90, remaining=50),
            why="A correction: the month takes back what passed to the summer's. 90 and 0.",
        ),
        row(
            "2103-07-05T12:00",
            report("calls", 130, behaviour="SET"),
            expect("calls", limit=140, used=130, remaining=10),
            why="SET is all that was used since June 15: 100 of the month, and 30 of the summer's.",
        ),
        row("2103-07-15T18:00", expect("calls", limit=140, used=30, remaining=110)),
        row(
            "2103-08-01T12:00",
            grant("calls", 5, name="daily", reset="EVERY_DAY"),
            expect("calls", limit=145, used=30, remaining=115),
            why="Three levels: 5 a day, 100 a month, and the summer's 40.",
        ),
        row(
            "2103-08-01T13:00",
            report("calls", 8),
            expect("calls", limit=145, used=38, remaining=107),
            why="5 of the day, 3 of the month.",
        ),
        row("2103-08-02T01:00", expect("calls", limit=145, used=33, remaining=112)),
        row(
            "2103-08-02T12:00",
            report_too_much("calls", 113),
            report("calls", 112, enforce=True),
            expect("calls", limit=145, used=145, remaining=0),
        ),
        row("2103-08-03T01:00", expect("calls", limit=145, used=140, remaining=5)),
        row("2103-08-15T18:00", expect("calls", limit=145, used=40, remaining=105)),
        row(
            "2103-08-20T12:00",
            remove_grant(name="daily"),
            expect("calls", limit=140, used=40, remaining=100),
        ),
        row(
            "2103-12-20T12:00",
            report("calls", 170),
            expect("calls", limit=140, used=210, remaining=-70),
            why="Not enforced, and 70 more than there is: a debt of the month.",
        ),
        row("2103-12-20T13:00", expect_denied("calls", "RequestedUsageExceedingLimit")),
        row(
            "2103-12-21T12:00",
            grant("calls", 50, name="cover", reset="NEVER"),
            expect("calls", limit=190, used=210, remaining=-20),
            why="More that is bought in the month covers 50 of it.",
        ),
        row(
            "2104-01-15T18:00",
            expect("calls", limit=190, used=90, remaining=100),
            why="The debt of 20 is gone with the month. 40 and 50 are used.",
        ),
        row(
            "2104-01-20T12:00",
            cancel("IMMEDIATE"),
            expect("calls", limit=90, used=90, remaining=0),
            expect_denied("calls", "RequestedUsageExceedingLimit"),
            why="What was granted stays without a subscription.",
        ),
        row(
            "2104-01-21T12:00",
            grant("calls", 10, name="last", reset="NEVER"),
            expect("calls", limit=100, used=90, remaining=10),
        ),
        row(
            "2104-01-22T12:00",
            report("calls", 10, enforce=True),
            report_too_much("calls", 1),
            expect("calls", limit=100, used=100, remaining=0),
        ),
    ),
)
