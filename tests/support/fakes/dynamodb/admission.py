"""What lets a request in: the units of its partitions, and the transactions that are in progress."""

from __future__ import annotations

import random
from collections.abc import Iterable

from tests.support.fakes.dynamodb.capacity import READ_UNITS, WRITE_UNITS, Capacity, HotPartitionError, Loads
from tests.support.fakes.dynamodb.clock import Clock
from tests.support.fakes.dynamodb.errors import CONFLICT, THROTTLED, refuse_write
from tests.support.fakes.dynamodb.sizes import Item, count_item_bytes, count_read_units
from tests.support.fakes.dynamodb.storage import TABLE
from tests.support.fakes.dynamodb.transactions import Locks
from tests.support.fakes.dynamodb.writes import Key

REQUEST_SECONDS = 0.005
TRANSACTION_SECONDS = 0.02
"""How long a transaction keeps others from its items. Assumed: AWS does not say."""


class Admission:
    """`collisions` counts the requests that were refused because of a transaction in progress."""

    def __init__(self, clock: Clock, seed: int) -> None:
        self.clock = clock
        self.reads, self.writes = Capacity(READ_UNITS), Capacity(WRITE_UNITS)
        self.locks = Locks()
        self.collisions = 0
        self._random = random.Random(seed)

    def find_collisions(self, keys: Iterable[Key]) -> list[str | None]:
        """For each key the reason of a refusal, or None. Time passes if there is one."""
        found = [CONFLICT if key in self.locks else None for key in keys]
        if any(found):
            self.collisions += 1
            self.pass_time(REQUEST_SECONDS)
        return found

    def take_reads(self, loads: Loads) -> None:
        self._take(self.reads, loads)

    def take_writes(self, loads: Loads) -> None:
        self._take(self.writes, loads)

    def take_item_read(self, key: Key, item: Item | None, *, consistent: bool, factor: int = 1) -> float:
        """The units of reading an item, or of finding that there is none."""
        size = count_item_bytes(item) if item else 0
        units = factor * count_read_units(size, consistent=consistent)
        self.take_reads({(TABLE, key[0]): units})
        return units

    def pass_time(self, seconds: float) -> None:
        """Half to one and a half times as long, so that requests do not march in step."""
        self.clock.sleep(seconds * self._random.uniform(0.5, 1.5))

    def _take(self, capacity: Capacity, loads: Loads) -> None:
        try:
            capacity.take(loads, self.clock.now())
        except HotPartitionError as error:
            self.pass_time(REQUEST_SECONDS)
            raise refuse_write(THROTTLED) from error
