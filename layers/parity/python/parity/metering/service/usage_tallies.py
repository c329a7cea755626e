"""What was used in periods that follow each other, from the slots in which usage is kept."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from parity.catalog.rules.aggregation_functions import Aggregation
from parity.core.periods import Period
from parity.metering.rules.aggregation import merged
from parity.metering.rules.buckets import DAY, day_of
from parity.metering.service.timeline import slots_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from parity.metering.rules.aggregation import Tally
    from parity.metering.rules.usage_key import UsageKey
    from parity.metering.store.buckets import BucketStore


def tallies_in(
    store: BucketStore, key: UsageKey, aggregation: Aggregation, periods: Sequence[Period], now: datetime
) -> list[Tally | None]:
    """One per period, None where nothing was used. Only the last of them may never end.

    Read with strong consistency: a day has to be at least as new as the mark that says it is not rolled up,
    or it would be missing for a moment.
    """
    if not periods:
        return []
    slots = slots_of(
        store,
        key,
        Period(periods[0].start, periods[-1].end or now + DAY),
        whole_days=_meet_at_days(periods) and aggregation is not Aggregation.UNIQUE,
    )
    return _in_periods(aggregation, periods, slots)


def _meet_at_days(periods: Sequence[Period]) -> bool:
    """Whether each but the first starts with a day in UTC. The outer ends are cut from days in any case."""
    return all(period.start == day_of(period.start) for period in periods[1:])


def _in_periods(
    aggregation: Aggregation, periods: Sequence[Period], slots: Mapping[datetime, Tally]
) -> list[Tally | None]:
    starts = [period.start for period in periods]
    tallies: list[Tally | None] = [None] * len(periods)
    for start, tally in slots.items():
        place = bisect_right(starts, start) - 1
        tallies[place] = merged(aggregation, tallies[place], tally)
    return tallies
