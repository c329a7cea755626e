"""Which thresholds are reached: by cases in words, and that usage only ever reaches more of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parity.catalog.rules.feature_types import FeatureType
from parity.core.numbers import Number
from parity.core.periods import Period, Reset
from parity.entitlements.rules.sources import (
    Alerts,
    FeatureSources,
    Rollover,
    Snapshot,
    Source,
    SourceKind,
    ThresholdType,
)
from parity.usage.rules.alerts import Alert, find_alerts
from tests.support.builders.entitlements import make_source
from tests.support.builders.evaluation import make_usage, make_window_usage

JANUARY, FEBRUARY, MARCH, APRIL = (datetime(2026, month, 1, tzinfo=UTC) for month in range(1, 5))
AT = datetime(2026, 3, 15, tzinfo=UTC)
PERCENTAGE, BALANCE = ThresholdType
MONTHLY: dict[str, Any] = {"reset": Reset.EVERY_MONTH}


def alerting_source(
    *thresholds: int,
    of: ThresholdType = PERCENTAGE,
    limit: int = 200,
    **details: Any,  # noqa: ANN401
) -> Source:
    return make_source(limit, **{**MONTHLY, "alerts": Alerts(of, thresholds), **details})


def find_alerts_in_march(
    *sources: Source, used: Number, since: datetime = MARCH, carried: int = 0
) -> list[Alert]:
    """The alerts that are reached on 15 March, with this usage in the month."""
    usage = make_window_usage("EVERY_MONTH", since, used, carried, at=AT if since == MARCH else None)
    found = find_alerts(snapshot_of(*sources), "exports", AT, usage)
    return [alert for alert in found if alert.is_reached]


def snapshot_of(*sources: Source, feature_type: FeatureType = FeatureType.METER) -> Snapshot:
    features = {"exports": FeatureSources(feature_type, sources)}
    return Snapshot(archived=False, subscribed=(), features=features)


def threshold_values(alerts: list[Alert]) -> list[int]:
    return [alert.threshold_value for alert in alerts]


def test_an_alert_holds_the_threshold_the_window_and_the_usage() -> None:
    assert find_alerts_in_march(alerting_source(80), used=161) == [
        Alert(
            feature="exports",
            threshold_type=PERCENTAGE,
            threshold_value=80,
            kind="EVERY_MONTH",
            window=Period(MARCH, APRIL),
            usage_limit=200,
            current_usage=161,
            subscription_id="subscription-1",
        )
    ]


@pytest.mark.parametrize(
    ("of", "used", "reached"),
    [
        (PERCENTAGE, 0, []),
        (PERCENTAGE, 99, []),
        (PERCENTAGE, 100, [50]),
        (PERCENTAGE, 200, [50, 100]),
        (PERCENTAGE, 241, [50, 100, 120]),
        (BALANCE, 79, []),
        (BALANCE, 80, [120]),
        (BALANCE, 150, [50, 100, 120]),
        (BALANCE, 500, [50, 100, 120]),
        (BALANCE, Decimal("149.5"), [100, 120]),
    ],
)
def test_all_thresholds_that_usage_has_reached_are_found(
    of: ThresholdType, used: Number, reached: list[int]
) -> None:
    assert threshold_values(find_alerts_in_march(alerting_source(100, 50, 120, of=of), used=used)) == reached


@pytest.mark.parametrize(
    ("percentage", "limit", "least"),
    [(34, 3, 2), (33, 3, 1), (100, 3, 3), (80, 10**17 + 1, 8 * 10**16 + 1)],
)
def test_a_percentage_is_reached_exactly(percentage: int, limit: int, least: int) -> None:
    found = [
        find_alerts_in_march(alerting_source(percentage, limit=limit), used=used)
        for used in (least - 1, least)
    ]
    assert list(map(threshold_values, found)) == [[], [percentage]]


def test_usage_of_another_window_reaches_nothing() -> None:
    assert find_alerts_in_march(alerting_source(80), used=200, since=FEBRUARY) == []
    (alert,) = find_alerts(snapshot_of(alerting_source(80)), "exports", AT, None)
    assert (alert.current_usage, alert.is_reached) == (0, False)


def test_thresholds_are_of_the_limit_of_all_sources_together() -> None:
    sources = alerting_source(50), make_source(100, SourceKind.GRANT, **MONTHLY)
    assert threshold_values(find_alerts_in_march(*sources, used=149)) == []
    (alert,) = find_alerts_in_march(*sources, used=150)
    assert (alert.usage_limit, alert.current_usage) == (300, 150)


def test_thresholds_are_of_the_limit_with_what_was_carried() -> None:
    """From a February in which nothing was used, or as the counter has it."""
    (alert,) = find_alerts_in_march(alerting_source(0, rollover=Rollover(100, 100)), used=500, since=JANUARY)
    assert (alert.usage_limit, alert.current_usage) == (300, 0)
    assert find_alerts_in_march(alerting_source(50), used=149, carried=100) == []
    (alert,) = find_alerts_in_march(alerting_source(50), used=150, carried=100)
    assert (alert.usage_limit, alert.current_usage) == (300, 150)


def test_the_same_threshold_of_two_subscriptions_is_one_alert() -> None:
    sources = alerting_source(50, 80, id="a"), alerting_source(80, 90, id="b")
    assert [
        (alert.threshold_value, alert.subscription_id) for alert in find_alerts_in_march(*sources, used=400)
    ] == [
        (50, "a"),
        (80, "a"),
        (90, "b"),
    ]


def test_a_percentage_and_a_balance_of_the_same_number_are_two_alerts() -> None:
    sources = alerting_source(50, id="a"), alerting_source(50, of=BALANCE, id="b")
    assert [alert.threshold_type for alert in find_alerts_in_march(*sources, used=400)] == [
        BALANCE,
        PERCENTAGE,
    ]


def test_thresholds_are_of_the_limits_of_all_levels() -> None:
    """Half of 200 a month and 1000 a year is 600."""
    sources = alerting_source(50), make_source(1000, reset=Reset.EVERY_YEAR)
    assert find_alerts_in_march(*sources, used=599) == []
    (alert,) = find_alerts_in_march(*sources, used=600)
    assert (alert.kind, alert.usage_limit, alert.current_usage) == ("EVERY_MONTH", 1200, 600)


def test_where_usage_does_not_add_up_every_window_has_its_own_alerts() -> None:
    sources = alerting_source(50), alerting_source(50, reset=Reset.EVERY_YEAR, limit=1000)
    feature = FeatureSources(FeatureType.METER, sources, adds_up=False)
    snapshot = replace(snapshot_of(), features={"exports": feature})
    usage = make_usage(feature, {"EVERY_MONTH": 100, "EVERY_YEAR": 499}, AT)
    found = find_alerts(snapshot, "exports", AT, usage)
    assert [(alert.kind, alert.is_reached) for alert in found] == [
        ("EVERY_MONTH", True),
        ("EVERY_YEAR", False),
    ]


@pytest.mark.parametrize(
    "sources",
    [
        pytest.param([make_source(100, **MONTHLY)], id="no thresholds"),
        pytest.param([alerting_source(0, unlimited=True)], id="unlimited"),
        pytest.param(
            [alerting_source(0), make_source(unlimited=True, **MONTHLY)], id="unlimited by another source"
        ),
        pytest.param([alerting_source(0, 80, limit=0)], id="a limit of 0"),
        pytest.param([alerting_source(0, valid_until=AT)], id="ended"),
        pytest.param(
            [
                alerting_source(0),
                alerting_source(kind=SourceKind.OVERRIDE, limit=100),
            ],
            id="overridden without thresholds",
        ),
        pytest.param([], id="no source"),
    ],
)
def test_no_threshold_is_reached_where(sources: list[Source]) -> None:
    assert find_alerts_in_march(*sources, used=10**9) == []


def test_only_meters_alert_and_only_those_that_the_customer_has() -> None:
    switch = snapshot_of(alerting_source(0), feature_type=FeatureType.BOOLEAN)
    assert find_alerts(switch, "exports", AT, None) == []
    assert find_alerts(snapshot_of(alerting_source(0)), "emails", AT, None) == []
    assert find_alerts(replace(snapshot_of(), features={}, archived=True), "exports", AT, None) == []


@given(
    of=st.sampled_from(ThresholdType),
    thresholds=st.lists(st.integers(0, 150), unique=True, max_size=5),
    limit=st.integers(0, 200),
    used=st.integers(-50, 400),
)
def test_the_reached_thresholds_are_what_the_rule_says(
    of: ThresholdType, thresholds: list[int], limit: int, used: int
) -> None:
    def is_reached(value: int) -> bool:
        if limit == 0:
            return False
        return used >= Fraction(limit * value, 100) if of is PERCENTAGE else limit - used <= value

    found = find_alerts_in_march(alerting_source(*thresholds, of=of, limit=limit), used=used)
    assert threshold_values(found) == sorted(filter(is_reached, thresholds))
