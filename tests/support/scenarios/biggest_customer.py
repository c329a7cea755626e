"""A customer of many subscriptions to a plan of many metered features, with all that a plan may say."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from parity.catalog.rules.plans import PlanEntitlement
from parity.core.periods import Reset, ResetTime
from parity.core.times import now
from tests.support.builders.catalog import make_hard_limit, sell_plan, store_metered_feature
from tests.support.builders.customers import store_customer
from tests.support.builders.moments import DAY
from tests.support.builders.prepared import prepare_once
from tests.support.builders.subscriptions import subscribe_at

SEVEN_ALERTS = {"enabled": True, "threshold_type": "PERCENTAGE", "thresholds": [50, 60, 70, 80, 90, 95, 100]}
ROLLOVER = {"enabled": True, "percentage": 100, "limit": 1_000_000}
APART = timedelta(minutes=10)
"""How far apart the subscriptions start, so that each has windows of its own."""


def name_features(number: int) -> list[str]:
    """Identifiers of 80 characters."""
    return [f"feature-{place:03}-" + "x" * 68 for place in range(number)]


def make_large_entitlements(features: int) -> tuple[PlanEntitlement, ...]:
    return tuple(
        make_hard_limit(
            1_000_000,
            feature=name,
            reset=Reset.EVERY_MONTH,
            reset_time=ResetTime.SUBSCRIPTION_START,
            rollover=ROLLOVER,
            usage_alerts=SEVEN_ALERTS,
        )
        for name in name_features(features)
    )


@prepare_once
def subscribe_acme_often(subscriptions: int, features: int) -> list[str]:
    """Sells the plan, and subscribes the customer `acme` to it so many times; the subscriptions' ids."""
    sell_large_plan(features)
    return subscribe_acme(range(subscriptions))


def sell_large_plan(features: int) -> None:
    """The plan with so many metered features, and the customer `acme`."""
    for name in name_features(features):
        store_metered_feature(name)
    sell_plan("large", gives=make_large_entitlements(features))
    store_customer("Acme")


def subscribe_acme(numbers: Iterable[int]) -> list[str]:
    """A subscription for each number, the first of which started three days ago; their ids."""
    first = now() - 3 * DAY
    return [subscribe_at(first + number * APART, "large") for number in numbers]
