"""Schedule expressions: `rate(5 minutes)` and `cron(0 9 ? * MON-FRI *)`, in UTC."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from local.schedule.cron import Cron
from local.schedule.errors import ScheduleError

_RATE = re.compile(r"rate\(([1-9]\d*) (minute|hour|day)(s?)\)")
_CRON = re.compile(r"cron\((.+)\)")


def next_time(expression: str, after: datetime) -> datetime | None:
    """The first time after `after` (aware, UTC) at which the expression is due; None if there is none.

    Raises ScheduleError for what EventBridge would refuse.
    """
    return parse(expression)(after)


def parse(expression: str) -> Callable[[datetime], datetime | None]:
    """The function from a time to the next time due; raises ScheduleError."""
    if rate := _RATE.fullmatch(expression):
        return _rate(expression, int(rate[1]), rate[2], plural=bool(rate[3]))
    if cron := _CRON.fullmatch(expression):
        return Cron(cron[1]).next_after
    raise ScheduleError(f"{expression} is neither rate(<n> minutes|hours|days) nor cron(<six fields>)")


def _rate(expression: str, number: int, unit: str, *, plural: bool) -> Callable[[datetime], datetime]:
    if plural != (number > 1):
        raise ScheduleError(f"{expression} must say {number} {unit}{'s' if number > 1 else ''}")
    interval = timedelta(**{f"{unit}s": number})
    return lambda after: after + interval
