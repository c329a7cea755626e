"""Usage by time. An hour has slots of 15 minutes, since the offset of every time zone is a multiple of that.

A slot is split where a window of the customer starts in the middle of it: each slot lies in one window.
A day holds the slots of its hours, a month one slot for each day, both in UTC.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from parity.core.times import EPOCH
from parity.metering.rules.aggregation import Tally, merged, merged_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from parity.catalog.rules.aggregation_functions import Aggregation
    from parity.core.periods import Period

    Slots = Mapping[datetime, Tally]
    """By the moment at which each starts."""

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
QUARTER = timedelta(minutes=15)
MOMENT = timedelta(microseconds=1)
"""The shortest time that is told apart."""

SETTLING = timedelta(minutes=2)
"""How long after its end an hour is closed: by then what was sent in it has usually been counted."""

CALM = timedelta(minutes=15)
"""How long an hour that was touched is left open: what is late seldom comes alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HourBucket:
    """`applied` is the sequence number of the last stream record in it: a record up to it has been counted.

    A bucket that was `recounted` from the events themselves is counted that way from then on, since the
    events that were read then may be on the stream still; all of its events are there before `events_until`.
    `due` is when it is to be closed; without, it is.
    """

    hour: datetime
    aggregation: Aggregation
    slots: Slots = field(default_factory=dict)
    applied: int = 0
    recounted: bool = False
    events_until: datetime | None = None
    due: datetime | None = None
    version: int = 0

    def has_events(self, now: datetime) -> bool:
        """Whether all events of the hour are kept still, and long enough to be read."""
        return self.events_until is None or now < self.events_until - HOUR

    def keeping_events(self, retention: timedelta) -> datetime:
        """Until when: those that are there already go when they were to go, whatever the retention is now."""
        kept = self.hour + retention
        return min(self.events_until or kept, kept)


@dataclass(frozen=True, slots=True)
class HourChange:
    """An hour as it is stored, or without usage where it is not, and its next version."""

    before: HourBucket
    after: HourBucket


def hour_of(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def day_of(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def month_of(moment: datetime) -> datetime:
    return day_of(moment).replace(day=1)


def next_month(month: datetime) -> datetime:
    return month_of(month + 31 * DAY)


def quarter_of(moment: datetime) -> datetime:
    """The start of the moment's quarter hour."""
    return moment - (moment - EPOCH) % QUARTER


def slot_of(moment: datetime, boundaries: Iterable[datetime]) -> datetime:
    """The start of the slot: of the quarter hour, or of the last window that starts in it by the moment."""
    quarter = quarter_of(moment)
    return max([quarter, *(start for start in boundaries if quarter < start <= moment)])


def together(aggregation: Aggregation, *parts: Slots) -> dict[datetime, Tally]:
    """What several sets of slots amount to, slot by slot."""
    slots: dict[datetime, Tally] = {}
    for part in parts:
        for start, tally in part.items():
            both = merged(aggregation, slots.get(start), tally)
            if both is not None:
                slots[start] = both
    return slots


def within(slots: Slots, period: Period) -> dict[datetime, Tally]:
    return {start: tally for start, tally in slots.items() if start in period}


def summed(aggregation: Aggregation, slots: Slots) -> Tally | None:
    """One tally of all slots."""
    return merged_all(aggregation, slots.values())


def summed_by(
    aggregation: Aggregation, slots: Slots, start_of: Callable[[datetime], datetime]
) -> dict[datetime, Tally]:
    """Larger slots, each by its start."""
    return together(aggregation, *({start_of(start): tally} for start, tally in slots.items()))


def changed(bucket: HourBucket, now: datetime, *, due: datetime | None = None, **changes: Any) -> HourBucket:  # noqa: ANN401
    """The next version, to be closed once its hour is over and has settled, or to be looked at before."""
    settled = bucket.due or max(bucket.hour + HOUR + SETTLING, now + CALM)
    return replace(bucket, version=bucket.version + 1, due=min(settled, due or settled), **changes)


def closed(bucket: HourBucket, **changes: Any) -> HourBucket:  # noqa: ANN401
    """The next version, in which nothing more is expected."""
    return replace(bucket, version=bucket.version + 1, due=None, **changes)
