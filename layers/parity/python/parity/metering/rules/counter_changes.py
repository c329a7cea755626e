"""What the stream reports of a counter: two states of it, and the usage between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from parity.catalog.rules.aggregation_functions import Aggregation
from parity.metering.rules.buckets import hour_of, quarter_of

if TYPE_CHECKING:
    from datetime import datetime

    from parity.metering.rules.aggregation import Change, Tally
    from parity.metering.rules.buckets import HourBucket, Slots
    from parity.metering.rules.counters import UsageCounter, UsageWindow


@dataclass(frozen=True, slots=True)
class CounterChange:
    """Two states of a counter that follow each other; the first one has nothing before it."""

    old: UsageCounter | None
    new: UsageCounter

    @property
    def has_reported_usage(self) -> bool:
        """Whether usage was reported; what is counted from events has its hours already."""
        total = self.old.total if self.old else 0
        return self.new.aggregation is Aggregation.CHANGE and self.new.total != total

    @property
    def tally(self) -> Tally:
        before = (self.old.version, int(self.old.total)) if self.old else (0, 0)
        return (*before, self.new.version, int(self.new.total))

    def ended_windows(self) -> list[UsageWindow]:
        """Windows of before that others have taken the place of."""
        present = {(window.kind, window.period.start) for window in self.new.windows}
        old = self.old.windows if self.old else ()
        return [window for window in old if (window.kind, window.period.start) not in present]

    def split_hours(self) -> set[datetime]:
        """Hours in which a window of a new kind begins in the middle of a quarter hour, of counted events."""
        if self.old is None or self.new.aggregation is Aggregation.CHANGE:
            return set()
        starts = {
            window.counting_period.start for window in self.new.windows if window.kind not in self.old.kinds
        }
        return {hour_of(start) for start in starts if start != quarter_of(start)}


def separate_changes(slots: Slots) -> dict[datetime, Tally]:
    """Reported usage with each change of the counter in one slot only.

    When windows are given up, the slots that they split may get changes from before and after what others
    hold. The slot that begins with the later state then takes over from the other.
    """
    found = sorted((tally, start) for start, tally in slots.items() if isinstance(tally, tuple))
    states: list[tuple[Change, datetime]] = found  # type: ignore[assignment]
    for place in range(len(states) - 1):
        (one, start), (other, later) = states[place], states[place + 1]
        if other[:2] < one[2:]:
            states[place] = (*one[:2], *other[:2]), start
            states[place + 1] = (*other[:2], *max(one[2:], other[2:])), later
    return {start: change for change, start in states}


def change_between(before: HourBucket, after: HourBucket) -> int:
    """How much reported usage changed after the last state in one hour and before the first in another."""
    return _changes_by_version(after)[0][1] - last_total(before)


def last_total(bucket: HourBucket) -> int:
    """How much had been used in all at the end of an hour of reported usage."""
    return _changes_by_version(bucket)[-1][3]


def _changes_by_version(bucket: HourBucket) -> list[Change]:
    """By version; an hour of reported usage has at least one."""
    return sorted(tally for tally in bucket.slots.values() if isinstance(tally, tuple))  # type: ignore[misc]
