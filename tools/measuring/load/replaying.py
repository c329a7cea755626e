"""Carries recorded operations out again at a rate, with the table's limits and collisions, and no items.

What several recorded operations have in common stays common: the partition of a list, an item that counts.
What one of them has for itself, such as its customer, is another one's in each repetition and is never hot.
So only what is common is looked at, which takes some microseconds per operation.
"""

from __future__ import annotations

import heapq
import random
from collections import Counter
from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import TypeVar

from parity.dynamodb.optimistic import FIRST_PAUSE_SECONDS, MAX_PAUSE_SECONDS
from parity.dynamodb.transactions import MAX_ATTEMPTS
from tests.support.fakes.dynamodb.admission import REQUEST_SECONDS, TRANSACTION_SECONDS
from tests.support.fakes.dynamodb.capacity import READ_UNITS, WRITE_UNITS, Capacity, HotPartitionError
from tests.support.fakes.dynamodb.writes import Key
from tools.measuring.load.recording import Operation, Step

CLIENT_ATTEMPTS = 3
"""Of AWS's client, for a request that is throttled."""

Place = TypeVar("Place")
Pauses = Generator[float, None, None]


class GivenUpError(Exception):
    """The operation is answered with 503."""


@dataclass
class Outcome:
    """`collisions` and `throttled` are requests that were refused, and usually tried again.

    `left_over` are batches of search entries that were given up. Their customers are answered as created, and
    the stream function writes the entries.
    """

    operations: int = 0
    given_up: int = 0
    left_over: int = 0
    collisions: int = 0
    throttled: int = 0
    reads: Capacity = field(default_factory=lambda: Capacity(READ_UNITS))
    writes: Capacity = field(default_factory=lambda: Capacity(WRITE_UNITS))


def keep_common(operations: Sequence[Operation]) -> list[Operation]:
    """The operations without the partitions and items, and the requests, that are of one operation only."""
    wholes = list(map(_sum_steps, operations))
    partitions = _find_common({*whole.reads, *whole.writes} for whole in wholes)
    keys = _find_common(set(whole.keys) for whole in wholes)
    reduced = ([_reduce(step, partitions, keys) for step in operation] for operation in operations)
    return [[step for step in operation if step.reads or step.writes or step.keys] for operation in reduced]


def replay(operations: Sequence[Operation], rate: int, seconds: int, *, seed: int = 1) -> Outcome:
    """Begins `rate` operations a second, at moments of chance, each of them a recorded one by chance."""
    return _Replay(seed).run(keep_common(operations), rate, seconds)


def _sum_steps(operation: Operation) -> Step:
    """An operation as one step, so that nothing is common because it does it twice."""
    whole = Step("")
    for step in operation:
        whole.reads.update(step.reads)
        whole.writes.update(step.writes)
        whole.keys += step.keys
    return whole


def _find_common(sets: Iterable[set[Place]]) -> set[Place]:
    seen = Counter(place for each in sets for place in each)
    return {place for place, number in seen.items() if number > 1}


def _reduce(step: Step, partitions: set[tuple[str, str]], keys: set[Key]) -> Step:
    reads = Counter({each: units for each, units in step.reads.items() if each in partitions})
    writes = Counter({each: units for each, units in step.writes.items() if each in partitions})
    return Step(step.name, reads, writes, [key for key in step.keys if key in keys])


class _Replay:
    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311
        self._numbers = count()
        self._now = 0.0
        self._held: set[Key] = set()
        self._outcome = Outcome()

    def run(self, operations: Sequence[Operation], rate: int, seconds: int) -> Outcome:
        queue: list[tuple[float, int, Pauses]] = []
        for number in range(rate * seconds):
            begin = (number + self._random.random()) / rate
            self._run_until(begin, queue)
            self._now = begin
            self._advance(self._carry_out(self._random.choice(operations)), queue)
        self._run_until(float("inf"), queue)
        return self._outcome

    def _run_until(self, moment: float, queue: list[tuple[float, int, Pauses]]) -> None:
        while queue and queue[0][0] <= moment:
            self._now, _, pauses = heapq.heappop(queue)
            self._advance(pauses, queue)

    def _advance(self, pauses: Pauses, queue: list[tuple[float, int, Pauses]]) -> None:
        pause = next(pauses, None)
        if pause is not None:
            heapq.heappush(queue, (self._now + pause, next(self._numbers), pauses))

    def _carry_out(self, operation: Operation) -> Pauses:
        self._outcome.operations += 1
        try:
            for step in operation:
                yield from self._transact(step) if step.is_transaction else self._request(step)
        except GivenUpError:
            self._outcome.given_up += 1

    def _transact(self, step: Step) -> Pauses:
        """As a transaction of the stores, which tries again after a collision and where it is throttled."""
        for number in range(MAX_ATTEMPTS):
            if number:
                longest = min(MAX_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** (number - 1))
                yield self._random.uniform(0, longest)
            if self._is_admitted(step):
                self._held.update(step.keys)
                yield TRANSACTION_SECONDS * self._random.uniform(0.5, 1.5)
                self._held.difference_update(step.keys)
                return
            yield REQUEST_SECONDS
        raise GivenUpError

    def _request(self, step: Step) -> Pauses:
        """As AWS's client, which tries again where it is throttled."""
        for number in range(CLIENT_ATTEMPTS):
            yield REQUEST_SECONDS * self._random.uniform(0.5, 1.5)
            if self._is_admitted(step):
                return
            yield self._random.random() * 2**number
        if step.name != "BatchWriteItem":
            raise GivenUpError
        self._outcome.left_over += 1

    def _is_admitted(self, step: Step) -> bool:
        if not self._held.isdisjoint(step.keys):
            self._outcome.collisions += 1
            return False
        try:
            self._outcome.reads.take(step.reads, self._now)
            self._outcome.writes.take(step.writes, self._now)
        except HotPartitionError:
            self._outcome.throttled += 1
            return False
        return True
