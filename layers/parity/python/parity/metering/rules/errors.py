"""What can go wrong with events."""

from __future__ import annotations

from parity.core.errors import InvalidFieldsError


class TimestampInFutureError(InvalidFieldsError):
    """The event's timestamp is further in the future than a clock may be ahead."""

    code = "timestamp_in_future"


class TimestampTooOldError(InvalidFieldsError):
    """The event happened before the time from which events are still counted."""

    code = "timestamp_too_old"
