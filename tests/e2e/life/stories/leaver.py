"""A customer who is alerted, leaves, comes back, and is erased."""

from __future__ import annotations

from tests.e2e.life.stories.terms import FROM_START
from tests.support.scenarios.life.consumption import (
    confirm,
    release,
    report,
    report_too_much,
    reserve,
    reset,
    try_to_report,
)
from tests.support.scenarios.life.expectations import (
    expect,
    expect_access,
    expect_alerts,
    expect_denied,
    expect_subscription,
)
from tests.support.scenarios.life.purchases import (
    archive,
    cancel,
    change_plan,
    erase,
    grant,
    subscribe,
    try_to_archive,
    try_to_erase,
    try_to_unarchive,
    unarchive,
)
from tests.support.scenarios.life.story import Story, row

AT_80 = {"enabled": True, "thresholds": [80], "thresholdType": "PERCENTAGE"}

LEAVER = Story(
    "leaver",
    "Reservations, corrections and alerts at 80 percent. Then the customer is archived, comes back with a "
    "grant that was left, is archived again, and erased.",
    {
        "team": {"calls": {"value": 100, **FROM_START, "usageAlerts": AT_80}},
        "large": {"calls": {"value": 200, **FROM_START, "usageAlerts": AT_80}},
    },
    (
        row("2103-02-01T12:00", subscribe("team"), expect("calls", limit=100, used=0, remaining=100)),
        row(
            "2103-02-02T12:00",
            reserve("calls", 60, name="job"),
            report("calls", 30),
            report_too_much("calls", 11),
            expect_access("calls", reserved=60),
            expect("calls", limit=100, used=30, remaining=70),
            why="`remaining` is without reservations; 10 are left beside them.",
        ),
        row("2103-02-02T12:30", confirm("job", 45), expect("calls", limit=100, used=75, remaining=25)),
        row(
            "2103-02-03T12:00",
            reserve("calls", 25, name="none"),
            expect_denied("calls", "RequestedUsageExceedingLimit"),
            release("none"),
            report("calls", 5, enforce=True),
            expect("calls", limit=100, used=80, remaining=20),
            expect_alerts("calls", 80),
        ),
        row("2103-02-04T12:00", reserve("calls", 20, name="late"), report_too_much("calls", 1)),
        row(
            "2103-02-04T14:00",
            report("calls", 10, enforce=True),
            expect("calls", limit=100, used=90, remaining=10),
            why="It has expired.",
        ),
        row("2103-02-05T12:00", report("calls", -20), expect("calls", limit=100, used=70, remaining=30)),
        row(
            "2103-02-05T13:00",
            report("calls", 12),
            expect("calls", limit=100, used=82, remaining=18),
            expect_alerts("calls", 80, 82),
        ),
        row(
            "2103-02-06T12:00",
            change_plan("large"),
            expect("calls", limit=200, used=82, remaining=118),
            why="41 percent.",
        ),
        row(
            "2103-02-06T13:00",
            report("calls", 80),
            expect("calls", limit=200, used=162, remaining=38),
            expect_alerts("calls", 80, 82, 162),
            why="81 percent.",
        ),
        row(
            "2103-02-07T12:00",
            report("calls", 50, behaviour="SET"),
            expect("calls", limit=200, used=50, remaining=150),
        ),
        row("2103-02-08T12:00", reset("calls"), expect("calls", limit=200, used=0, remaining=200)),
        row(
            "2103-02-08T13:00",
            report("calls", 170),
            expect("calls", limit=200, used=170, remaining=30),
            expect_alerts("calls", 80, 82, 162, 170),
        ),
        row("2103-03-01T18:00", expect("calls", limit=200, used=0, remaining=200)),
        row(
            "2103-03-02T12:00",
            report("calls", 160),
            expect_alerts("calls", 80, 82, 162, 170, 160),
            report("calls", 10, behaviour="SET"),
            expect("calls", limit=200, used=10, remaining=190),
        ),
        row("2103-04-02T12:00", try_to_archive("customer_has_live_subscriptions")),
        row(
            "2103-04-10T12:00",
            grant("calls", 30, reset="NEVER"),
            expect("calls", limit=230, used=0, remaining=230),
        ),
        row(
            "2103-04-11T12:00",
            report("calls", 210),
            expect("calls", limit=230, used=210, remaining=20),
            expect_alerts("calls", 80, 82, 162, 170, 160, 210),
            why="200 of the month, and 10 of the grant. 80 percent of 230 are 184.",
        ),
        row("2103-05-01T18:00", expect("calls", limit=230, used=10, remaining=220)),
        row("2103-05-10T12:00", cancel("IMMEDIATE"), expect("calls", limit=30, used=10, remaining=20)),
        row(
            "2103-05-10T13:00",
            archive(),
            expect_denied("calls", "CustomerIsArchived"),
            try_to_report("calls", 1, "customer_archived"),
        ),
        row(
            "2103-06-10T12:00",
            unarchive(),
            expect("calls", limit=30, used=10, remaining=20),
            why="The grant is as it was.",
        ),
        row("2103-06-11T12:00", report("calls", 5), expect("calls", limit=30, used=15, remaining=15)),
        row("2103-07-01T12:00", subscribe("team"), expect("calls", limit=130, used=15, remaining=115)),
        row("2103-07-05T12:00", report("calls", 100), expect("calls", limit=130, used=115, remaining=15)),
        row("2103-08-01T18:00", expect("calls", limit=130, used=15, remaining=115)),
        row("2103-12-20T12:00", cancel(), expect_subscription(endDate="2104-01-01")),
        row("2104-01-01T11:00", expect("calls", limit=130, used=15, remaining=115)),
        row(
            "2104-01-01T13:00",
            expect_subscription(status="canceled"),
            expect("calls", limit=30, used=15, remaining=15),
        ),
        row("2104-02-01T12:00", try_to_erase("customer_not_archived"), archive()),
        row(
            "2104-02-02T12:00",
            erase(),
            try_to_unarchive("customer_erased"),
            expect_denied("calls", "CustomerIsArchived"),
        ),
    ),
)
