"""Hours of usage, and the slots in them.

A slot is 15 minutes long, since the offset of every time zone is a multiple of that. Where a window of the
customer starts within a slot, the slot is split there, so that each slot lies in one window. With a window
from 12:07 on, the hour from 12:00 has slots that start at 12:00, 12:07, 12:15, 12:30 and 12:45.
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
    """Tallies by the moment at which each slot starts."""

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
QUARTER = timedelta(minutes=15)
SETTLE_TIME = timedelta(minutes=2)
"""How long after its end an hour is closed. What was sent in it has usually been counted by then."""

QUIET_TIME = timedelta(minutes=15)
"""How long an hour stays open after its first change. Late events seldom come alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HourBucket:
    """The usage of one hour: of one customer and feature, by slots.

    `applied`: the position in the table's streams of the last event counted. An event up to it has been
    counted before.
    `recounted`: the hour was counted from its stored events, and is counted that way from then on. Events
    that were read then may still be on the stream, and would count twice.
    `events_until`: when the first of its stored events is deleted. None where no event was counted yet.
    `due`: when the hour is to be closed. None where it is closed.
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
        """Whether all events of the hour are stored, and will be for as long as a recount takes."""
        return self.events_until is None or now < self.events_until - HOUR

    def events_kept_until(self, retention: timedelta) -> datetime:
        """When the first event of the hour is deleted, if one more is stored now with this retention.

        Events that were stored under a shorter retention are still deleted earlier.
        """
        kept = self.hour + retention
        return min(self.events_until or kept, kept)


@dataclass(frozen=True, slots=True)
class HourChange:
    """An hour as it is stored, and its next version. Version 0, without usage, is not stored."""

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
    """The start of the moment's slot, where windows start at the boundaries.

    12:10 is in the slot of 12:00, or in that of 12:07 where a window starts then.
    """
    quarter = quarter_of(moment)
    return max([quarter, *(start for start in boundaries if quarter < start <= moment)])


def merge_slots(aggregation: Aggregation, *parts: Slots) -> dict[datetime, Tally]:
    """Merges several sets of slots into one: the tallies of the same slot are merged."""
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
    return merge_all_tallies(aggregation, slots.values())


def group_slots(
    aggregation: Aggregation, slots: Slots, start_of: Callable[[datetime], datetime]
) -> dict[datetime, Tally]:
    """Merges slots into larger ones. `start_of` says where the larger slot of a slot starts."""
    return merge_slots(aggregation, *({start_of(start): tally} for start, tally in slots.items()))


def update_bucket(
    bucket: HourBucket,
    now: datetime,
    *,
    due: datetime | None = None,
    **changes: Any,  # noqa: ANN401
) -> HourBucket:
    """The next version of an hour, with these changes, and due to be closed.

    The hour from 12:00 is due at 13:02. If it is closed and changes again at 15:00, it is due at 15:15. An
    hour that is open stays due when it was. An earlier `due` makes it due then.
    """
    closing = bucket.due or max(bucket.hour + HOUR + SETTLE_TIME, now + QUIET_TIME)
    return replace(bucket, version=bucket.version + 1, due=min(closing, due or closing), **changes)


def close_bucket(bucket: HourBucket, **changes: Any) -> HourBucket:  # noqa: ANN401
    """The next version of an hour, with these changes, and closed: it is not due any more."""
    return replace(bucket, version=bucket.version + 1, due=None, **changes)
