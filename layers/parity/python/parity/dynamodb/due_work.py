"""Doing the work of one shard of the `due` index, whatever becomes of single items (docs/decisions/0068)."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING

from parity.aws.failures import log_failure
from parity.aws.outages import is_outage
from parity.core.actors import keep_actor
from parity.dynamodb.due_index import list_entries, put_off, query_due

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from parity.dynamodb.due_index import DueEntry
    from parity.dynamodb.items import Item
    from parity.dynamodb.table import Table

    Group = Sequence["Task"]
    """Tasks that are done one after the other."""

PAGE_SIZE = 100
WORKERS = 8


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be done for one entry, which is put off if that fails.

    `entry` is None for what is done after other entries of its group, or puts itself off. `do` returns how
    much was done, such as `{"advanced": 1}`. `ids` name the item in the log.
    """

    entry: DueEntry | None
    ids: Mapping[str, str]
    do: Callable[[], Mapping[str, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class DueWork:
    """One kind of work.

    `name` begins the lines in the log about failures. `partition` is where a shard is in the index. `plan`
    makes groups of tasks of a page of entries, which several threads do.

    Where a queue hands out turns, `queue` is the variable with its URL, `name` begins the names of metrics,
    and `metrics` has one more for each number that tasks return.
    """

    name: str
    table: Table
    partition: Callable[[int], str]
    plan: Callable[[Sequence[DueEntry], datetime], Iterable[Group]]
    queue: str = ""
    metrics: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TurnReport:
    """How much was done, how many tasks failed, and whether all that was due was looked at."""

    done: Counter[str] = field(default_factory=Counter)
    failed: int = 0
    complete: bool = True

    def __add__(self, other: TurnReport) -> TurnReport:
        return TurnReport(
            self.done + other.done, self.failed + other.failed, self.complete and other.complete
        )


UNFINISHED = TurnReport(complete=False)


@dataclass(frozen=True, slots=True)
class Turn:
    """A shard is worked on until nothing is due or time is up. One turn of a shard runs at a time.

    `is_careful` after a turn that ended its process: then each item is put off before it is attempted, so
    that the one which ended the process does so once, and the items behind it are reached.
    """

    work: DueWork
    shard: int
    now: datetime
    out_of_time: Callable[[], bool]
    is_careful: bool = False

    def take(self) -> TurnReport:
        """The longest overdue first. What fails is put off, and affects nothing else."""
        report = TurnReport()
        position: Item | None = None
        attempt = keep_actor(self._attempt_group)
        with ThreadPoolExecutor(1 if self.is_careful else WORKERS) as workers:
            while not self.out_of_time():
                page = query_due(
                    self.work.table, self.work.partition(self.shard), self.now, position, PAGE_SIZE
                )
                groups = self.work.plan(list_entries(page), self.now)
                report = sum(chain.from_iterable(workers.map(attempt, groups)), report)
                if page.last_key is None:
                    return report
                position = page.last_key
        return report + UNFINISHED

    def _attempt_group(self, group: Group) -> list[TurnReport]:
        return [self._attempt(task) for task in group]

    def _attempt(self, task: Task) -> TurnReport:
        if self.out_of_time():
            return UNFINISHED
        try:
            if self.is_careful:
                self._put_off(task)
            return TurnReport(Counter(task.do()))
        except Exception as error:  # noqa: BLE001 - the others are due, too
            self._follow_failure(task, error)
            return TurnReport(failed=1)

    def _follow_failure(self, task: Task, error: Exception) -> None:
        """An outage is not the item's fault: then it is due as before."""
        log_failure(f"{self.work.name.lower()} failed", error, **task.ids)
        if is_outage(error) or self.is_careful:
            return
        try:
            self._put_off(task)
        except Exception as second:  # noqa: BLE001 - it is due as before, and the others are due, too
            log_failure("putting off failed", second, **task.ids)

    def _put_off(self, task: Task) -> None:
        if task.entry:
            put_off(self.work.table, task.entry, self.now)
