"""What can go wrong, in the words of the product.

Every error has a stable `code` that clients may branch on; `parity.http.problems` maps the classes to HTTP.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One thing wrong with one field of the request."""

    field: str
    detail: str
    in_query: bool = False


class ParityError(Exception):
    """Base of all errors that a caller can do something about."""

    code: ClassVar[str]

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class InvalidFieldsError(ParityError):
    """Fields of the request break a rule; `problems` names each."""

    code = "invalid_request"

    def __init__(self, *problems: FieldProblem) -> None:
        super().__init__(" ".join(f"{each.field or 'The body'} {each.detail}" for each in problems))
        self.problems = problems


class NotFoundError(ParityError):
    """The thing that the path names does not exist."""

    code = "not_found"


class CustomerNotFoundError(NotFoundError):
    code = "customer_not_found"

    def __init__(self, customer_id: str) -> None:
        super().__init__(f"There is no customer with the identifier {customer_id!r}.")


class ApiKeyNotFoundError(NotFoundError):
    code = "api_key_not_found"

    def __init__(self, key_id: str) -> None:
        super().__init__(f"There is no API key with the id {key_id!r}.")


class PageNotFoundError(NotFoundError):
    code = "page_not_found"

    def __init__(self, page: int) -> None:
        super().__init__(f"There is no page {page}: the list is shorter.")


class ConflictError(ParityError):
    """The request is fine by itself; the state of the customer does not allow it."""

    code = "conflict"


class CustomerAlreadyExistsError(ConflictError):
    code = "customer_already_exists"

    def __init__(self, customer_id: str) -> None:
        super().__init__(
            f"A customer with the identifier {customer_id!r} already exists. Identifiers are unique for "
            "ever, those of archived customers included."
        )
        self.customer_id = customer_id


class CustomerIsArchivedError(ConflictError):
    code = "customer_archived"

    def __init__(self, customer_id: str) -> None:
        super().__init__(f"The customer {customer_id!r} is archived. Unarchive it before changing it.")


class CustomerHasLiveSubscriptionsError(ConflictError):
    code = "customer_has_live_subscriptions"

    def __init__(self, customer_id: str, live: int, blocking: Sequence[Mapping[str, str]] = ()) -> None:
        """`blocking` names the subscriptions: `id`, `planIdentifier` and `status` of each."""
        noun = "subscription" if live == 1 else "subscriptions"
        super().__init__(
            f"The customer {customer_id!r} has {live} live {noun}. Cancel before archiving the customer."
        )
        self.customer_id = customer_id
        self.subscriptions = live
        self.blocking = blocking


class VersionConflictError(ConflictError):
    code = "version_conflict"

    def __init__(self) -> None:
        super().__init__("It kept changing while this request ran. Read it and send the request again.")


class StaleVersionError(ParityError):
    """The caller's `If-Match` names a version that is no longer the current one."""

    code = "precondition_failed"

    def __init__(self, current: int) -> None:
        super().__init__(f'If-Match does not name the current version; the current ETag is "{current}".')


class IdempotencyKeyReusedError(ParityError):
    code = "idempotency_key_reused"

    def __init__(self) -> None:
        super().__init__(
            "This Idempotency-Key was sent before with another request. Use a new key for a new request."
        )


class InvalidCursorError(ParityError):
    code = "invalid_cursor"

    def __init__(self) -> None:
        super().__init__("The cursor is not one that this list gave out. Start again without it.")


class BusyError(ParityError):
    """The table refused for now (throttling, or transactions that kept colliding); nothing was written."""

    code = "busy"

    def __init__(self) -> None:
        super().__init__(
            "Too many requests change the same thing at once; nothing was written. Send it again."
        )


class FeatureNotFoundError(NotFoundError):
    code = "feature_not_found"

    def __init__(self, feature: str) -> None:
        super().__init__(f"There is no feature with the identifier or id {feature!r}.")


class FeatureAlreadyExistsError(ConflictError):
    code = "feature_already_exists"

    def __init__(self, identifier: str) -> None:
        super().__init__(f"A feature with the identifier {identifier!r} already exists, perhaps archived.")


class FeatureIsArchivedError(ConflictError):
    code = "feature_archived"

    def __init__(self, identifier: str) -> None:
        super().__init__(f"The feature {identifier!r} is archived.")


class FeatureInUseError(ConflictError):
    code = "feature_in_use"

    def __init__(self, identifier: str, plans: list[str]) -> None:
        super().__init__(f"The feature {identifier!r} is part of published plans: {', '.join(plans)}.")
        self.plans = plans


class PlanNotFoundError(NotFoundError):
    code = "plan_not_found"

    def __init__(self, plan: str) -> None:
        super().__init__(f"There is no plan with the identifier {plan!r}.")


class PlanVersionNotFoundError(NotFoundError):
    code = "plan_version_not_found"

    def __init__(self, plan: str, version: object) -> None:
        super().__init__(f"The plan {plan!r} has no version {version}.")


class PlanAlreadyExistsError(ConflictError):
    code = "plan_already_exists"

    def __init__(self, identifier: str) -> None:
        super().__init__(f"A plan with the identifier {identifier!r} already exists, perhaps archived.")


class PlanIsArchivedError(ConflictError):
    code = "plan_archived"

    def __init__(self, plan: str) -> None:
        super().__init__(f"The plan {plan!r} is archived.")


class PlanAlreadyPublishedError(ConflictError):
    code = "already_published"

    def __init__(self, plan: str, version: int) -> None:
        super().__init__(f"The plan {plan!r} has no draft: its version {version} is published already.")


class PlanHasNoDraftError(ConflictError):
    code = "no_draft"

    def __init__(self, plan: str) -> None:
        super().__init__(f"The plan {plan!r} has no draft to discard.")


class PlanHasNoPriceError(ParityError):
    code = "no_price"

    def __init__(self, plan: str) -> None:
        super().__init__(f"The plan {plan!r} has no price. Give it at least one before publishing it.")


class PlanFeatureNotFoundError(NotFoundError):
    code = "plan_feature_not_found"

    def __init__(self, plan: str, feature: str) -> None:
        super().__init__(f"The plan {plan!r} does not have the feature {feature!r}.")


class PlanFeatureAlreadyExistsError(ConflictError):
    code = "plan_feature_already_exists"

    def __init__(self, plan: str, features: list[str]) -> None:
        super().__init__(f"The plan {plan!r} already has: {', '.join(features)}. Change them one by one.")


class SubscriptionNotFoundError(NotFoundError):
    code = "subscription_not_found"

    def __init__(self, subscription_id: str) -> None:
        super().__init__(f"There is no subscription with the id {subscription_id!r}.")


class AdjustmentNotFoundError(NotFoundError):
    code = "override_not_found"

    def __init__(self, kind: str, feature: str) -> None:
        super().__init__(f"There is no {kind} of the feature {feature!r} for this customer.")


class PlanNotPublishedError(ConflictError):
    code = "plan_not_published"

    def __init__(self, plan: str) -> None:
        super().__init__(f"The plan {plan!r} has no published version yet. Publish it first.")


class SubscriptionEndedError(ConflictError):
    code = "subscription_ended"

    def __init__(self, subscription_id: str, status: str) -> None:
        super().__init__(f"The subscription {subscription_id!r} has ended ({status}) and cannot be changed.")


class SubscriptionEndingError(ConflictError):
    code = "subscription_ending"

    def __init__(self, subscription_id: str) -> None:
        super().__init__(
            f"The subscription {subscription_id!r} is to be canceled: it has no next period. Undo that first."
        )


class NothingToUndoError(ConflictError):
    code = "nothing_to_undo"

    def __init__(self, subscription_id: str) -> None:
        super().__init__(
            f"The subscription {subscription_id!r} has neither a pending cancel nor a pending change."
        )


class NoPaymentAwaitedError(ConflictError):
    code = "no_payment_awaited"

    def __init__(self, subscription_id: str, status: str) -> None:
        super().__init__(f"The subscription {subscription_id!r} is {status} and awaits no payment.")


class MigrationNotFoundError(NotFoundError):
    code = "migration_not_found"

    def __init__(self, plan: str, version: int) -> None:
        super().__init__(f"No subscribers were migrated to version {version} of the plan {plan!r}.")


class MigrationRunningError(ConflictError):
    code = "migration_running"

    def __init__(self, plan: str) -> None:
        super().__init__(f"Subscribers of the plan {plan!r} are still being migrated. Publish it after that.")


class OutcomeUnknownError(ParityError):
    """The table's answer got lost, and what stands there does not tell whether the write had its effect."""

    code = "outcome_unknown"

    def __init__(self) -> None:
        super().__init__(
            "Whether this was counted is not known. Look at the usage before sending it again; with an "
            "Idempotency-Key it is always safe to send it again."
        )


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
            "reserved. Nothing was counted."
        )
        self.limit = limit
        self.used = used
        self.reserved = reserved


class NotEntitledError(ConflictError):
    code = "not_entitled"

    def __init__(self, feature: str, reason: str) -> None:
        super().__init__(f"The customer may not use the feature {feature!r}: {reason}. Nothing was counted.")
        self.reason = reason


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


class TimestampInFutureError(InvalidFieldsError):
    """An event that has not happened yet."""

    code = "timestamp_in_future"


class TimestampTooOldError(InvalidFieldsError):
    """An event from before what is still counted."""

    code = "timestamp_too_old"
