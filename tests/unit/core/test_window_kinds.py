"""The names of kinds of windows, and how many windows are between two moments."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parity.core.periods import (
    EVER,
    Reset,
    ResetTime,
    count_windows_between,
    once_kind,
    reset_window,
    window_at,
    window_kind,
)
from tests.support.builders.moments import DAY
from tests.support.builders.strategies import draw_anchors_and_moments

RESETTING = [reset for reset in Reset if reset is not Reset.NEVER]
ANCHOR = datetime(2026, 1, 31, 10, 7, 33, 123456, tzinfo=UTC)


@pytest.mark.parametrize("reset_time", ResetTime)
@pytest.mark.parametrize("reset", Reset)
@given(times=draw_anchors_and_moments())
def test_the_name_of_its_kind_is_enough_to_find_a_window(
    reset: Reset, reset_time: ResetTime, times: tuple[datetime, datetime]
) -> None:
    anchor, moment = times
    kind = window_kind(reset, reset_time, anchor)
    assert window_at(kind, moment) == reset_window(reset, reset_time, anchor, moment)


@pytest.mark.parametrize(
    ("reset", "reset_time", "kind"),
    [
        (Reset.NEVER, ResetTime.SUBSCRIPTION_START, "NEVER"),
        (Reset.EVERY_MONTH, ResetTime.BEGINNING_OF_PERIOD, "EVERY_MONTH"),
        (Reset.EVERY_MONTH, ResetTime.SUBSCRIPTION_START, "EVERY_MONTH@20260131T100733123456"),
        (Reset.EVERY_28_DAYS, ResetTime.BEGINNING_OF_PERIOD, "EVERY_28_DAYS@20260131T100733123456"),
    ],
)
def test_windows_are_named_by_their_anchor_where_it_makes_a_difference(
    reset: Reset, reset_time: ResetTime, kind: str
) -> None:
    assert window_kind(reset, reset_time, ANCHOR) == kind


@pytest.mark.parametrize(
    "kind",
    [
        "",
        "SOMETIMES",
        "every_month",
        "EVERY_28_DAYS",
        "EVERY_MONTH@",
        "EVERY_MONTH@soon",
        "EVERY_MONTH@20260131",
        "EVERY_MONTH@20260131T100733",
        "EVERY_MONTH@20261331T100733123456",
        "EVERY_MONTH@20260131T1007331234567",
        "EVERY_MONTH@20260131T100733123456@",
    ],
)
def test_what_names_no_kind_has_no_window(kind: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        window_at(kind, ANCHOR)


def test_each_source_that_is_never_reset_has_the_window_for_ever() -> None:
    assert window_at(once_kind("grant-8f14e45f"), ANCHOR) == EVER


@pytest.mark.parametrize("reset_time", ResetTime)
@pytest.mark.parametrize("reset", RESETTING)
@given(times=draw_anchors_and_moments(), steps=st.integers(0, 20))
def test_windows_are_counted_from_one_to_another(
    reset: Reset, reset_time: ResetTime, times: tuple[datetime, datetime], steps: int
) -> None:
    anchor, first = times
    kind = window_kind(reset, reset_time, anchor)
    last = first
    for _ in range(steps):
        last = window_at(kind, last).end or last
    assert count_windows_between(kind, first, last) == steps
    assert count_windows_between(kind, last, first) == -steps


def test_there_is_one_window_only_of_what_is_never_reset() -> None:
    assert count_windows_between("NEVER", ANCHOR, ANCHOR + 400 * DAY) == 0
