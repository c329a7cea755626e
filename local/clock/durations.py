"""Durations of ISO 8601 in whole numbers, such as `P1Y`, `P1M`, `P10D` and `P1DT12H`."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import MAXYEAR, datetime, timedelta

_DURATION = re.compile(
    r"P(?=.)(?:(\d{1,4})Y)?(?:(\d{1,5})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?"
    r"(?:T(?=.)(?:(\d{1,6})H)?(?:(\d{1,8})M)?(?:(\d{1,10})S)?)?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Duration:
    """Calendar months, and then a fixed time."""

    months: int
    time: timedelta

    def after(self, moment: datetime) -> datetime:
        """A month after January 31 is the last day of February. Raises OverflowError after the year 9999."""
        years, month = divmod(moment.month - 1 + self.months, 12)
        year = moment.year + years
        if year > MAXYEAR:
            raise OverflowError(year)
        day = min(moment.day, monthrange(year, month + 1)[1])
        return moment.replace(year=year, month=month + 1, day=day) + self.time


def parse_duration(text: str) -> Duration:
    """Raises ValueError."""
    found = _DURATION.fullmatch(text)
    if found is None:
        raise ValueError(text)
    years, months, weeks, days, hours, minutes, seconds = (int(number or 0) for number in found.groups())
    time = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    return Duration(years * 12 + months, time)
