"""Work that a stream function could not do for one customer, kept until a schedule has done it.

docs/decisions/0040 says which work is parked, and why doing it later has the same effect.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from parity.aws.failures import list_failures
from parity.core.times import from_iso, to_iso
from parity.dynamodb import keys
from parity.dynamodb.table import table
from parity.dynamodb.transactions import Transaction

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from parity.dynamodb.items import Item
    from parity.dynamodb.keys import Key
    from parity.dynamodb.table import Table

    Record = Mapping[str, Any]
    """A record of the table's stream, as Lambda delivers it."""

MAX_RECORD_BYTES = 350 * 1024
"""An item has at most 400 KB."""

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 4, 8, 16, 32, 60))
"""How long work waits for its first attempt, for the second one, and so on; from the last one on, an hour."""

SAME = "parkedOn = :parkedOn AND attempts = :attempts"
"""The stored work is the one that was read."""


class GoneError(Exception):
    """The work was done or parked again in the meantime."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedWork:
    """What is to be done for one customer.

    `task` is the stream function, such as `count`. `records` are those that it needs. `error` is the kind of
    the error that it was parked for, such as `KeyError`. `attempts` are those since then.
    """

    task: str
    customer_id: str
    records: Sequence[Record] = ()
    error: str
    parked_on: datetime
    attempts: int = 0

    @property
    def key(self) -> Key:
        """Work that is parked again, because its batch was redelivered, has the same key."""
        place = self.records[0]["dynamodb"]["SequenceNumber"] if self.records else ""
        return keys.parked_work(self.customer_id, self.task, place)

    @property
    def pause(self) -> timedelta:
        """How long to wait before the next attempt."""
        return PAUSES[min(self.attempts, len(PAUSES) - 1)]


class ParkedWorkStore:
    def __init__(self, table: Table) -> None:
        self.table = table

    def park(self, work: ParkedWork) -> None:
        """Writes an item, or several if the records do not fit in one."""
        for part, packed in _split(work):
            transaction = Transaction(self.table)
            transaction.put(_to_item(part, packed))
            transaction.commit()

    def count(self, shard: int) -> int:
        """How much work of a shard is parked, due or not; eventually consistent."""
        return self.table.count(
            "duePK = :shard", {":shard": keys.due_parked_partition(shard)}, IndexName=keys.DUE
        )

    def get(self, key: Key) -> ParkedWork | None:
        item = self.table.get(key)
        return _from_item(item) if item else None

    def postpone(self, work: ParkedWork, now: datetime) -> ParkedWork:
        """Counts an attempt before it is made, so that one which ends the process is counted, too.

        Raises GoneError.
        """
        next_one = replace(work, attempts=work.attempts + 1)
        transaction = Transaction(self.table)
        transaction.update(
            work.key,
            "SET attempts = :next, dueSK = :due",
            SAME,
            {**_sameness(work), ":next": next_one.attempts, ":due": to_iso(now + next_one.pause)},
            refused=lambda _: GoneError(),
        )
        transaction.commit()
        return next_one

    def remove(self, work: ParkedWork) -> None:
        """Removes work that was done; does nothing if it was parked again in the meantime."""
        transaction = Transaction(self.table)
        condition = f"attribute_not_exists(PK) OR ({SAME})"
        transaction.delete(work.key, condition, _sameness(work), refused=lambda _: GoneError())
        try:
            transaction.commit()
        except GoneError:
            return


def _sameness(work: ParkedWork) -> dict[str, str | int]:
    return {":parkedOn": to_iso(work.parked_on), ":attempts": work.attempts}


def _split(work: ParkedWork) -> Iterator[tuple[ParkedWork, bytes]]:
    """The work in parts whose records fit in an item, each with its records packed."""
    packed = zlib.compress(json.dumps(list(work.records)).encode())
    if len(packed) <= MAX_RECORD_BYTES or len(work.records) <= 1:
        yield work, packed
        return
    middle = len(work.records) // 2
    yield from _split(replace(work, records=work.records[:middle]))
    yield from _split(replace(work, records=work.records[middle:]))


def _to_item(work: ParkedWork, packed: bytes) -> Item:
    return {
        **work.key,
        "duePK": keys.due_parked_partition(keys.due_shard(work.customer_id)),
        "dueSK": to_iso(work.parked_on + work.pause),
        "task": work.task,
        "customerId": work.customer_id,
        "records": packed,
        "error": work.error,
        "parkedOn": to_iso(work.parked_on),
        "attempts": work.attempts,
    }


def _from_item(item: Item) -> ParkedWork:
    return ParkedWork(
        task=item["task"],
        customer_id=item["customerId"],
        records=tuple(json.loads(zlib.decompress(item["records"]))),
        error=item["error"],
        parked_on=from_iso(item["parkedOn"]),
        attempts=item["attempts"],
    )


def park(
    task: str, customer_id: str, failure: Exception, now: datetime, records: Sequence[Record] = ()
) -> None:
    """Parks what a stream function failed to do for a customer."""
    parked_work_store().park(
        ParkedWork(
            task=task,
            customer_id=customer_id,
            records=records,
            error=", ".join(sorted({type(error).__name__ for error in list_failures(failure)})),
            parked_on=now,
        )
    )


@cache
def parked_work_store() -> ParkedWorkStore:
    return ParkedWorkStore(table())
