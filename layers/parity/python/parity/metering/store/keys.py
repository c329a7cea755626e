"""Keys of events, and of usage by time."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from parity.dynamodb.keys import Key


def events(customer_id: str, hour: datetime) -> str:
    """Raw events by the hour in which they happened, in UTC; the sort key is the idempotency key."""
    return f"EVENTS#{customer_id}#{hour:%Y-%m-%dT%H}"


def is_events(partition_key: str) -> bool:
    """Whether the items there are raw events."""
    return partition_key.startswith("EVENTS#")


def event_key(customer_id: str, idempotency_key: str) -> Key:
    """The time under which an event's key was first sent. A partition for each key, so that none is hot."""
    digest = sha256(idempotency_key.encode()).hexdigest()
    return {"PK": f"EVENT_KEY#{customer_id}#{digest}", "SK": "FIRST"}


def usage(customer_id: str, feature: str) -> str:
    """What a customer used of a feature, by time."""
    return f"USAGE#{customer_id}#{feature}"


def usage_of(partition_key: str) -> tuple[str, str]:
    """The customer's identifier and the feature; neither holds a `#`."""
    _, customer_id, feature = partition_key.split("#")
    return customer_id, feature


def is_usage(partition_key: str) -> bool:
    """Whether the items there are what a customer used of a feature."""
    return partition_key.startswith("USAGE#")


def usage_hour(hour: datetime) -> str:
    return f"HOUR#{hour:%Y-%m-%dT%H}"


def hour_of(sort_key: str) -> datetime:
    return datetime.strptime(sort_key, "HOUR#%Y-%m-%dT%H").replace(tzinfo=UTC)


def usage_day(day: datetime) -> str:
    return f"DAY#{day:%Y-%m-%d}"


def usage_month(month: datetime) -> str:
    return f"MONTH#{month:%Y-%m}"


def open_day(day: datetime) -> str:
    """Marks a day with hours that are not in the day's and the month's usage yet."""
    return f"OPEN#{day:%Y-%m-%d}"


def is_open_day(sort_key: str) -> bool:
    return sort_key.startswith("OPEN#")


def day_of_open(sort_key: str) -> datetime:
    return datetime.strptime(sort_key, "OPEN#%Y-%m-%d").replace(tzinfo=UTC)


def due_hours_partition(shard: int) -> str:
    """Hours of usage that are to be closed, and days that are to be rolled up, by when."""
    return f"DUE_HOURS#{shard:02}"
