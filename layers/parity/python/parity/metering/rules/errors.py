"""What can go wrong with events."""

from __future__ import annotations

from parity.core.errors import InvalidFieldsError


class TimestampInFutureError(InvalidFieldsError):
    """An event that has not happened yet."""

    code = "timestamp_in_future"


class TimestampTooOldError(InvalidFieldsError):
    """An event from before what is still counted."""

    code = "timestamp_too_old"
