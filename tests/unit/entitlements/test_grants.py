"""What is left of each grant (docs/entitlements.md)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from parity.catalog.rules.feature_types import FeatureType
from parity.core.numbers import Number
from parity.core.periods import Period, Reset
from parity.entitlements.rules.grants import GrantBalance, compute_grant_balances
from parity.entitlements.rules.sources import FeatureSources, Snapshot, Source, SourceKind
from tests.support.builders.entitlements import make_source
from tests.support.builders.evaluation import make_usage
from tests.support.builders.moments import DAY, MOMENT, START

MONTHLY: dict[str, Any] = {"reset": Reset.EVERY_MONTH}
YEARLY: dict[str, Any] = {"reset": Reset.EVERY_YEAR}
PLAN = make_source(100, **MONTHLY)


def make_grant(value: int | None, id: str = "g", **details: Any) -> Source:  # noqa: A002, ANN401
    return make_source(value, SourceKind.GRANT, id=id, **{"reset": None, **details})


def compute(
    *sources: Source, used: dict[str, Number], feature_type: FeatureType = FeatureType.METER
) -> dict[str, GrantBalance]:
    """The balances with this usage by window kind."""
    features = {"exports": FeatureSources(feature_type, sources)}
    usages = {"exports": make_usage(features["exports"], used, MOMENT)}
    snapshot = Snapshot(archived=False, subscribed=(Period(START, None),), features=features)
    return compute_grant_balances(snapshot, usages, MOMENT)


@pytest.mark.parametrize(
    ("used", "left"), [(0, 50), (100, 50), (120, 30), (Decimal("120.5"), Decimal("29.5")), (150, 0), (200, 0)]
)
def test_usage_fills_the_plans_first(used: Number, left: Number) -> None:
    assert compute(PLAN, make_grant(50), used={"EVERY_MONTH": used}) == {"g": GrantBalance(50 - left, left)}


def test_then_the_grant_that_expires_soonest() -> None:
    grants = (
        make_grant(30, "never"),
        make_grant(20, "late", valid_until=MOMENT + 9 * DAY),
        make_grant(10, "soon", valid_until=MOMENT + DAY),
    )
    expected = {"soon": GrantBalance(10, 0), "late": GrantBalance(15, 5), "never": GrantBalance(0, 30)}
    assert compute(PLAN, *grants, used={"EVERY_MONTH": 125}) == expected
    assert compute(*grants[::-1], PLAN, used={"EVERY_MONTH": 125}) == expected


def test_windows_of_its_own_are_counted_beside_those_of_the_plans() -> None:
    once = make_grant(50, reset=Reset.NEVER)
    assert compute(PLAN, once, used={"EVERY_MONTH": 120}) == {"g": GrantBalance(20, 30)}


def test_of_several_windows_the_one_with_least_left_counts() -> None:
    plans = PLAN, make_source(1000, id="yearly", **YEARLY)
    used: dict[str, Number] = {"EVERY_MONTH": 110, "EVERY_YEAR": 1040}
    assert compute(*plans, make_grant(50), used=used) == {"g": GrantBalance(40, 10)}


def test_nothing_is_used_of_a_grant_where_usage_is_unlimited() -> None:
    unlimited = make_source(None, id="unlimited", unlimited=True, **MONTHLY)
    assert compute(unlimited, make_grant(50), used={"EVERY_MONTH": 999}) == {"g": GrantBalance(0, 50)}
    assert compute(PLAN, make_grant(None, unlimited=True), used={"EVERY_MONTH": 999}) == {}


@pytest.mark.parametrize("when", [{"valid_from": MOMENT + DAY}, {"valid_until": MOMENT}])
def test_a_grant_that_is_not_in_effect_has_no_balance(when: dict[str, Any]) -> None:
    assert compute(PLAN, make_grant(50, **when), used={}) == {}


@pytest.mark.parametrize("feature_type", [FeatureType.BOOLEAN, FeatureType.CUSTOMIZABLE])
def test_only_meters_have_balances(feature_type: FeatureType) -> None:
    assert compute(make_source(5), make_grant(1), used={}, feature_type=feature_type) == {}
