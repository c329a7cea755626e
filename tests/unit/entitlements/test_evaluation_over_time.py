"""Which windows, sources and subscriptions count at a moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from parity.catalog.rules.feature_types import FeatureType
from parity.core.periods import Period
from parity.entitlements.rules.evaluation import DenialReason, Entitlement, FeatureCheck, evaluate
from parity.entitlements.rules.sources import FeatureSources, Snapshot, SourceKind
from tests.support.builders.entitlements import make_source
from tests.support.builders.evaluation import (
    FOREVER,
    METER,
    MONTHLY,
    NOW,
    YEARLY,
    evaluate_sources,
    make_feature_snapshot,
    make_usage,
    make_window_usage,
)
from tests.support.builders.moments import DAY, START, TICK

OVERRIDE, GRANT = SourceKind.OVERRIDE, SourceKind.GRANT


def test_usage_in_another_window_does_not_count() -> None:
    source = make_source(100, **MONTHLY, valid_from=START - 90 * DAY)
    open_window = source.window(NOW)
    usage = make_window_usage("EVERY_MONTH", source.window(open_window.start - TICK).start, 100)
    check = FeatureCheck(feature="exports", at=NOW, usage=usage)
    found = evaluate(make_feature_snapshot(METER, [source]), check)
    assert (found.used, found.remaining, found.window) == (0, 100, open_window)


def test_usage_counts_until_its_window_ends() -> None:
    turns = datetime(2026, 3, 1, tzinfo=UTC)
    usage = make_window_usage("EVERY_MONTH", datetime(2026, 2, 1, tzinfo=UTC), 100)
    check = FeatureCheck(feature="exports", at=turns - TICK, usage=usage)
    monthly = make_feature_snapshot(METER, [make_source(100, **MONTHLY)])
    assert not evaluate(monthly, check).has_access
    assert evaluate(monthly, replace(check, at=turns)).has_access


def test_what_was_used_of_a_source_ends_with_it() -> None:
    """Of a pack of 100 with 60 used, nothing is left to be charged to a grant that begins later."""
    old = make_source(100, id="a", valid_until=NOW + DAY)
    new = make_source(10, GRANT, id="b", valid_from=NOW, anchor=NOW)
    snapshot = make_feature_snapshot(METER, [old, new])
    usage = make_usage(FeatureSources(METER, (old, new)), {"NEVER": 60}, NOW - TICK)
    check = FeatureCheck(feature="exports", at=NOW - TICK, usage=usage)
    answers = [evaluate(snapshot, replace(check, at=at)) for at in (NOW - TICK, NOW, NOW + DAY)]
    assert [(each.value, each.used) for each in answers] == [(100, 60), (110, 60), (10, 0)]


@pytest.mark.parametrize("feature_type", FeatureType)
@pytest.mark.parametrize(
    ("at", "valid"), [(START - TICK, False), (START, True), (NOW - TICK, True), (NOW, False)]
)
def test_a_source_counts_from_its_start_until_right_before_its_end(
    feature_type: FeatureType,
    at: datetime,
    *,
    valid: bool,
) -> None:
    found = evaluate_sources(feature_type, [make_source(valid_until=NOW)], at=at)
    assert found.has_access is valid
    assert bool(found.sources) is valid


@pytest.mark.parametrize(("kind", "limits"), [(OVERRIDE, (7, 100)), (GRANT, (107, 100))])
def test_an_override_and_a_grant_expire(kind: SourceKind, limits: tuple[int, int]) -> None:
    sources = [make_source(100), make_source(7, kind, valid_until=NOW)]
    found = tuple(evaluate_sources(METER, sources, at=at).value for at in (NOW - TICK, NOW))
    assert found == limits


def test_all_valid_sources_are_shown_and_no_others() -> None:
    used = [make_source(5, **MONTHLY), make_source(7, **YEARLY), make_source(1, GRANT, **YEARLY)]
    expired = make_source(9, id="old", valid_until=NOW)
    assert evaluate_sources(METER, [expired, *used]).sources == tuple(used)
    replaced = [*used, make_source(3, OVERRIDE)]
    assert [each.kind for each in evaluate_sources(METER, replaced).sources] == [OVERRIDE, GRANT]


def evaluate_without_usage(of: Snapshot, feature: str = "exports") -> Entitlement:
    return evaluate(of, FeatureCheck(feature=feature, at=NOW))


@pytest.mark.parametrize("feature", ["exports", "unheard-of"])
def test_an_archived_customer_has_nothing(feature: str) -> None:
    archived = replace(make_feature_snapshot(METER, [make_source()]), archived=True)
    found = evaluate_without_usage(archived, feature)
    assert (found.has_access, found.reason) == (False, DenialReason.CUSTOMER_IS_ARCHIVED)
    assert found.sources == ()


@pytest.mark.parametrize(
    ("subscribed", "reason"),
    [
        ((FOREVER,), DenialReason.NOT_IN_SUBSCRIPTION),
        ((Period(NOW, None),), DenialReason.NOT_IN_SUBSCRIPTION),
        ((Period(NOW + TICK, None),), DenialReason.NO_ACTIVE_SUBSCRIPTION),
        ((Period(START, NOW),), DenialReason.NO_ACTIVE_SUBSCRIPTION),
        ((Period(START, NOW), FOREVER), DenialReason.NOT_IN_SUBSCRIPTION),
        ((), DenialReason.NO_ACTIVE_SUBSCRIPTION),
    ],
)
@pytest.mark.parametrize("feature", ["exports", "unheard-of"])
def test_without_a_source_the_reason_depends_on_the_subscription(
    feature: str, subscribed: tuple[Period, ...], reason: DenialReason
) -> None:
    expired = make_feature_snapshot(METER, [make_source(valid_until=NOW)])
    found = evaluate_without_usage(replace(expired, subscribed=subscribed), feature)
    assert (found.has_access, found.reason) == (False, reason)
    assert found.feature_type is (METER if feature == "exports" else None)
