"""Usage that is counted from events."""

from __future__ import annotations

from tests.e2e.life.stories.terms import BY_CALENDAR
from tests.support.scenarios.life.consumption import send, try_to_send
from tests.support.scenarios.life.expectations import expect, expect_denied, expect_usage, expect_windows
from tests.support.scenarios.life.purchases import cancel, grant, remove_grant, subscribe
from tests.support.scenarios.life.story import Story, row

TENTH_ROLLS = {"enabled": True, "percentage": 10, "limit": 50}

COUNTED = Story(
    "counted",
    "Events, on time and late: tokens add up, visitors are unique, and the peak is the greatest value. A "
    "tenth of the tokens that are left rolls over, at most 50.",
    {
        "metered": {
            "tokens": {"value": 1000, **BY_CALENDAR, "rollover": TENTH_ROLLS},
            "visitors": {"value": 10, **BY_CALENDAR},
            "peak": {"value": 100, **BY_CALENDAR},
        }
    },
    (
        row("2103-03-10T12:00", subscribe("metered"), expect("tokens", limit=1000, used=0, remaining=1000)),
        row(
            "2103-03-10T14:00",
            send("tokens", "2103-03-10T13:30", amount=300),
            expect("tokens", limit=1000, used=300, remaining=700),
            send("visitors", "2103-03-10T13:30", user="ann"),
            send("visitors", "2103-03-10T13:40", user="bob"),
            send("visitors", "2103-03-10T13:50", user="ann"),
            expect("visitors", limit=10, used=2, remaining=8),
            send("peak", "2103-03-10T13:30", height=40),
            send("peak", "2103-03-10T13:40", height=70),
            send("peak", "2103-03-10T13:50", height=55),
            expect("peak", limit=100, used=70, remaining=30),
        ),
        row(
            "2103-03-10T18:00",
            send("tokens", "2103-03-10T13:45", amount=50),
            expect("tokens", limit=1000, used=350, remaining=650),
            why="The hour from 13:00 on is closed by now, and is opened again.",
        ),
        row(
            "2103-03-10T20:00",
            send("tokens", "2103-03-10T13:45", amount=50),
            expect("tokens", limit=1000, used=350, remaining=650),
            expect_usage("tokens", "HOUR", 0, 350, 0, since="2103-03-10T12:00Z", until="2103-03-10T15:00Z"),
            why="Sent again, it is the same event.",
        ),
        row(
            "2103-03-31T23:30",
            send("tokens", "2103-03-31T23:10", amount=-20),
            send("tokens", "2103-03-31T23:15", amount=220),
            expect("tokens", limit=1000, used=550, remaining=450),
            why="A correction, and one more.",
        ),
        row(
            "2103-04-01T02:00",
            expect("tokens", limit=1045, used=0, remaining=1045, rolled=45),
            expect("visitors", limit=10, used=0, remaining=10),
            expect("peak", limit=100, used=0, remaining=100),
            why="A tenth of 450.",
        ),
        row(
            "2103-04-01T03:00",
            send("tokens", "2103-03-31T23:50", amount=100),
            why="Of the window that has just ended: it leaves 350, of which a tenth rolls over.",
        ),
        row(
            "2103-04-01T06:00",
            expect("tokens", limit=1035, used=0, remaining=1035, rolled=35),
        ),
        row(
            "2103-04-10T12:00",
            *(send("visitors", "2103-04-10T11:30", user=user) for user in ("ann", "bob", "cy", "dan")),
            expect("visitors", limit=10, used=4, remaining=6),
        ),
        row(
            "2103-04-10T13:00",
            grant("visitors", 20, reset="EVERY_DAY"),
            expect("visitors", limit=20, used=0, remaining=20),
            why="Unique visitors have no units that could pass to the other window. The day leaves 20, "
            "the month 6.",
        ),
        row(
            "2103-04-10T15:00",
            *(send("visitors", "2103-04-10T14:30", user=user) for user in ("eve", "fay", "gus")),
            *(send("visitors", "2103-04-10T14:40", user=user) for user in ("hal", "ida", "jon")),
            expect("visitors", limit=20, used=6, remaining=14),
            why="The day leaves 14, the month 0.",
        ),
        row("2103-04-11T01:00", expect("visitors", limit=20, used=0, remaining=20)),
        row(
            "2103-04-11T12:00",
            remove_grant(),
            expect("visitors", limit=10, used=10, remaining=0),
            expect_denied("visitors", "RequestedUsageExceedingLimit"),
        ),
        row(
            "2103-05-01T01:00",
            expect("tokens", limit=1050, used=0, remaining=1050, rolled=50),
            expect("visitors", limit=10, used=0, remaining=10),
            why="A tenth of 1035 is more than 50.",
        ),
        row(
            "2103-05-10T12:00",
            send("tokens", "2103-05-10T11:30", amount=400),
            expect("tokens", limit=1050, used=400, remaining=650),
        ),
        row(
            "2103-05-20T12:00",
            send("tokens", "2103-04-30T10:00", amount=30),
            send("tokens", "2103-05-08T10:00", amount=7),
            expect("tokens", limit=1050, used=407, remaining=643),
            try_to_send("tokens", "2103-04-10T10:00", "timestamp_too_old", amount=1),
            why="20 days late, in the window that has ended; and 12 days late, in the present one.",
        ),
        row("2103-05-20T15:00", expect_windows("tokens", 30, 407)),
        row(
            "2103-06-01T01:00",
            expect("tokens", limit=1050, used=0, remaining=1050, rolled=50),
            why="A tenth of 643 is more than 50.",
        ),
        row(
            "2103-12-31T23:30",
            send("tokens", "2103-12-31T23:15", amount=1040),
            expect("tokens", limit=1050, used=1040, remaining=10),
        ),
        row("2104-01-01T02:00", expect("tokens", limit=1001, used=0, remaining=1001, rolled=1)),
        row(
            "2104-01-01T03:00",
            send("tokens", "2103-12-31T23:59", amount=10),
            why="10 more of December: nothing is left of it.",
        ),
        row("2104-01-01T06:00", expect("tokens", limit=1000, used=0, remaining=1000, rolled=0)),
        row(
            "2104-02-29T12:00",
            send("tokens", "2104-02-29T11:30", amount=29),
            expect("tokens", limit=1050, used=29, remaining=1021),
        ),
        row(
            "2104-03-02T12:00",
            expect("tokens", limit=1050, used=0, remaining=1050),
            expect_usage(
                "tokens",
                "MONTH",
                *(650, 30, 407, 0, 0, 0, 0, 0, 0, 1050, 0, 29),
                since="2103-03-01",
                until="2104-03-01",
            ),
            expect_usage(
                "visitors",
                "MONTH",
                *(2, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
                since="2103-03-01",
                until="2104-03-01",
                total=10,
            ),
            why="Ann and Bob came in two months, and are two of ten visitors.",
        ),
        row("2104-03-05T12:00", cancel("IMMEDIATE"), expect_denied("tokens", "NoActiveSubscription")),
    ),
    meters={
        "tokens": {"function": "SUM", "field": "amount"},
        "visitors": {"function": "UNIQUE", "field": "user"},
        "peak": {"function": "MAX", "field": "height"},
    },
)
