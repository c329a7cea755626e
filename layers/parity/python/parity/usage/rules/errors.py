"""Errors of reports, reservations and resets."""

from __future__ import annotations

from parity.core.errors import ConflictError, NotFoundError


class FeatureNotMeteredError(ConflictError):
    code = "feature_not_metered"

    def __init__(self, feature: str) -> None:
        super().__init__(f"The feature {feature!r} is not a METER: nothing is counted of it.")


class UsageCountedFromEventsError(ConflictError):
    code = "usage_counted_from_events"

    def __init__(self, feature: str) -> None:
        super().__init__(f"Usage of the feature {feature!r} is counted from events. Report events instead.")


class UsageLimitExceededError(ConflictError):
    code = "usage_limit_exceeded"

    def __init__(self, feature: str, limit: int, used: int, reserved: int) -> None:
        super().__init__(
            f"This would pass the limit of {limit} of the feature {feature!r}: {used} used and {reserved} "
            "reserved. Nothing was counted.",
            {"usageLimit": limit, "currentUsage": used, "reserved": reserved},
        )


class UsageTooLargeError(ConflictError):
    code = "usage_too_large"

    def __init__(self, feature: str) -> None:
        super().__init__(f"The usage of the feature {feature!r} would pass 2^53. Nothing was counted.")


class ReservationNotFoundError(NotFoundError):
    code = "reservation_not_found"

    def __init__(self, reservation_id: str) -> None:
        super().__init__(
            f"There is no pending reservation {reservation_id!r}: it was confirmed, released, or it expired."
        )
