"""What each partition of the table and of its indexes may read and write in a second, and what it did.

All items with one partition key are taken for one partition of their own. AWS may put several keys in one
partition until they are busy, and may divide one that stays busy.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock

READ_UNITS = 3000
WRITE_UNITS = 1000
BUSY_UNITS = 50
"""Partitions are remembered for seconds in which they had at least so many units."""

Partition = tuple[str, str]
"""The name of the index, empty for the table, and the partition key."""

Loads = Mapping[Partition, float]


class HotPartitionError(Exception):
    """A partition has no units left."""

    def __init__(self, partition: Partition) -> None:
        super().__init__(*partition)
        self.partition = partition


@dataclass
class Capacity:
    """The units of one kind: of reads, or of writes. A second's worth is there at most."""

    units_a_second: float
    used: float = 0.0
    refused: Counter[Partition] = field(default_factory=Counter)
    peaks: dict[Partition, float] = field(default_factory=dict)
    busy: Counter[Partition] = field(default_factory=Counter)
    """The units of the seconds in which the partition was busy."""
    _lock: Lock = field(default_factory=Lock)
    _second: int = 0
    _in_second: Counter[Partition] = field(default_factory=Counter)
    _debts: dict[Partition, tuple[float, float]] = field(default_factory=dict)
    """When the partition was used last, and how much of its second's worth it lacked then."""

    def take(self, loads: Loads, now: float) -> None:
        """Takes the units of all partitions or of none. Raises HotPartitionError.

        A partition may go below zero by one request, as a request is never too large for it.
        """
        with self._lock:
            self._take(loads, now)

    def _take(self, loads: Loads, now: float) -> None:
        self._begin_second(int(now))
        debts = {partition: self._debt(partition, now) for partition in loads}
        for partition, debt in debts.items():
            if debt >= self.units_a_second:
                self.refused[partition] += 1
                raise HotPartitionError(partition)
        for partition, units in loads.items():
            self._debts[partition] = (now, debts[partition] + units)
            self._in_second[partition] += units  # type: ignore[assignment]
            self.used += units

    def busiest(self, number: int) -> list[tuple[Partition, float]]:
        """The partitions with the most units in a second, with these."""
        self._begin_second(self._second + 1)
        return sorted(self.peaks.items(), key=lambda peak: -peak[1])[:number]

    def _debt(self, partition: Partition, now: float) -> float:
        then, debt = self._debts.get(partition, (now, 0.0))
        return max(debt - (now - then) * self.units_a_second, 0.0)

    def _begin_second(self, second: int) -> None:
        """Forgets partitions that were not busy: there is one for each customer."""
        if second == self._second:
            return
        for partition, units in self._in_second.items():
            if units >= BUSY_UNITS:
                self.peaks[partition] = max(self.peaks.get(partition, 0.0), units)
                self.busy[partition] += units
        self._debts = {each: debt for each, debt in self._debts.items() if self._debt(each, second) > 0}
        self._second, self._in_second = second, Counter()
