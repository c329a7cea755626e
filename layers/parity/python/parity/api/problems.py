"""Errors as RFC 9457 problem details, with the field arrays that client libraries show (WIRE.md 0)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import islice
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.event_handler import Response

from parity.domain import errors

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from aws_lambda_powertools.event_handler.exceptions import ServiceError
    from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError

CONTENT_TYPE = "application/problem+json"
STATUSES: Mapping[type[errors.ParityError], int] = {
    errors.InvalidFieldsError: 400,
    errors.InvalidCursorError: 400,
    errors.NotFoundError: 404,
    errors.ConflictError: 409,
    errors.StaleVersionError: 412,
    errors.IdempotencyKeyReusedError: 422,
    errors.BusyError: 503,
}
"""A class stands for its subclasses."""

MESSAGES = {
    "missing": "is required.",
    "extra_forbidden": "is not a known field.",
    "string_type": "must be text.",
    "dict_type": "must be an object.",
    "list_type": "must be an array.",
    "model_attributes_type": "must be an object.",
    "model_type": "must be an object.",
    "int_parsing": "must be a whole number.",
}
"""In the words of the API where pydantic speaks of Python."""


MEMBERS = {"type", "title", "status", "detail", "code", "errors", "subscriptions"}
"""A field of one of these names is found in `errors` alone."""

MAX_ERRORS = 20
MAX_NAME_CHARACTERS = 40
"""A hostile body must not make an answer larger than itself."""


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
        return json.dumps(
            {
                "type": "about:blank",
                "title": HTTPStatus(self.status).phrase,
                "status": self.status,
                "detail": self.detail,
                "code": self.code,
                **self.extra,
                **self._errors(),
            }
        )

    def _errors(self) -> dict[str, Any]:
        """RFC 9457's list, and per top-level field an array of texts as the client libraries know it."""
        found = [{"pointer": f"#{pointer}", "detail": text} for pointer, text in self.pointers.items()]
        found += [{"parameter": name, "detail": text} for name, text in self.parameters.items()]
        by_field: dict[str, list[str]] = {}
        for pointer, text in self.pointers.items():
            if pointer:
                by_field.setdefault(_camel(_unescaped(pointer.split("/")[1])), []).append(text)
        for name, text in self.parameters.items():
            by_field.setdefault(name, []).append(text)
        kept = {name: texts for name, texts in by_field.items() if name not in MEMBERS}
        return ({"errors": found} if found else {}) | kept


INTERNAL_ERROR = Problem(
    500, "internal_error", "Something went wrong on our side; the request may be sent again."
)


def of_domain(error: errors.ParityError) -> Response[str]:
    return to_response(_domain_problem(error))


def _domain_problem(error: errors.ParityError) -> Problem:
    status = next(status for kind, status in STATUSES.items() if isinstance(error, kind))
    return Problem(
        status,
        error.code,
        error.detail,
        **_where(getattr(error, "problems", ())),
        headers={"Retry-After": "1"} if status == HTTPStatus.SERVICE_UNAVAILABLE else {},
        extra={"subscriptions": error.subscriptions}
        if isinstance(error, errors.CustomerHasLiveSubscriptionsError)
        else {},
    )


def _where(found: Iterable[errors.FieldProblem]) -> dict[str, dict[str, str]]:
    """The body as a whole has the empty pointer."""
    return {
        "pointers": {f"/{_camel(p.field)}" if p.field else "": p.detail for p in found if not p.in_query},
        "parameters": {p.field: p.detail for p in found if p.in_query},
    }


def of_validation(error: RequestValidationError) -> Response[str]:
    return to_response(validation_problem(error.errors()))


def validation_problem(found: Iterable[Mapping[str, Any]]) -> Problem:
    """From pydantic's list of errors, whose locations start with `body`, `query`, `path` or `header`."""
    pointers: dict[str, str] = {}
    parameters: dict[str, str] = {}
    for error in islice(found, MAX_ERRORS):
        source, *path = error["loc"]
        names = [str(part)[:MAX_NAME_CHARACTERS] for part in path]
        if source == "body":
            pointers.setdefault("".join(f"/{_escaped(name)}" for name in names), _message(error))
        else:
            parameters.setdefault(names[0], _message(error))
    sentences = [
        f"{name.lstrip('/') or 'The body'} {text}" for name, text in {**pointers, **parameters}.items()
    ]
    return Problem(400, "invalid_request", " ".join(sentences), pointers, parameters)


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest)


def _escaped(name: str) -> str:
    """As part of a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


def _unescaped(name: str) -> str:
    return name.replace("~1", "/").replace("~0", "~")


def _message(error: Mapping[str, Any]) -> str:
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    text = MESSAGES.get(error["type"]) or f"{error['msg'][0].lower()}{error['msg'][1:]}."
    return text.replace("input should be", "must be")


def of_service(error: ServiceError) -> Response[str]:
    """What the resolver itself refuses: an unknown path or method."""
    status = HTTPStatus(error.status_code)
    return to_response(Problem(status, status.phrase.lower().replace(" ", "_"), f"{error.msg}."))


def to_response(problem: Problem) -> Response[str]:
    """As text: Powertools serialises only bodies of `application/json`."""
    return Response(problem.status, CONTENT_TYPE, problem.to_json(), headers=problem.headers)


def to_gateway(problem: Problem) -> dict[str, Any]:
    """The answer of a Lambda proxy integration, for what is refused before the resolver runs."""
    headers = {"Content-Type": CONTENT_TYPE, **problem.headers}
    return {
        "statusCode": problem.status,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "body": problem.to_json(),
        "isBase64Encoded": False,
    }
