"""Keys that areas share, and those of parked work and kept answers.

The keys of an area's items are in its `store/keys.py`. No other module knows what a key looks like.
docs/access-patterns.md shows them all; a test compares the two.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from hashlib import sha256

Key = dict[str, str]

LISTING = "listing"
DUE = "due"

FIRST_POSITION, LAST_POSITION = "0", "~"
"""Before and after all positions that begin with a time."""

FAR_FUTURE = datetime.max.replace(tzinfo=UTC)

MOMENT_CHARACTERS = len("2027-01-31T12:00:00.000000Z")
PUT_OFF = re.compile(r"(.*?)(?:~(\d+))?")
FIRST_PUT_OFF, LONGEST_PUT_OFF = timedelta(minutes=10), timedelta(days=1)
MAX_DOUBLINGS = 8

DUE_SHARDS = 32
"""Items that were written into fewer shards are found all the same: each says where it is."""

LISTING_PARTITIONS = 4
"""Of each list of customers or subscriptions."""


def customer_in(partition_key: str) -> str:
    """The identifier in the partition key of a customer, its events or its usage; it holds no `#`."""
    return partition_key.split("#")[1]


def list_partition(name: str, number: int) -> str:
    """One of a list's partitions."""
    return f"{name}#{number}"


def list_partition_of(name: str, id: str) -> str:  # noqa: A002
    """The partition of a list that something is in."""
    return list_partition(name, _digest(id) % LISTING_PARTITIONS)


def month_partition(name: str, month: str, number: int) -> str:
    """Where an earlier release listed what was created in a month (`yyyy-mm`)."""
    return f"{name}#{month}{partition_suffix(number)}"


def behind_month(month: str) -> str:
    """Behind all positions in a month."""
    return f"{month}{LAST_POSITION}"


def listing_position(created_on: str, id: str) -> str:  # noqa: A002
    """Sorts by time of creation; the id breaks ties."""
    return f"{created_on}#{id}"


def due_shard(id: str) -> int:  # noqa: A002
    return _digest(id) % DUE_SHARDS


def due_position(moment: str, id: str) -> str:  # noqa: A002
    """Sorts by when something is due. Some positions are the moment alone."""
    return f"{moment}#{id}"


def last_due_position(moment: str) -> str:
    """Behind all that is due at the moment."""
    return f"{moment}~"


def moment_of_due(position: str) -> datetime:
    return datetime.fromisoformat(position[:MOMENT_CHARACTERS])


def put_off_position(position: str, now: datetime) -> str:
    """The position of an item that is put off once more. Its end says how often that was, such as `~3`."""
    kept, times = PUT_OFF.fullmatch(position[MOMENT_CHARACTERS:]).groups()  # type: ignore[union-attr]
    count = int(times or 0)
    later = now + min(FIRST_PUT_OFF * 2 ** min(count, MAX_DOUBLINGS), LONGEST_PUT_OFF)
    return f"{later.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z{kept}~{count + 1}"


def parked_work(customer_id: str, task: str, place: str) -> Key:
    """Work of a stream function that failed for one customer; `place` is a sequence number of the stream."""
    return {"PK": f"PARKED#{customer_id}", "SK": f"{task}#{place}"}


def parked_work_of(key: Key) -> tuple[str, str]:
    """The customer's identifier and the task."""
    return key["PK"].removeprefix("PARKED#"), key["SK"].partition("#")[0]


def due_parked_partition(shard: int) -> str:
    """Parked work by when it is tried again."""
    return f"DUE_PARKED#{shard:02}"


def month_of_key(sort_key: str) -> str | None:
    return sort_key.removeprefix("MONTH#") if sort_key.startswith("MONTH#") else None


def idempotency(idempotency_key: str) -> Key:
    """The caller's key is hashed, because it may be something secret."""
    return {"PK": f"IDEMPOTENCY#{sha256(idempotency_key.encode()).hexdigest()}", "SK": "ANSWER"}


def _digest(id: str) -> int:  # noqa: A002
    return int(sha256(id.encode()).hexdigest()[:4], 16)


def partition_suffix(partition: int) -> str:
    """The first of several partitions has the key that it had when it was the only one."""
    return f"#{partition}" if partition else ""


def month(moment: datetime) -> str:
    return f"{moment:%Y-%m}"
