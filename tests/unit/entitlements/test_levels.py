"""In which levels the sources of a meter give their limits, and in which order usage fills them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from parity.core.periods import Reset
from parity.entitlements.rules.levels import giving_levels, levels_at, next_turn
from parity.entitlements.rules.sources import FeatureSources, Source, SourceKind
from tests.support.builders.entitlements import make_source
from tests.support.builders.evaluation import FROM_START, METER, MONTHLY, NOW, YEARLY
from tests.support.builders.moments import DAY

OVERRIDE, GRANT = SourceKind.OVERRIDE, SourceKind.GRANT
ALIKE: dict[str, Any] = {"reset": None}
"""Details of a source without windows of its own."""
DAILY: dict[str, Any] = {"reset": Reset.EVERY_DAY}
MARCH = datetime(2026, 3, 1, tzinfo=UTC)


def find_levels(*sources: Source) -> list[tuple[str, int]]:
    """The kinds and limits of the levels now."""
    levels = giving_levels(levels_at(FeatureSources(METER, sources), NOW))
    return [(level.kind, level.limit) for level in levels]


@pytest.mark.parametrize(
    ("sources", "levels"),
    [
        pytest.param([], [], id="no source"),
        pytest.param([make_source(1)], [("NEVER@subscription-subscription-1", 1)], id="no reset"),
        pytest.param(
            [make_source(1, **YEARLY), make_source(2, **MONTHLY), make_source(3, **DAILY)],
            [("EVERY_DAY", 3), ("EVERY_MONTH", 2), ("EVERY_YEAR", 1)],
            id="the shortest windows first",
        ),
        pytest.param(
            [make_source(1, **MONTHLY), make_source(2, **MONTHLY)], [("EVERY_MONTH", 3)], id="the same twice"
        ),
        pytest.param(
            [make_source(1, **FROM_START)], [("EVERY_MONTH@20260131T103000000000", 1)], id="from the start"
        ),
        pytest.param(
            [
                make_source(1, id="b"),
                make_source(2, GRANT, id="last", valid_until=NOW + 2 * DAY),
                make_source(3, GRANT, id="first", valid_until=NOW + DAY),
                make_source(4, id="a"),
                make_source(5, **YEARLY),
            ],
            [
                ("EVERY_YEAR", 5),
                ("NEVER@grant-first", 3),
                ("NEVER@grant-last", 2),
                ("NEVER@subscription-a", 4),
                ("NEVER@subscription-b", 1),
            ],
            id="what is never reset comes last, and what ends soonest first",
        ),
        pytest.param(
            [make_source(1, **MONTHLY, valid_until=NOW), make_source(2, **YEARLY, valid_from=NOW)],
            [("EVERY_YEAR", 2)],
            id="only what is valid",
        ),
        pytest.param(
            [make_source(1, **MONTHLY), make_source(2, **DAILY), make_source(10, GRANT, **ALIKE)],
            [("EVERY_DAY", 12), ("EVERY_MONTH", 11)],
            id="a grant in all windows of the plans",
        ),
        pytest.param(
            [make_source(1, **MONTHLY), make_source(2, OVERRIDE, **ALIKE)],
            [("EVERY_MONTH", 2)],
            id="an override in the windows of the plan",
        ),
        pytest.param(
            [make_source(8), make_source(20, OVERRIDE, **ALIKE)],
            [("NEVER@subscription-subscription-1", 20)],
            id="an override in the level of the plan",
        ),
        pytest.param([make_source(1, GRANT, **ALIKE)], [("NEVER@grant-grant-1", 1)], id="a grant alone"),
        pytest.param(
            [make_source(1, **MONTHLY), make_source(2, OVERRIDE, **YEARLY)],
            [("EVERY_YEAR", 2)],
            id="an override in windows of its own",
        ),
    ],
)
def test_sources_give_their_limits_in_levels(sources: list[Source], levels: list[tuple[str, int]]) -> None:
    assert find_levels(*sources) == levels
    assert find_levels(*reversed(sources)) == levels


def test_a_replaced_level_stays_and_gives_nothing() -> None:
    feature = FeatureSources(METER, (make_source(1, **MONTHLY), make_source(2, OVERRIDE, **YEARLY)))
    assert [(level.kind, level.limit, level.is_replaced) for level in levels_at(feature, NOW)] == [
        ("EVERY_YEAR", 2, False),
        ("EVERY_MONTH", 0, True),
    ]


def test_usage_that_does_not_add_up_has_one_level_that_is_never_reset() -> None:
    feature = FeatureSources(METER, (make_source(1, id="a"), make_source(2, id="b")), adds_up=False)
    assert [(level.kind, level.limit) for level in levels_at(feature, NOW)] == [("NEVER", 3)]


@pytest.mark.parametrize(
    ("sources", "turn"),
    [
        pytest.param([], None, id="no source"),
        pytest.param([make_source(1)], None, id="nothing ends"),
        pytest.param([make_source(1, **MONTHLY)], MARCH, id="a window ends"),
        pytest.param([make_source(1, **MONTHLY, valid_until=NOW + DAY)], NOW + DAY, id="a source ends"),
        pytest.param(
            [make_source(1, **MONTHLY), make_source(1, valid_from=NOW + DAY)], NOW + DAY, id="a source begins"
        ),
        pytest.param([make_source(1, **MONTHLY, valid_until=NOW)], None, id="a source has ended"),
    ],
)
def test_levels_stay_the_same_until_a_window_turns_or_a_source_starts_or_ends(
    sources: list[Source], turn: datetime | None
) -> None:
    assert next_turn(FeatureSources(METER, tuple(sources)), NOW) == turn


def test_a_level_begins_with_what_has_its_windows() -> None:
    """The grant is two days older than the plan whose month it adds to. By itself it is a level."""
    grant = make_source(5, SourceKind.GRANT, reset=None, valid_from=NOW - 3 * DAY)
    plan = make_source(100, valid_from=NOW - DAY, reset=Reset.EVERY_MONTH)
    (both,) = levels_at(FeatureSources(METER, (grant, plan)), NOW)
    (alone,) = levels_at(FeatureSources(METER, (grant,)), NOW)
    assert (both.limit, both.began, alone.began) == (105, plan.valid_from, grant.valid_from)
