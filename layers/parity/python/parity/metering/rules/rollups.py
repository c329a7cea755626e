"""Days and months of usage, rolled up from hours.

A day holds the slots of its hours, a month one slot for each day, both in UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from parity.catalog.rules.aggregation_functions import Aggregation
from parity.core.periods import Period
from parity.metering.rules.aggregation import result
from parity.metering.rules.buckets import DAY, day_of, group_slots

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from parity.metering.rules.aggregation import Tally
    from parity.metering.rules.buckets import HourBucket, Slots


@dataclass(frozen=True, slots=True)
class Rollup:
    """A day or a month: its slots, and the aggregation that their tallies are of."""

    aggregation: Aggregation
    slots: Slots
    version: int = 0

    def with_day(self, day: datetime, slots: Slots) -> Rollup:
        """The next version of a month, in which the day has these slots."""
        others = {start: tally for start, tally in self.slots.items() if start != day}
        of_day = group_slots(self.aggregation, slots, day_of)
        return Rollup(self.aggregation, others | of_day, self.version + 1)


def rollup_aggregation(aggregation: Aggregation) -> Aggregation:
    """The aggregation of days and months. Of reported usage they hold sums, not the counter's states."""
    return Aggregation.SUM if aggregation is Aggregation.CHANGE else aggregation


def day_slots(hours: Iterable[HourBucket]) -> dict[datetime, Tally]:
    """The slots of a day, from its hours."""
    return {start: _rollup_tally(bucket, tally) for bucket in hours for start, tally in bucket.slots.items()}


def _rollup_tally(bucket: HourBucket, tally: Tally) -> Tally:
    return result(bucket.aggregation, tally) if bucket.aggregation is Aggregation.CHANGE else tally


def join_days(days: Iterable[datetime]) -> list[Period]:
    """Joins days that follow each other: March 1, 2 and 5 give March 1 up to 3, and March 5 up to 6."""
    found: list[Period] = []
    for day in sorted(days):
        if found and found[-1].end == day:
            found[-1] = Period(found[-1].start, day + DAY)
        else:
            found.append(Period(day, day + DAY))
    return found
