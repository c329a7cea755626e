"""Trying again what the stream functions could not do for single customers (docs/decisions/0040)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

from parity.dynamodb import keys
from parity.dynamodb.due_work import WORKERS, Task
from parity.dynamodb.parked_work import GoneError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from parity.dynamodb.due_index import DueEntry
    from parity.dynamodb.due_work import Group
    from parity.dynamodb.keys import Key
    from parity.dynamodb.parked_work import ParkedWork, ParkedWorkStore

    Tasks = Mapping[str, Callable[[ParkedWork], object]]
    """How to do the work of each task."""


def count_parked(store: ParkedWorkStore) -> dict[int, int]:
    """How much work is parked, due or not, of each shard that has any."""
    with ThreadPoolExecutor(WORKERS) as workers:
        counts = workers.map(store.count, range(keys.DUE_SHARDS))
        return {shard: number for shard, number in enumerate(counts) if number}


def plan_retries(
    store: ParkedWorkStore, tasks: Tasks, entries: Sequence[DueEntry], now: datetime
) -> Iterator[Group]:
    """The work of each customer, one after the other. An attempt is put off before it is made."""
    for _, of_customer in groupby(sorted(entries, key=_customer_of), _customer_of):
        yield [_plan_retry(store, tasks, entry.key, now) for entry in of_customer]


def _customer_of(entry: DueEntry) -> str:
    return keys.parked_work_of(entry.key)[0]


def _plan_retry(store: ParkedWorkStore, tasks: Tasks, key: Key, now: datetime) -> Task:
    customer_id, task = keys.parked_work_of(key)
    return Task(None, {"customerId": customer_id, "task": task}, partial(_retry, store, tasks, key, now))


def _retry(store: ParkedWorkStore, tasks: Tasks, key: Key, now: datetime) -> dict[str, int]:
    """Does the work, unless another run does it. Raises what the task raises."""
    stored = store.get(key)
    if stored is None:
        return {"done": 1}
    try:
        work = store.postpone(stored, now)
    except GoneError:
        return {"done": 1}
    tasks[work.task](work)
    store.remove(work)
    return {"done": 1}
