"""Usage by time. An hour has slots of 15 minutes, since the offset of every time zone is a multiple of that.

A slot is split where a window of the customer starts in the middle of it: each slot lies in one window.
A day holds the slots of its hours, a month one slot for each day, both in UTC.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from parity.core.times import EPOCH
from parity.metering.rules.aggregation import Tally, merge_all_tallies, merge_tallies

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

SETTLE_TIME = timedelta(minutes=2)
"""How long after its end an hour is closed: by then what was sent in it has usually been counted."""

QUIET_TIME = timedelta(minutes=15)
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

    def events_kept_until(self, retention: timedelta) -> datetime:
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


def merge_slots(aggregation: Aggregation, *parts: Slots) -> dict[datetime, Tally]:
    """What several sets of slots amount to, slot by slot."""
    slots: dict[datetime, Tally] = {}
    for part in parts:
        for start, tally in part.items():
            both = merge_tallies(aggregation, slots.get(start), tally)
            if both is not None:
                slots[start] = both
    return slots


def slots_within(slots: Slots, period: Period) -> dict[datetime, Tally]:
    return {start: tally for start, tally in slots.items() if start in period}


def total_tally(aggregation: Aggregation, slots: Slots) -> Tally | None:
    """One tally of all slots."""
    return merge_all_tallies(aggregation, slots.values())


def group_slots(
    aggregation: Aggregation, slots: Slots, start_of: Callable[[datetime], datetime]
) -> dict[datetime, Tally]:
    """Larger slots, each by its start."""
    return merge_slots(aggregation, *({start_of(start): tally} for start, tally in slots.items()))


def update_bucket(
    bucket: HourBucket,
    now: datetime,
    *,
    due: datetime | None = None,
    **changes: Any,  # noqa: ANN401
) -> HourBucket:
    """The next version of an hour, due to be closed when it has ended and no event has come for a while.

    `due` is when it is to be looked at earlier. The hour from 12:00 is due at 13:02; when it is closed already
    and an event comes at 15:00, at 15:15.
    """
    closing = bucket.due or max(bucket.hour + HOUR + SETTLE_TIME, now + QUIET_TIME)
    return replace(bucket, version=bucket.version + 1, due=min(closing, due or closing), **changes)


def close_bucket(bucket: HourBucket, **changes: Any) -> HourBucket:  # noqa: ANN401
    """The next version of an hour, in which nothing more is expected."""
    return replace(bucket, version=bucket.version + 1, due=None, **changes)
