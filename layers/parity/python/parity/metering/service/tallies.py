"""What events amount to: for an hour's slots, and for the windows of a counter."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from parity.core.periods import window_of
from parity.metering.rules.aggregation import merged_all
from parity.metering.rules.buckets import slot_of, together
from parity.metering.rules.event_values import tallied
from parity.metering.rules.unique_values import limited
from parity.metering.service.windows import filled, window_tally

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from parity.catalog.rules.meters import Meter
    from parity.metering.rules.aggregation import Tally
    from parity.metering.rules.buckets import HourBucket, Slots
    from parity.metering.rules.counters import UsageCounter, UsageWindow
    from parity.metering.rules.events import UsageEvent
    from parity.metering.store.buckets import BucketStore
    from parity.metering.store.events import EventStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """An event that counts for a feature, what it amounts to, and where it is on the stream."""

    moment: datetime
    tally: Tally
    sequence: int = 0


def occurrences_in(meter: Meter, events: Iterable[tuple[UsageEvent, int]]) -> list[Occurrence]:
    """Those of the events, each with its sequence number, that count for the meter."""
    found = ((event.timestamp, tallied(meter, event), sequence) for event, sequence in events)
    return [
        Occurrence(moment=moment, tally=tally, sequence=sequence)
        for moment, tally, sequence in found
        if tally is not None
    ]


def slots_with(
    slots: Slots, counter: UsageCounter, occurrences: Iterable[Occurrence]
) -> dict[datetime, Tally]:
    """The slots of an hour, and in them what happened."""
    parts = ({slot_of(each.moment, _starts(counter, each.moment)): each.tally} for each in occurrences)
    return together(counter.aggregation, slots, *parts)


def slots_from_events(
    store: EventStore, customer_id: str, meter: Meter, counter: UsageCounter, hour: datetime
) -> dict[datetime, Tally]:
    """What the events of an hour amount to, read again; one Query, strongly consistent."""
    events = ((event, 0) for event in store.of_hour(customer_id, hour))
    return limited(slots_with({}, counter, occurrences_in(meter, events)))


def _starts(counter: UsageCounter, moment: datetime) -> set[datetime]:
    """Where windows started to count, at the moment."""
    return {window_of(kind, moment).start for kind in counter.kinds} | set(counter.boundaries)


def counted(counter: UsageCounter, occurrences: Iterable[Occurrence]) -> UsageCounter:
    """The windows with what happened in them; what is older moves no window."""

    def moved(window: UsageWindow) -> UsageWindow:
        fresh = [each.tally for each in occurrences if each.moment in window.counted]
        tally = merged_all(counter.aggregation, [window.tally, *fresh])
        return window.with_tally(counter.aggregation, tally)

    return replace(counter, windows=tuple(map(moved, counter.windows)))


def counted_again(
    store: BucketStore, counter: UsageCounter, instead: Mapping[datetime, HourBucket], now: datetime
) -> UsageCounter:
    """The windows from the hours in them, some of which are replaced."""

    def summed_up(window: UsageWindow) -> UsageWindow:
        return filled(window, counter.aggregation, window_tally(store, counter, window.counted, instead, now))

    return replace(counter, windows=tuple(map(summed_up, counter.windows)))
