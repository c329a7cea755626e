"""What can go wrong, in the words of the product.

Every error has a stable `code` that clients may branch on. Each is a subclass of a class here, whose HTTP
status `parity.http.problem` knows: so an area adds errors and HTTP need not hear of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One thing wrong with one field of the request."""

    field: str
    detail: str
    in_query: bool = False


class ParityError(Exception):
    """Base of all errors that a caller can do something about.

    `detail` is a sentence for people. `extra` names what is in the way, by the field names of the API, such
    as `{"usageLimit": 100}`.
    """

    code: ClassVar[str]

    def __init__(self, detail: str, extra: Mapping[str, Any] | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.extra = extra or {}


class InvalidRequestError(ParityError):
    """The request breaks a rule, whatever is stored."""

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


class ConflictError(ParityError):
    """The request is fine by itself; the state of the customer does not allow it."""

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
    """The table refused for now (throttling, or transactions that kept colliding); nothing was written."""

    code = "busy"

    def __init__(self) -> None:
        super().__init__(
            "Too many requests change the same thing at once; nothing was written. Send it again."
        )


class OutcomeUnknownError(ParityError):
    """The table's answer got lost, and what stands there does not tell whether the write had its effect."""

    code = "outcome_unknown"

    def __init__(self) -> None:
        super().__init__(
            "Whether this was counted is not known. Look at the usage before sending it again; with an "
            "Idempotency-Key it is always safe to send it again."
        )
