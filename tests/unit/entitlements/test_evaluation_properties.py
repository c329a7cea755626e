"""What is true of every answer, for sources drawn at random."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from parity.catalog.rules.feature_types import FeatureType
from parity.entitlements.rules.evaluation import Entitlement, FeatureCheck, evaluate
from parity.entitlements.rules.sources import FeatureSources, Source, SourceKind
from tests.support.builders.evaluation import (
    CUSTOMIZABLE,
    METER,
    NOW,
    Used,
    draw_cases,
    evaluate_sources,
    make_feature_snapshot,
    make_usage,
)

GRANT = SourceKind.GRANT


def without_source_order(found: Entitlement) -> tuple[Entitlement, set[Source]]:
    return replace(found, sources=(), balance=None), set(found.sources)


@given(case=draw_cases(), requested=st.integers(0, 30), data=st.data())
def test_the_order_of_sources_never_matters(
    case: tuple[FeatureType, list[Source], Used], requested: int, data: st.DataObject
) -> None:
    feature_type, sources, used = case
    shuffled = data.draw(st.permutations(sources))
    first = evaluate_sources(feature_type, sources, used, requested=requested)
    assert without_source_order(first) == without_source_order(
        evaluate_sources(feature_type, shuffled, used, requested=requested)
    )


@given(
    case=draw_cases((SourceKind.SUBSCRIPTION, GRANT)),
    requested=st.integers(0, 30),
    data=st.data(),
)
def test_one_more_source_never_takes_access_away(
    case: tuple[FeatureType, list[Source], Used],
    requested: int,
    data: st.DataObject,
) -> None:
    """An override takes away, that is what it is for."""
    feature_type, sources, used = case
    added = data.draw(st.integers(0, len(sources) - 1))
    fewer = [each for number, each in enumerate(sources) if number != added]
    assume(fewer)
    usage = make_usage(FeatureSources(feature_type, tuple(fewer)), used, NOW)
    question = FeatureCheck(feature="exports", at=NOW, usage=usage, requested=requested)
    before, after = (
        evaluate(make_feature_snapshot(feature_type, each), question) for each in (fewer, sources)
    )
    assert after.has_access >= before.has_access
    assert after.unlimited >= before.unlimited
    if before.has_access and not after.unlimited and feature_type is CUSTOMIZABLE:
        assert (after.value or 0) >= (before.value or 0)
    if before.remaining is not None and after.remaining is not None and before.has_access:
        assert after.remaining >= before.remaining


@given(case=draw_cases(), requested=st.integers(0, 30))
def test_every_answer_makes_sense_by_itself(
    case: tuple[FeatureType, list[Source], Used], requested: int
) -> None:
    feature_type, sources, used = case
    found = evaluate_sources(feature_type, sources, used, requested=requested)
    assert found.has_access is (found.reason is None)
    assert not (found.unlimited and found.hard_limit)
    if found.unlimited:
        assert (found.has_access, found.value, found.remaining) == (True, None, None)
    elif found.sources and feature_type is METER:
        assert found.value is not None
        assert found.remaining == found.value - found.used
        assert found.window is not None
        assert NOW in found.window
        if found.hard_limit:
            assert found.has_access is (found.remaining > 0 and found.remaining >= requested)
        else:
            assert found.has_access
