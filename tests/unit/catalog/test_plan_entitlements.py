"""What a plan may give of a feature, by the type of the feature."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from parity.catalog.rules.feature_types import FeatureType
from parity.catalog.rules.features import Feature, FeatureDraft, new_feature
from parity.catalog.rules.plan_entitlements import (
    EntitlementDetails,
    details_of,
    merge_details,
    new_entitlement,
)
from parity.catalog.rules.plans import PlanEntitlement
from parity.core.errors import InvalidFieldsError
from parity.core.periods import Reset, ResetTime

BOOLEAN, CUSTOMIZABLE, METER = FeatureType.BOOLEAN, FeatureType.CUSTOMIZABLE, FeatureType.METER


def feature(feature_type: FeatureType) -> Feature:
    draft = FeatureDraft(name="F", feature_type=feature_type)
    return new_feature(draft, id="1", identifier="f", now=datetime(2026, 3, 2, tzinfo=UTC))


def entitlement(feature_type: FeatureType, **details: Any) -> PlanEntitlement:  # noqa: ANN401
    return new_entitlement(feature(feature_type), EntitlementDetails(**details), "at")


@pytest.mark.parametrize(("value", "kept"), [(True, 1), (False, 0), (None, 1)])
def test_a_boolean_feature_is_given_unless_its_value_is_false(*, value: bool | None, kept: int) -> None:
    given = entitlement(BOOLEAN, value=value)
    assert given.value == kept
    assert not isinstance(given.value, bool)
    assert details_of(given).value is bool(kept)


@pytest.mark.parametrize("feature_type", [CUSTOMIZABLE, METER])
def test_unlimited_has_no_value_and_no_hard_limit(feature_type: FeatureType) -> None:
    given = entitlement(feature_type, value=5, unlimited=True, hard_limit=True)
    assert (given.value, given.unlimited, given.hard_limit) == (None, True, False)


def test_a_meter_feature_keeps_all_details() -> None:
    details = EntitlementDetails(
        value=0,
        hard_limit=False,
        reset=Reset.EVERY_28_DAYS,
        reset_time=ResetTime.SUBSCRIPTION_START,
        rollover={"enabled": True, "percentage": 50, "limit": None},
        usage_alerts={"enabled": True, "thresholds": [80], "threshold_type": "PERCENTAGE"},
    )
    assert details_of(new_entitlement(feature(METER), details, "at")) == details


WRONG: list[tuple[FeatureType, dict[str, Any], set[str]]] = [
    (BOOLEAN, {"value": 1}, {"value"}),
    (BOOLEAN, {"unlimited": True}, {"has_unlimited_usage"}),
    (BOOLEAN, {"value": 0, "reset": Reset.EVERY_DAY}, {"value", "reset"}),
    (CUSTOMIZABLE, {}, {"value"}),
    (CUSTOMIZABLE, {"value": True}, {"value"}),
    (CUSTOMIZABLE, {"value": 1, "reset": Reset.EVERY_DAY}, {"reset"}),
    (CUSTOMIZABLE, {"value": 1, "rollover": {"enabled": True}}, {"rollover"}),
    (CUSTOMIZABLE, {"value": 1, "usage_alerts": {"enabled": True}}, {"usage_alerts"}),
    (METER, {}, {"value"}),
    (METER, {"value": False}, {"value"}),
    (METER, {"value": 1, "rollover": {"enabled": True}}, {"rollover"}),
]


@pytest.mark.parametrize(("feature_type", "details", "fields"), WRONG)
def test_details_that_do_not_fit_the_type_are_refused(
    feature_type: FeatureType, details: dict[str, Any], fields: set[str]
) -> None:
    with pytest.raises(InvalidFieldsError) as refused:
        entitlement(feature_type, **details)
    assert {problem.field for problem in refused.value.problems} == {f"at/{field}" for field in fields}


def test_disabled_rollover_and_alerts_are_allowed_for_every_type() -> None:
    off = {"rollover": {"enabled": False}, "usage_alerts": {"enabled": False}}
    assert entitlement(BOOLEAN, **off).rollover == {"enabled": False}


def test_a_change_keeps_the_other_details() -> None:
    given = entitlement(METER, value=10, hard_limit=False, reset=Reset.EVERY_MONTH)
    expected = EntitlementDetails(value=20, hard_limit=False, reset=Reset.EVERY_MONTH)
    assert merge_details(given, {"value": 20}) == expected


@pytest.mark.parametrize(
    ("changes", "hard"),
    [
        ({"value": 5}, True),
        ({"value": 5, "hard_limit": False}, False),
        ({"value": 5, "unlimited": False}, True),
    ],
)
def test_a_value_makes_unlimited_usage_limited(changes: dict[str, Any], *, hard: bool) -> None:
    new = merge_details(entitlement(METER, unlimited=True), changes)
    assert (new.value, new.unlimited, new.hard_limit) == (5, False, hard)
