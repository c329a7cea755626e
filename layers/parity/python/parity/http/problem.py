"""A problem (RFC 9457), with the field arrays that client libraries show (docs/contract.md, "Errors").

It imports little, because the lean handlers need it, too.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import islice
from typing import TYPE_CHECKING, Any

from parity.core import errors
from parity.http.headers import request_id_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

CONTENT_TYPE = "application/problem+json"
STATUSES: Mapping[type[errors.ParityError], int] = {
    errors.InvalidRequestError: 400,
    errors.UnauthorizedError: 401,
    errors.ForbiddenError: 403,
    errors.NotFoundError: 404,
    errors.ConflictError: 409,
    errors.StaleVersionError: 412,
    errors.IdempotencyKeyReusedError: 422,
    errors.BusyError: 503,
    errors.OutcomeUnknownError: 504,
}
"""A class is for its subclasses, too."""

HEADERS: Mapping[int, Mapping[str, str]] = {
    HTTPStatus.UNAUTHORIZED: {"WWW-Authenticate": "Bearer"},
    HTTPStatus.SERVICE_UNAVAILABLE: {"Retry-After": "1"},
}

MAX_NAMED_FIELDS = 20
MAX_NAME_CHARACTERS = 40
MAX_DETAIL_CHARACTERS = 4000
"""A hostile request must not make an answer larger than itself."""


@dataclass(frozen=True, slots=True)
class Problem:
    """`pointers` name fields of the body, `parameters` parts of the URL and headers."""

    status: int
    code: str
    detail: str
    pointers: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> str:
        """The problem as JSON. A wrong field named like a member, such as `status`, is only in `errors`."""
        members = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": _bound(self.detail),
            "code": self.code,
            **self.extra,
        }
        return json.dumps({**self._by_field(), **members, **self._errors()})

    def _errors(self) -> dict[str, Any]:
        """RFC 9457's list."""
        found = [
            {"pointer": f"#{pointer}", "detail": _bound(text)} for pointer, text in self.pointers.items()
        ]
        found += [{"parameter": name, "detail": _bound(text)} for name, text in self.parameters.items()]
        return {"errors": found} if found else {}

    def _by_field(self) -> dict[str, list[str]]:
        """An array of texts for each top-level field, as the client libraries expect it."""
        texts: dict[str, list[str]] = {}
        for pointer, text in self.pointers.items():
            if pointer:
                texts.setdefault(_camel(_unescape_pointer(pointer.split("/")[1])), []).append(_bound(text))
        for name, text in self.parameters.items():
            texts.setdefault(name, []).append(_bound(text))
        return texts


INTERNAL_ERROR = Problem(
    500, "internal_error", "Something went wrong on our side; the request may be sent again."
)


def with_request_id(problem: str, event: Mapping[str, Any]) -> str:
    """The problem's JSON with the id of the request. A wrong field of that name is only in `errors`."""
    return json.dumps({**json.loads(problem), "requestId": request_id_of(event)})


def problem_from_error(error: errors.ParityError) -> Problem:
    status = next(status for kind, status in STATUSES.items() if isinstance(error, kind))
    return Problem(
        status,
        error.code,
        error.detail,
        **_where(error.problems),
        headers=HEADERS.get(status, {}),
        extra=error.extra,
    )


def _where(found: Iterable[errors.FieldProblem]) -> dict[str, dict[str, str]]:
    return {
        "pointers": {_pointer(each): each.detail for each in found if not each.in_query},
        "parameters": {each.field: each.detail for each in found if each.in_query},
    }


def _pointer(problem: errors.FieldProblem) -> str:
    """The JSON pointer of a field: `plan_entitlements/0/value` gives `/planEntitlements/0/value`."""
    if not problem.field:
        return ""
    return "".join(f"/{name if problem.as_sent else _camel(name)}" for name in problem.field.split("/"))


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest)


def shorten_text(text: str, most: int = MAX_NAME_CHARACTERS) -> str:
    """The text, with dots in place of what is beyond so many characters."""
    return text if len(text) <= most else f"{text[: most - 3]}..."


def _bound(detail: str) -> str:
    return shorten_text(detail, MAX_DETAIL_CHARACTERS)


def escape_pointer(name: str) -> str:
    """The name as one part of a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


def _unescape_pointer(part: str) -> str:
    return part.replace("~1", "/").replace("~0", "~")


def unknown_field(name: str, where: str = "") -> errors.FieldProblem:
    """`where` is the path of the object that holds the field, such as `checks/3`; empty for the body."""
    return _problem_as_sent(name, where, "is not a known field.")


def rename_fields(sent: Mapping[str, Any], names: Mapping[str, str], where: str = "") -> dict[str, Any]:
    """The fields of an object under their names in camelCase. `names` has these by other spellings.

    Raises InvalidFieldsError if a field is given in two spellings.
    """
    refuse_fields(
        _problem_as_sent(spelling, where, f"must be given in one spelling, as {spelling} or {name}.")
        for spelling, name in names.items()
        if spelling != name and spelling in sent and name in sent
    )
    return {names.get(name, name): value for name, value in sent.items()}


def _problem_as_sent(name: str, where: str, detail: str) -> errors.FieldProblem:
    path = escape_pointer(name[:MAX_NAME_CHARACTERS])
    return errors.FieldProblem(f"{where}/{path}" if where else path, detail, as_sent=True)


def refuse_fields(problems: Iterable[errors.FieldProblem]) -> None:
    """Raises InvalidFieldsError if there are problems; it names the first 20."""
    if named := tuple(islice(problems, MAX_NAMED_FIELDS)):
        raise errors.InvalidFieldsError(*named)
