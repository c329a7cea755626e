"""Errors of entitlements and overrides."""

from __future__ import annotations

from parity.core.errors import ConflictError, NotFoundError


class OverrideNotFoundError(NotFoundError):
    code = "override_not_found"

    def __init__(self, kind: str, feature: str) -> None:
        super().__init__(f"There is no {kind} of the feature {feature!r} for this customer.")


class NotEntitledError(ConflictError):
    code = "not_entitled"

    def __init__(self, feature: str, reason: str) -> None:
        super().__init__(
            f"The customer may not use the feature {feature!r}: {reason}. Nothing was counted.",
            {"accessDeniedReason": reason},
        )
