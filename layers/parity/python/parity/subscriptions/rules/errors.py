"""Errors of subscriptions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parity.core.errors import ConflictError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Sequence


class SubscriptionNotFoundError(NotFoundError):
    code = "subscription_not_found"

    def __init__(self, subscription_id: str) -> None:
        super().__init__(f"There is no subscription with the id {subscription_id!r}.")


class TooManySubscriptionsError(ConflictError):
    code = "too_many_subscriptions"

    def __init__(self, customer_id: str, most: int) -> None:
        super().__init__(
            f"The customer {customer_id!r} has {most} live subscriptions, and may not have more.",
            {"maxLiveSubscriptions": most},
        )


class AlreadySubscribedError(ConflictError):
    code = "already_subscribed"

    def __init__(self, customer_id: str, plan: str, most: int, subscription_ids: Sequence[str]) -> None:
        """`subscription_ids` are the live subscriptions that have the plan, or a change to it to come."""
        super().__init__(
            f"The customer {customer_id!r} has as many live subscriptions to the plan {plan!r} as it allows.",
            {"maxPerCustomer": most, "subscriptionIds": list(subscription_ids)},
        )


class SubscriptionEndedError(ConflictError):
    code = "subscription_ended"

    def __init__(self, subscription_id: str, status: str) -> None:
        super().__init__(f"The subscription {subscription_id!r} has ended ({status}) and cannot be changed.")


class SubscriptionEndingError(ConflictError):
    code = "subscription_ending"

    def __init__(self, subscription_id: str) -> None:
        super().__init__(
            f"The subscription {subscription_id!r} is to be canceled: it has no next period. "
            "Undo the cancel first."
        )


class NothingToUndoError(ConflictError):
    code = "nothing_to_undo"

    def __init__(self, subscription_id: str) -> None:
        super().__init__(
            f"The subscription {subscription_id!r} has neither a pending cancel nor a pending change."
        )


class PaymentAwaitedError(ConflictError):
    code = "payment_awaited"

    def __init__(self, subscription_id: str) -> None:
        super().__init__(
            f"The subscription {subscription_id!r} awaits its first payment: its terms cannot change before. "
            "Report the payment, or cancel the subscription and create another."
        )


class PaymentOverdueError(ConflictError):
    code = "payment_overdue"

    def __init__(self, subscription_id: str) -> None:
        super().__init__(
            f"The subscription {subscription_id!r} is past due: a change cannot wait for another payment."
        )


class NoPaymentAwaitedError(ConflictError):
    code = "no_payment_awaited"

    def __init__(self, subscription_id: str, status: str) -> None:
        super().__init__(f"The subscription {subscription_id!r} is {status} and awaits no payment.")
