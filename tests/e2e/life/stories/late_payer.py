"""A customer who pays late, or not at all."""

from __future__ import annotations

from tests.e2e.life.stories.terms import FROM_START
from tests.support.scenarios.life.consumption import report
from tests.support.scenarios.life.expectations import expect, expect_denied, expect_subscription
from tests.support.scenarios.life.purchases import change_plan, pay, subscribe
from tests.support.scenarios.life.story import Story, row

LATE_PAYER = Story(
    "late-payer",
    "Failed payments and the 14 days after them; subscriptions and changes that wait for their payment.",
    {"team": {"calls": {"value": 100, **FROM_START}}, "large": {"calls": {"value": 300, **FROM_START}}},
    (
        row("2103-01-05T12:00", subscribe("team"), expect("calls", limit=100, used=0, remaining=100)),
        row("2103-02-05T18:00", pay("FAILED"), expect_subscription(status="past_due")),
        row(
            "2103-02-19T12:00",
            report("calls", 40),
            expect("calls", limit=100, used=40, remaining=60),
            why="Access stays for 14 days: until February 19, 18:00.",
        ),
        row("2103-02-19T13:00", pay(), expect_subscription(status="active")),
        row("2103-03-05T18:00", pay("FAILED"), expect("calls", limit=100, used=0, remaining=100)),
        row(
            "2103-03-19T17:00",
            expect_subscription(status="past_due"),
            why="The 14 days go on over a renewal, of which there is none before March 19, 18:00.",
        ),
        row(
            "2103-03-19T19:00",
            expect_subscription(status="canceled"),
            expect_denied("calls", "NoActiveSubscription"),
        ),
        row(
            "2103-04-01T12:00",
            subscribe("team", paymentBehavior="activate_on_payment"),
            expect_subscription(status="incomplete"),
            expect_denied("calls", "NoActiveSubscription"),
        ),
        row(
            "2103-04-02T13:00",
            expect_subscription(status="incomplete_expired"),
            why="It waits for 24 hours.",
        ),
        row("2103-04-10T12:00", subscribe("team", paymentBehavior="activate_on_payment")),
        row(
            "2103-04-10T15:00",
            pay(),
            expect_subscription(status="active"),
            expect("calls", limit=100, used=0, remaining=100),
        ),
        row("2103-04-20T12:00", report("calls", 70), expect("calls", limit=100, used=70, remaining=30)),
        row(
            "2103-04-21T12:00",
            change_plan("large", paymentBehavior="activate_on_payment"),
            expect_subscription(unpaidChange="large"),
            expect("calls", limit=100, used=70, remaining=30),
        ),
        row(
            "2103-04-22T13:00",
            expect_subscription(unpaidChange=None, status="active"),
            expect("calls", limit=100, used=70, remaining=30),
            why="The change is not paid for within 24 hours.",
        ),
        row("2103-04-25T12:00", change_plan("large", paymentBehavior="activate_on_payment")),
        row(
            "2103-04-25T14:00",
            pay("FAILED"),
            expect_subscription(status="active", unpaidChange="large"),
            why="Another attempt may succeed.",
        ),
        row(
            "2103-04-25T15:00",
            pay(),
            expect_subscription(unpaidChange=None),
            expect("calls", limit=300, used=70, remaining=230),
            why="The same windows: the usage stays.",
        ),
        row("2103-05-10T18:00", expect("calls", limit=300, used=0, remaining=300)),
        row("2103-05-10T19:00", report("calls", 10), expect("calls", limit=300, used=10, remaining=290)),
        row(
            "2103-05-11T12:00",
            change_plan("large", period="YEARLY", paymentBehavior="activate_on_payment"),
            expect("calls", limit=300, used=10, remaining=290),
        ),
        row(
            "2103-05-11T15:00",
            pay(),
            expect_subscription(billingPeriodEndTime="2104-05-11T15"),
            expect("calls", limit=300, used=0, remaining=300),
            why="A new billing period begins with the payment, and windows with it.",
        ),
        row("2103-06-01T12:00", report("calls", 300), expect("calls", limit=300, used=300, remaining=0)),
        row("2103-06-11T14:00", expect("calls", limit=300, used=300, remaining=0)),
        row("2103-06-11T18:00", expect("calls", limit=300, used=0, remaining=300)),
        row(
            "2103-12-31T12:00",
            report("calls", 25),
            expect("calls", limit=300, used=25, remaining=275),
            why="The window of December 11 goes on over the end of the year.",
        ),
        row("2104-01-01T06:00", expect("calls", limit=300, used=25, remaining=275)),
        row("2104-01-11T18:00", expect("calls", limit=300, used=0, remaining=300)),
        row("2104-01-20T12:00", pay("FAILED"), expect_subscription(status="past_due")),
        row("2104-02-03T11:00", expect("calls", limit=300, used=0, remaining=300)),
        row(
            "2104-02-03T13:00",
            expect_subscription(status="canceled"),
            expect_denied("calls", "NoActiveSubscription"),
        ),
    ),
)
