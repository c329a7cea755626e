"""A plan by the year, with a cancel that meets changes of the charge period."""

from __future__ import annotations

from tests.e2e.life.stories.terms import BY_CALENDAR
from tests.support.scenarios.life.consumption import report
from tests.support.scenarios.life.expectations import (
    expect,
    expect_denied,
    expect_subscription,
    expect_usage,
)
from tests.support.scenarios.life.purchases import cancel, change_plan, subscribe, undo
from tests.support.scenarios.life.story import Story, row

ANCHORED_YEAR = {"reset": "EVERY_YEAR", "resetTime": "SUBSCRIPTION_START", "hardLimit": True}

BY_THE_YEAR = Story(
    "by-the-year",
    "A subscription by the year and by the month. Calls are reset by calendar months, exports by years from "
    "the start, stamps by calendar years. A cancel at the end of the period follows the period.",
    {
        "solo": {
            "calls": {"value": 100, **BY_CALENDAR},
            "exports": {"value": 50, **ANCHORED_YEAR},
            "stamps": {"value": 12, "reset": "EVERY_YEAR", "hardLimit": True},
        }
    },
    (
        row(
            "2103-02-28T12:00",
            subscribe("solo", period="YEARLY"),
            expect_subscription(status="active", billingPeriodEndTime="2104-02-28T12"),
        ),
        row(
            "2103-02-28T13:00",
            report("calls", 90),
            expect("calls", limit=100, used=90, remaining=10),
            report("exports", 20),
            expect("exports", limit=50, used=20, remaining=30),
            report("stamps", 5),
            expect("stamps", limit=12, used=5, remaining=7),
        ),
        row(
            "2103-03-01T01:00",
            expect("calls", limit=100, used=0, remaining=100),
            expect("exports", limit=50, used=20, remaining=30),
            expect("stamps", limit=12, used=5, remaining=7),
        ),
        row("2103-04-05T12:00", report("calls", 10), expect("calls", limit=100, used=10, remaining=90)),
        row("2103-04-10T12:00", cancel(), expect_subscription(endDate="2104-02-28")),
        row(
            "2103-04-11T12:00",
            change_plan("solo"),
            expect_subscription(endDate="2103-05-11", billingPeriodEndTime="2103-05-11T12"),
            expect("calls", limit=100, used=10, remaining=90),
            expect("exports", limit=50, used=0, remaining=50),
            expect("stamps", limit=12, used=5, remaining=7),
            why="A month begins now, and the cancel is for its end. Windows from the start begin with it.",
        ),
        row("2103-05-05T12:00", report("calls", 40), expect("calls", limit=100, used=40, remaining=60)),
        row("2103-05-11T11:00", expect_subscription(status="active", nextInvoiceDate=None)),
        row(
            "2103-05-11T13:00",
            expect_subscription(status="canceled"),
            expect_denied("calls", "NoActiveSubscription"),
        ),
        row(
            "2103-05-20T12:00",
            subscribe("solo", name="again"),
            expect("calls", limit=100, used=0, remaining=100),
            expect("exports", limit=50, used=0, remaining=50),
            expect("stamps", limit=12, used=0, remaining=12),
            why="A plan that starts anew starts with nothing used, also in the same month and year.",
        ),
        row(
            "2103-05-25T12:00",
            report("calls", 15),
            expect("calls", limit=100, used=15, remaining=85),
            report("exports", 30),
            expect("exports", limit=50, used=30, remaining=20),
        ),
        row(
            "2103-05-26T12:00",
            cancel(name="again"),
            expect_subscription(name="again", endDate="2103-06-20"),
        ),
        row(
            "2103-05-27T12:00",
            change_plan("solo", name="again", period="YEARLY"),
            expect_subscription(name="again", endDate="2104-05-27"),
            expect("calls", limit=100, used=15, remaining=85),
            expect("exports", limit=50, used=0, remaining=50),
            why="A year begins now, and the cancel is for its end.",
        ),
        row("2103-05-28T12:00", undo(name="again"), expect_subscription(name="again", endDate=None)),
        row("2103-06-01T01:00", expect("calls", limit=100, used=0, remaining=100)),
        row(
            "2103-12-31T22:00",
            report("calls", 70),
            expect("calls", limit=100, used=70, remaining=30),
            report("exports", 25),
            expect("exports", limit=50, used=25, remaining=25),
            report("stamps", 4),
            expect("stamps", limit=12, used=4, remaining=8),
        ),
        row(
            "2104-01-01T01:00",
            expect("calls", limit=100, used=0, remaining=100),
            expect("exports", limit=50, used=25, remaining=25),
            expect("stamps", limit=12, used=0, remaining=12),
        ),
        row("2104-02-29T12:00", report("calls", 33), expect("calls", limit=100, used=33, remaining=67)),
        row(
            "2104-03-01T01:00",
            expect("calls", limit=100, used=0, remaining=100),
            expect_usage("calls", "DAY", 0, 33, 0, since="2104-02-28", until="2104-03-02"),
            expect_usage(
                "stamps", "MONTH", *(5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4), since="2103-02-01", until="2104-01-01"
            ),
        ),
        row(
            "2104-03-10T12:00",
            change_plan("solo", name="again", effective="PERIOD_END"),
            expect_subscription(name="again", pendingChange="solo"),
            why="A change that is to come at the end of the year, which the cancel does not wait for.",
        ),
        row(
            "2104-03-20T12:00",
            cancel("IMMEDIATE", name="again"),
            expect_subscription(name="again", status="canceled", pendingChange=None),
            expect_denied("exports", "NoActiveSubscription"),
        ),
    ),
)
