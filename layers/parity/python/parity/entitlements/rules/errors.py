"""Errors of entitlements, overrides and grants."""

from __future__ import annotations

from parity.core.errors import ConflictError, NotFoundError


class OverrideNotFoundError(NotFoundError):
    code = "override_not_found"

    def __init__(self, kind: str, feature: str) -> None:
        super().__init__(f"There is no {kind} of the feature {feature!r} for this customer.")


class GrantNotFoundError(NotFoundError):
    code = "grant_not_found"

    def __init__(self, grant_id: str) -> None:
        super().__init__(f"This customer has no grant with the id {grant_id!r}.")


class TooManyGrantsError(ConflictError):
    code = "too_many_grants"

    def __init__(self, most: int) -> None:
        super().__init__(f"The customer has {most} grants, the most that there can be. Delete one first.")


class NotEntitledError(ConflictError):
    code = "not_entitled"

    def __init__(self, feature: str, reason: str) -> None:
        super().__init__(
            f"The customer may not use the feature {feature!r}: {reason}. Nothing was counted.",
            {"accessDeniedReason": reason},
        )


class EntitlementsTooLargeError(ConflictError):
    code = "entitlements_too_large"

    def __init__(self, customer_id: str) -> None:
        super().__init__(
            f"The customer {customer_id!r} has too many different plans, overrides and grants to get more."
        )
