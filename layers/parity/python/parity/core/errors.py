"""Base classes of the errors that a caller can do something about.

Every error has a stable `code` that clients may branch on. `parity.http.problem` maps these classes to HTTP
statuses. An area's own error is a subclass and gets its status from that, so `http` knows no area.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with one field of the request.

    `field` is a path such as `plan_entitlements/0/value`, or empty for the body as a whole. `in_query` is
    true for query parameters and headers. The answer has the path in camelCase, unless it is `as_sent`.
    """

    field: str
    detail: str
    in_query: bool = False
    as_sent: bool = False


class ParityError(Exception):
    """An error that is answered as a problem.

    `detail` is a sentence for people. `extra` has more about it for programs, by the field names of the API,
    such as `{"usageLimit": 100}`. `problems` names the fields of the request that are at fault.
    """

    code: ClassVar[str]
    problems: tuple[FieldProblem, ...] = ()

    def __init__(self, detail: str, extra: Mapping[str, Any] | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.extra = extra or {}


class InvalidRequestError(ParityError):
    """The request breaks a rule that does not depend on what is stored."""

    code = "invalid_request"


class InvalidFieldsError(InvalidRequestError):
    """Fields of the request break a rule; `problems` names each."""

    def __init__(self, *problems: FieldProblem) -> None:
        super().__init__(" ".join(f"{each.field or 'The body'} {each.detail}" for each in problems))
        self.problems = problems


class NotFoundError(ParityError):
    """The thing that the path names does not exist."""

    code = "not_found"


class PageNotFoundError(NotFoundError):
    code = "page_not_found"

    def __init__(self, page: int) -> None:
        super().__init__(f"There is no page {page}: the list is shorter.")


class UnauthorizedError(ParityError):
    """The caller's token has expired since the gateway let it in."""

    code = "unauthorized"

    def __init__(self) -> None:
        super().__init__("The customer token has expired. Ask for a new one.")


class ForbiddenError(ParityError):
    """The caller's token is for another customer."""

    code = "forbidden"

    def __init__(self) -> None:
        super().__init__("This token reads the entitlements of another customer.")


class ConflictError(ParityError):
    """The request is valid, but what is stored does not allow it."""

    code = "conflict"


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


class InvalidCursorError(InvalidRequestError):
    code = "invalid_cursor"

    def __init__(self) -> None:
        super().__init__("The cursor is not one that this list gave out. Start again without it.")


class BusyError(ParityError):
    """The table is throttled, or transactions kept colliding. Nothing was written; a retry may succeed."""

    code = "busy"

    def __init__(self) -> None:
        super().__init__(
            "Too many requests change the same thing at once; nothing was written. Send it again."
        )


class OutcomeUnknownError(ParityError):
    """The table's answer was lost, and the stored items do not show whether the write had its effect."""

    code = "outcome_unknown"

    def __init__(self) -> None:
        super().__init__(
            "Whether this was counted is not known. Look at the usage before sending it again; with an "
            "Idempotency-Key it is always safe to send it again."
        )
