"""Changes of a counter, as the stream delivers them, and the usage that was reported between two states."""

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
    """Two states of a counter that follow each other. A counter that was created has no old state."""

    old: UsageCounter | None
    new: UsageCounter

    @property
    def has_reported_usage(self) -> bool:
        """Whether usage was reported. Usage counted from events is in its hours already."""
        total = self.old.total if self.old else 0
        return self.new.aggregation is Aggregation.CHANGE and self.new.total != total

    @property
    def tally(self) -> Tally:
        """The first report, of 5, has `(0, 0, 1, 5)`: version 0 with a total of 0, then version 1 with 5."""
        before = (self.old.version, int(self.old.total)) if self.old else (0, 0)
        return (*before, self.new.version, int(self.new.total))

    def ended_windows(self) -> list[UsageWindow]:
        """The windows of the old state that the new one does not have."""
        current = {(window.kind, window.period.start) for window in self.new.windows}
        old = self.old.windows if self.old else ()
        return [window for window in old if (window.kind, window.period.start) not in current]

    def split_hours(self) -> set[datetime]:
        """The hours in which a window of a new kind, or one that begins late, splits a quarter hour.

        Empty for reported usage.
        """
        if self.old is None or self.new.aggregation is Aggregation.CHANGE:
            return set()
        starts = {
            window.counting_period.start
            for window in self.new.windows
            if window.kind not in self.old.kinds or window.since
        }
        return {hour_of(start) for start in starts if start != quarter_of(start)}


def separate_changes(slots: Slots) -> dict[datetime, Tally]:
    """Returns the slots of reported usage so that each change of the counter is in one slot only.

    A slot keeps the first and the last state of the counter in it. Two parts of a quarter hour may overlap. A
    change of plan can end the windows that split it, and then the first part gets a change later than those
    of the second. Then the first part is cut where the second one begins, and the second one gets the rest.
    For example, 12:00 has versions 0 to 6 and 12:02 has versions 2 to 5: then 12:00 gets versions 0 to 2, and
    12:02 versions 2 to 6.
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
    """How much the counter's total changed from the last state in one hour to the first state in another.

    Anything but 0 was reported, and is in no hour yet.
    """
    return _changes_by_version(after)[0][1] - last_total(before)


def last_total(bucket: HourBucket) -> int:
    """The counter's total after the last change in an hour of reported usage."""
    return _changes_by_version(bucket)[-1][3]


def _changes_by_version(bucket: HourBucket) -> list[Change]:
    """An hour of reported usage has at least one."""
    return sorted(tally for tally in bucket.slots.values() if isinstance(tally, tuple))  # type: ignore[misc]
