"""What follows from several sources of a feature, by cases in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from parity.core.numbers import Number
from parity.entitlements.rules.evaluation import DenialReason, FeatureCheck, evaluate
from parity.entitlements.rules.sources import FeatureSources, Rollover, Source, SourceKind
from tests.support.builders.entitlements import make_source
from tests.support.builders.evaluation import (
    BOOLEAN,
    CUSTOMIZABLE,
    FROM_START,
    METER,
    MONTHLY,
    NOW,
    YEARLY,
    Used,
    evaluate_sources,
    make_feature_snapshot,
    make_usage,
    make_window_usage,
)

OVERRIDE, GRANT = SourceKind.OVERRIDE, SourceKind.GRANT
EXCEEDED = DenialReason.LIMIT_EXCEEDED


def make_switch(value: int = 1, **details: Any) -> Source:  # noqa: ANN401
    return make_source(value, hard_limit=False, **details)


@pytest.mark.parametrize(
    ("sources", "reason"),
    [
        pytest.param([make_switch()], None, id="on if the plan has it"),
        pytest.param([make_switch(0), make_switch(1)], None, id="on if any plan has it"),
        pytest.param([make_switch(0)], DenialReason.NOT_IN_SUBSCRIPTION, id="off if no plan has it"),
        pytest.param(
            [make_switch(1), make_switch(0, kind=OVERRIDE)],
            DenialReason.REVOKED,
            id="an override turns it off",
        ),
        pytest.param([make_switch(0), make_switch(1, kind=OVERRIDE)], None, id="an override turns it on"),
        pytest.param([make_switch(1, kind=OVERRIDE)], None, id="an override alone gives it"),
        pytest.param([make_switch(0), make_switch(1, kind=GRANT)], None, id="a grant turns it on"),
        pytest.param(
            [make_switch(0, kind=OVERRIDE), make_switch(1, kind=GRANT)],
            None,
            id="a grant adds to an override, too",
        ),
        pytest.param(
            [make_switch(1), make_switch(0, kind=GRANT)], None, id="a grant of nothing takes nothing"
        ),
    ],
)
def test_access_to_a_boolean_feature(sources: list[Source], reason: DenialReason | None) -> None:
    found = evaluate_sources(BOOLEAN, sources)
    assert (found.has_access, found.reason) == (reason is None, reason)
    assert (found.value, found.unlimited, found.hard_limit, found.window) == (None, False, False, None)


UNLIMITED = make_source(unlimited=True)


@pytest.mark.parametrize(
    ("sources", "value", "reason"),
    [
        pytest.param(
            [make_source(5), make_source(20), make_source(10)], 20, None, id="the greatest of the plans"
        ),
        pytest.param(
            [make_source(5), make_source(3, GRANT), make_source(4, GRANT)], 12, None, id="grants add to it"
        ),
        pytest.param([make_source(5), make_source(2, OVERRIDE)], 2, None, id="an override replaces it"),
        pytest.param(
            [make_source(5), make_source(2, OVERRIDE), make_source(3, GRANT)],
            5,
            None,
            id="replaced, then added to",
        ),
        pytest.param([make_source(3, GRANT)], 3, None, id="a grant alone"),
        pytest.param([UNLIMITED, make_source(5)], None, None, id="unlimited if any plan is"),
        pytest.param([UNLIMITED, make_source(5, OVERRIDE)], 5, None, id="an override limits what was not"),
        pytest.param(
            [make_source(5), make_source(kind=GRANT, unlimited=True)], None, None, id="an unlimited grant"
        ),
        pytest.param([make_source(0)], 0, DenialReason.NOT_IN_SUBSCRIPTION, id="none of it is no access"),
        pytest.param(
            [make_source(5), make_source(0, OVERRIDE)], 0, DenialReason.REVOKED, id="revoked by an override"
        ),
    ],
)
def test_the_value_of_a_customizable_feature(
    sources: list[Source], value: int | None, reason: DenialReason | None
) -> None:
    found = evaluate_sources(CUSTOMIZABLE, sources)
    assert (found.has_access, found.reason) == (reason is None, reason)
    assert (found.value, found.unlimited) == (value, value is None)
    assert (found.hard_limit, found.used, found.remaining, found.window) == (False, 0, None, None)


SOFT: dict[str, Any] = {"hard_limit": False}


@pytest.mark.parametrize(
    ("sources", "used", "value", "remaining", "hard"),
    [
        pytest.param([make_source(100)], {"NEVER": 40}, 100, 60, True, id="a plan and its usage"),
        pytest.param(
            [make_source(100), make_source(50)], {"NEVER": 40}, 150, 110, True, id="two plans add up"
        ),
        pytest.param(
            [make_source(100), make_source(10, GRANT)], {"NEVER": 105}, 110, 5, True, id="a grant adds"
        ),
        pytest.param(
            [make_source(100), make_source(30, OVERRIDE)],
            {"NEVER": 20},
            30,
            10,
            True,
            id="an override replaces",
        ),
        pytest.param(
            [make_source(100), make_source(50, **SOFT)],
            {"NEVER": 0},
            150,
            150,
            False,
            id="hard only if all are hard",
        ),
        pytest.param(
            [make_source(100, **SOFT)], {"NEVER": 130}, 100, -30, False, id="soft, and beyond the limit"
        ),
        pytest.param(
            [make_source(100), UNLIMITED], {"NEVER": 500}, None, None, False, id="unlimited if any is"
        ),
        pytest.param(
            [make_source(100, **MONTHLY), make_source(1000, **YEARLY)],
            {"EVERY_MONTH": 10, "EVERY_YEAR": 990},
            *(1100, 100, True),
            id="the month and the year add up",
        ),
        pytest.param(
            [make_source(100, **MONTHLY), make_source(1000, **YEARLY)],
            {"EVERY_MONTH": 110},
            *(1100, 990, True),
            id="what the month has no room for is of the year",
        ),
        pytest.param(
            [make_source(100, **MONTHLY), make_source(unlimited=True, **YEARLY)],
            {"EVERY_MONTH": 10, "EVERY_YEAR": 10**9},
            *(None, None, False),
            id="an unlimited window leaves most",
        ),
        pytest.param(
            [make_source(100, **MONTHLY), make_source(5, **YEARLY, **SOFT)],
            {"EVERY_MONTH": 100, "EVERY_YEAR": 9},
            *(105, -4, False),
            id="a soft window beside a hard one makes all of it soft",
        ),
        pytest.param(
            [make_source(100, **MONTHLY), make_source(50, **FROM_START)],
            {"EVERY_MONTH": 10},
            *(150, 140, True),
            id="months of the calendar and months of the subscription are two levels",
        ),
        pytest.param(
            [make_source(100, **FROM_START), make_source(50, **FROM_START)],
            {"EVERY_MONTH@20260131T103000000000": 120},
            *(150, 30, True),
            id="the same months from the same start add up",
        ),
    ],
)
def test_the_limit_and_the_remaining_amount_of_a_meter(
    sources: list[Source], used: Used, value: int | None, remaining: int | None, *, hard: bool
) -> None:
    found = evaluate_sources(METER, sources, used)
    assert found.has_access
    assert (found.value, found.remaining, found.hard_limit) == (value, remaining, hard)
    assert found.unlimited is (value is None)


@pytest.mark.parametrize(
    ("sources", "used", "requested", "reason"),
    [
        pytest.param([make_source(100)], 99, 0, None, id="one left"),
        pytest.param([make_source(100)], 100, 0, EXCEEDED, id="none left"),
        pytest.param([make_source(100)], 101, 0, EXCEEDED, id="beyond the limit"),
        pytest.param([make_source(0)], 0, 0, EXCEEDED, id="nothing to begin with"),
        pytest.param([make_source(100)], 90, 10, None, id="all that is left"),
        pytest.param([make_source(100)], 90, 11, EXCEEDED, id="one more than is left"),
        pytest.param([make_source(100)], -5, 105, None, id="usage that was given back"),
        pytest.param([make_source(100, **SOFT)], 100, 0, None, id="soft and used up"),
        pytest.param([make_source(100, **SOFT)], 100, 10**9, None, id="soft and any request"),
        pytest.param([UNLIMITED], 10**9, 10**9, None, id="unlimited and any request"),
        pytest.param([make_source(100), make_source(100, **SOFT)], 200, 1, None, id="soft if any is soft"),
    ],
)
def test_a_request_fits_or_exceeds_the_limit(
    sources: list[Source], used: int, requested: int, reason: DenialReason | None
) -> None:
    found = evaluate_sources(METER, sources, {"NEVER": used}, requested=requested)
    assert (found.has_access, found.reason) == (reason is None, reason)
    assert found.used == used


@pytest.mark.parametrize(
    ("used", "held", "requested", "fits"),
    [
        pytest.param(40, 59, 0, True, id="one is free"),
        pytest.param(40, 60, 0, False, id="what is left is reserved"),
        pytest.param(40, 30, 30, True, id="all that is free"),
        pytest.param(40, 30, 31, False, id="one more than is free"),
        pytest.param(Decimal("99.5"), 0, 0, True, id="a fraction is free"),
        pytest.param(Decimal("99.5"), 0, 1, False, id="but not a whole one"),
        pytest.param(Decimal("98.5"), 1, 1, False, id="a fraction beside a reservation"),
    ],
)
def test_reserved_amounts_are_not_free(used: Number, held: int, requested: int, *, fits: bool) -> None:
    found = evaluate_sources(METER, [make_source(100)], {"NEVER": used}, requested=requested, held=held)
    assert (found.has_access, found.reason) == (fits, None if fits else EXCEEDED)
    assert (found.used, found.held, found.remaining) == (used, held, 100 - used)


def test_reservations_do_not_matter_where_the_limit_is_soft_or_there_is_none() -> None:
    for each in (make_source(100, **SOFT), UNLIMITED):
        assert evaluate_sources(METER, [each], held=10**9, requested=1).has_access


def test_a_request_may_take_what_several_levels_have_left() -> None:
    sources = [make_source(100, **MONTHLY), make_source(60, **YEARLY)]
    used = {"EVERY_MONTH": 95, "EVERY_YEAR": 50}
    assert evaluate_sources(METER, sources, used).value == 160
    assert evaluate_sources(METER, sources, used, requested=15).has_access
    assert not evaluate_sources(METER, sources, used, requested=16).has_access


def test_usage_that_does_not_add_up_counts_in_each_window_by_itself() -> None:
    """Of a maximum of 95, no part belongs to the month and another to the year."""
    sources = (make_source(100, **MONTHLY), make_source(60, **YEARLY))
    feature = FeatureSources(METER, sources, adds_up=False)
    snapshot = replace(make_feature_snapshot(METER, sources), features={"exports": feature})
    usage = make_usage(feature, {"EVERY_MONTH": 95, "EVERY_YEAR": 50}, NOW)
    found = evaluate(snapshot, FeatureCheck(feature="exports", at=NOW, usage=usage))
    assert (found.value, found.used, found.remaining) == (60, 50, 10)


ROLLING: dict[str, Any] = {**MONTHLY, "rollover": Rollover(50, None)}
FEBRUARY = datetime(2026, 2, 1, tzinfo=UTC)


def test_the_amount_carried_adds_to_the_limit() -> None:
    in_march = datetime(2026, 3, 15, tzinfo=UTC)
    usage = make_window_usage("EVERY_MONTH", FEBRUARY, 40)
    check = FeatureCheck(feature="exports", at=in_march, usage=usage, requested=130, held=0)
    rolling = make_feature_snapshot(METER, [make_source(100, **ROLLING)])
    found = evaluate(rolling, check)
    assert (found.value, found.carried, found.used, found.remaining) == (130, 30, 0, 130)
    assert found.has_access
    assert not evaluate(rolling, replace(check, held=1)).has_access
    assert not evaluate(rolling, replace(check, requested=131)).has_access


def test_an_override_of_nothing_leaves_what_was_carried() -> None:
    """The amount carried was given before. Nothing of the month with the override is carried on."""
    sources = [make_source(100, **ROLLING), make_source(0, OVERRIDE, **MONTHLY)]
    usage = make_window_usage("EVERY_MONTH", sources[0].window(NOW).start, 0, carried=50)
    snapshot = make_feature_snapshot(METER, sources)
    question = FeatureCheck(feature="exports", at=NOW, usage=usage)
    assert evaluate(snapshot, question).value == 50
    assert evaluate(snapshot, replace(question, at=datetime(2026, 4, 2, tzinfo=UTC))).value == 12
