"""Trying again what the stream functions could not do for single customers (docs/decisions/0040)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from parity.dynamodb.keys import DUE_SHARDS
from parity.dynamodb.parked_work import GoneError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from parity.dynamodb.keys import Key
    from parity.dynamodb.parked_work import ParkedWork, ParkedWorkStore

    OnFailure = Callable[[ParkedWork, Exception], None]

WORKERS = 8


@dataclass(frozen=True, slots=True)
class RetryReport:
    """How much work was done, how much failed again, and how much is still parked."""

    done: int
    failed: int
    parked: int


@dataclass(frozen=True, slots=True)
class Retries:
    """How to do the work of each task. `on_failure` gets the work that failed again."""

    store: ParkedWorkStore
    tasks: Mapping[str, Callable[[ParkedWork], object]]
    on_failure: OnFailure

    def retry_due(self, now: datetime, out_of_time: Callable[[], bool]) -> RetryReport:
        """Does the work that is due, the longest overdue of each shard first, until time is up.

        Runs may overlap, be late or be repeated. Work that fails again is postponed, and does not affect the
        rest.
        """
        with ThreadPoolExecutor(WORKERS) as workers:
            work = partial(self._retry_shard, now, out_of_time)
            reports = list(workers.map(work, range(DUE_SHARDS)))
        return RetryReport(
            done=sum(report.done for report in reports),
            failed=sum(report.failed for report in reports),
            parked=sum(report.parked for report in reports),
        )

    def _retry_shard(self, now: datetime, out_of_time: Callable[[], bool], shard: int) -> RetryReport:
        done = failed = 0
        listed = self.store.list_keys(shard)
        for key, due_on in listed:
            if due_on > now or out_of_time():
                break
            is_done = self._retry(key, now)
            done += is_done
            failed += not is_done
        return RetryReport(done, failed, len(listed) - done)

    def _retry(self, key: Key, now: datetime) -> bool:
        """Whether the work is done, by this run or another one."""
        stored = self.store.get(key)
        if stored is None:
            return True
        try:
            work = self.store.postpone(stored, now)
        except GoneError:
            return True
        try:
            self.tasks[work.task](work)
        except Exception as error:  # noqa: BLE001 - other customers' work is due, too
            self.on_failure(work, error)
            return False
        self.store.remove(work)
        return True
