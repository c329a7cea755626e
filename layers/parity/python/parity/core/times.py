"""Times are aware UTC datetimes inside and ISO 8601 with microseconds and `Z` at every edge."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def now() -> datetime:
    return datetime.now(UTC)


def to_iso(moment: datetime) -> str:
    """Always 27 characters, so that texts sort as the times do."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"


def to_iso_seconds(moment: datetime) -> str:
    """Without the fraction of a second, as the vendor's webhooks have some times."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def from_iso(text: str) -> datetime:
    return datetime.fromisoformat(text)


def to_micros(moment: datetime) -> int:
    """Microseconds since 1970, exact; shorter than a text in items that are read often."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def from_micros(micros: int) -> datetime:
    return EPOCH + timedelta(microseconds=micros)
