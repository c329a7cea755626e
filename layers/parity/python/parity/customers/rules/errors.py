"""Errors about customers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parity.core.errors import ConflictError, FieldProblem, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class CustomerNotFoundError(NotFoundError):
    code = "customer_not_found"

    def __init__(self, customer_id: str) -> None:
        super().__init__(f"There is no customer with the identifier {customer_id!r}.")


class CustomerAlreadyExistsError(ConflictError):
    code = "customer_already_exists"

    def __init__(self, customer_id: str) -> None:
        super().__init__(
            f"A customer with the identifier {customer_id!r} already exists. Identifiers are unique for "
            "ever, those of archived customers included."
        )
        self.customer_id = customer_id
        self.problems = (FieldProblem("customer_id", "is in use already."),)


class CustomerIsArchivedError(ConflictError):
    code = "customer_archived"

    def __init__(self, customer_id: str) -> None:
        super().__init__(f"The customer {customer_id!r} is archived. Unarchive it before changing it.")


class CustomerIsErasedError(ConflictError):
    code = "customer_erased"

    def __init__(self, customer_id: str) -> None:
        super().__init__(f"The customer {customer_id!r} is erased. It stays archived and cannot be changed.")


def inactive_customer_error(customer_id: str, *, is_erased: bool) -> ConflictError:
    """The error of a write for a customer who is archived, and perhaps erased."""
    return CustomerIsErasedError(customer_id) if is_erased else CustomerIsArchivedError(customer_id)


class CustomerIsNotArchivedError(ConflictError):
    code = "customer_not_archived"

    def __init__(self, customer_id: str) -> None:
        super().__init__(f"The customer {customer_id!r} is not archived. Archive it before erasing it.")


class CustomerHasLiveSubscriptionsError(ConflictError):
    code = "customer_has_live_subscriptions"

    def __init__(self, customer_id: str, live: int, blocking: Sequence[Mapping[str, str]] = ()) -> None:
        """`blocking` has the `id`, `planIdentifier` and `status` of each live subscription."""
        noun = "subscription" if live == 1 else "subscriptions"
        super().__init__(
            f"The customer {customer_id!r} has {live} live {noun}. Cancel before archiving the customer.",
            {"subscriptions": live, "blockedBy": list(blocking)},
        )
        self.live = live
