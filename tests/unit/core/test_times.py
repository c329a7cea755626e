"""Times as text: always the same length, so that they sort as the times do."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from parity.core.times import from_iso, now, to_iso
from tests.support import ROOT

moments = st.datetimes(min_value=datetime(1970, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - made aware by it


def test_a_time_without_microseconds_still_shows_them() -> None:
    assert to_iso(datetime(2026, 3, 2, 9, 15, 4, tzinfo=UTC)) == "2026-03-02T09:15:04.000000Z"


def test_a_time_elsewhere_is_shown_in_utc() -> None:
    plus_two = timezone(timedelta(hours=2))
    assert to_iso(datetime(2026, 1, 1, 1, 0, 0, 5, plus_two)) == "2025-12-31T23:00:00.000005Z"


@given(moments)
def test_a_time_survives_being_written_in_27_characters(moment: datetime) -> None:
    assert len(to_iso(moment)) == 27
    assert from_iso(to_iso(moment)) == moment


@given(moments, moments)
def test_texts_sort_as_the_times_do(one: datetime, other: datetime) -> None:
    assert (to_iso(one) < to_iso(other)) == (one < other)


def test_now_is_aware() -> None:
    assert now().utcoffset() == timedelta(0)


WALL_CLOCK = re.compile(r"\b(?:now\(UTC|utcnow\(|today\(|time\.time\(|time_ns\(|gmtime\(|localtime\()")


def test_nothing_else_tells_the_time() -> None:
    """The local cloud moves time by replacing this one function. Metrics keep the time of their writing."""
    sources = [path for folder in ("layers/parity", "functions") for path in (ROOT / folder).rglob("*.py")]
    telling = {path.name for path in sources if WALL_CLOCK.search(path.read_text(encoding="utf-8"))}
    assert telling == {"times.py", "metrics.py"}
