"""Moments and lengths of time that tests share."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
TICK = timedelta(microseconds=1)
"""The shortest time that the code tells apart."""

START = datetime(2026, 1, 31, 10, 30, tzinfo=UTC)
"""When most subscriptions begin: the 31st, so that months end on different days."""

JANUARY, FEBRUARY, MARCH, APRIL, MAY = (datetime(2026, month, 1, tzinfo=UTC) for month in range(1, 6))
MOMENT = datetime(2026, 3, 15, 12, tzinfo=UTC)
"""When most checks are made."""

NOON = MOMENT
NEXT_MONTH = MOMENT + 17 * DAY
"""In April."""

FEBRUARY_END = datetime(2026, 2, 28, 10, 30, tzinfo=UTC)
"""When the first month of a subscription from START on ends."""
