"""Days that are rolled up."""

from __future__ import annotations

from datetime import UTC, datetime

from parity.metering.rules.buckets import (
    DAY,
)
from parity.metering.rules.rollups import join_days

NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)


def test_days_that_follow_each_other_are_one_period() -> None:
    days = [NOON.replace(hour=0) + number * DAY for number in (5, 0, 1, 6, 3)]
    assert [(run.start.day, run.end.day) for run in join_days(days) if run.end] == [
        (15, 17),
        (18, 19),
        (20, 22),
    ]
