"""In which windows the usage of a feature counts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parity.entitlements.rules.allowances import allowances_at, window_kinds

from parity.entitlements.rules.sources import FeatureSources, Source, SourceKind
from tests.support.builders.entitlements import make_source
from tests.support.builders.evaluation import (
    FROM_START,
    METER,
    MONTHLY,
    NOW,
    YEARLY,
    draw_source,
)
from tests.support.builders.moments import DAY, START

OVERRIDE, GRANT = SourceKind.OVERRIDE, SourceKind.GRANT


ALIKE: dict[str, Any] = {"reset": None}
"""Details of a source without windows of its own."""


@pytest.mark.parametrize(
    ("sources", "kinds"),
    [
        pytest.param([], ["NEVER"], id="no source"),
        pytest.param([make_source(1)], ["NEVER"], id="no reset"),
        pytest.param(
            [make_source(1, **YEARLY), make_source(1, **MONTHLY)], ["EVERY_MONTH", "EVERY_YEAR"], id="two"
        ),
        pytest.param(
            [make_source(1, **MONTHLY), make_source(1, **MONTHLY)], ["EVERY_MONTH"], id="the same twice"
        ),
        pytest.param(
            [make_source(1, **FROM_START)], ["EVERY_MONTH@20260131T103000000000"], id="from the start"
        ),
        pytest.param(
            [make_source(1, **MONTHLY, valid_until=NOW), make_source(1, **YEARLY, valid_from=NOW)],
            ["EVERY_MONTH", "EVERY_YEAR"],
            id="one after the other",
        ),
        pytest.param(
            [make_source(1, **MONTHLY), make_source(1, GRANT, **ALIKE)], ["EVERY_MONTH"], id="as the plan"
        ),
        pytest.param(
            [make_source(1, **MONTHLY), make_source(1, OVERRIDE, **ALIKE)], ["EVERY_MONTH"], id="in its place"
        ),
        pytest.param([make_source(1, GRANT, **ALIKE)], ["NEVER"], id="as no plan"),
        pytest.param(
            [make_source(1, **MONTHLY, valid_until=NOW), make_source(1, GRANT, **ALIKE)],
            ["EVERY_MONTH", "NEVER"],
            id="as the plan until that ends",
        ),
        pytest.param(
            [make_source(1, **MONTHLY), make_source(1, OVERRIDE, **YEARLY)],
            ["EVERY_YEAR"],
            id="not what is never in effect",
        ),
    ],
)
def test_usage_is_counted_in_all_windows_that_sources_need(sources: list[Source], kinds: list[str]) -> None:
    assert list(window_kinds(FeatureSources(METER, tuple(sources)))) == kinds


@st.composite
def draw_changing_source(draw: st.DrawFn) -> Source:
    """A source of a meter, valid at various times; an override may have no windows of its own."""
    found = draw(draw_source(METER, tuple(SourceKind)))
    reset = found.reset if found.kind is SourceKind.SUBSCRIPTION or draw(st.booleans()) else None
    return replace(found, reset=reset, valid_from=draw(st.sampled_from((START, NOW, NOW + 2 * DAY))))


@given(sources=st.lists(draw_changing_source(), max_size=5), days=st.integers(-1, 5))
def test_every_window_that_a_check_needs_is_counted_in(sources: list[Source], days: int) -> None:
    known = FeatureSources(METER, tuple(sources))
    needed = {each.kind for each in allowances_at(known, START + days * DAY)}
    assert needed <= set(window_kinds(known))
