from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from local.clock.durations import Duration, parse_duration


@pytest.mark.parametrize(
    ("text", "months", "time"),
    [
        ("P1Y", 12, timedelta(0)),
        ("P1M", 1, timedelta(0)),
        ("P2W", 0, timedelta(days=14)),
        ("P10D", 0, timedelta(days=10)),
        ("PT1H", 0, timedelta(hours=1)),
        ("PT5M", 0, timedelta(minutes=5)),
        ("P1Y2M3DT4H5M6S", 14, timedelta(days=3, hours=4, minutes=5, seconds=6)),
    ],
)
def test_a_duration_is_months_and_a_fixed_time(text: str, months: int, time: timedelta) -> None:
    assert parse_duration(text) == Duration(months, time)


@pytest.mark.parametrize(
    "text",
    ["", "P", "PT", "P1", "1M", "P1DT", "PT1D", "P1H", "-P1M", "P-1M", "P1M ", "p1m", "P\u0661M"],
)
def test_other_texts_are_no_durations(text: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("start", "duration", "end"),
    [
        ("2027-01-31", "P1M", "2027-02-28"),
        ("2028-01-31", "P1M", "2028-02-29"),
        ("2028-02-29", "P1Y", "2029-02-28"),
        ("2027-11-30", "P3M", "2028-02-29"),
        ("2027-01-31", "P1M1D", "2027-03-01"),
    ],
)
def test_months_follow_the_calendar(start: str, duration: str, end: str) -> None:
    begin = datetime.fromisoformat(start).replace(tzinfo=UTC)
    assert f"{parse_duration(duration).after(begin):%Y-%m-%d}" == end


def test_a_time_after_the_last_year_cannot_be_reached() -> None:
    with pytest.raises(OverflowError):
        parse_duration("P9999Y").after(datetime(2027, 1, 1, tzinfo=UTC))
