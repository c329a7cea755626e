"""Errors as answers: those of Parity, of validation and of the resolver."""

from __future__ import annotations

from http import HTTPStatus
from itertools import islice
from typing import TYPE_CHECKING, Any

from parity.http.declarations import Response
from parity.http.problem import (
    CONTENT_TYPE,
    MAX_NAME_CHARACTERS,
    MAX_NAMED_FIELDS,
    Problem,
    escape_pointer,
    problem_from_error,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from aws_lambda_powertools.event_handler.exceptions import ServiceError
    from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError

    from parity.core import errors

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
"""By pydantic's type of error, whose own messages speak of Python."""


def answer_error(error: errors.ParityError) -> Response[str]:
    return to_response(problem_from_error(error))


def answer_invalid_request(error: RequestValidationError) -> Response[str]:
    return to_response(problem_from_validation(error.errors()))


def problem_from_validation(found: Iterable[Mapping[str, Any]]) -> Problem:
    """From pydantic's list of errors, whose locations start with `body`, `query`, `path` or `header`."""
    pointers: dict[str, str] = {}
    parameters: dict[str, str] = {}
    for error in islice(found, MAX_NAMED_FIELDS):
        source, *path = error["loc"]
        names = [str(part)[:MAX_NAME_CHARACTERS] for part in path]
        if source == "body":
            pointers.setdefault("".join(f"/{escape_pointer(name)}" for name in names), _message(error))
        else:
            parameters.setdefault(names[0].title() if source == "header" else names[0], _message(error))
    sentences = [
        f"{name.lstrip('/') or 'The body'} {text}" for name, text in {**pointers, **parameters}.items()
    ]
    return Problem(400, "invalid_request", " ".join(sentences), pointers, parameters)


def _message(error: Mapping[str, Any]) -> str:
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    text = MESSAGES.get(error["type"]) or f"{error['msg'][0].lower()}{error['msg'][1:]}."
    return text.replace("input should be", "must be")


def answer_resolver_error(error: ServiceError) -> Response[str]:
    """For a request that the resolver itself refuses, such as one with an unknown method."""
    status = HTTPStatus(error.status_code)
    return to_response(Problem(status, status.phrase.lower().replace(" ", "_"), f"{error.msg}."))


def to_response(problem: Problem) -> Response[str]:
    """The problem as a response whose body is text: Powertools serialises only `application/json`."""
    return Response(problem.status, CONTENT_TYPE, problem.to_json(), headers=problem.headers)


def to_gateway(problem: Problem) -> dict[str, Any]:
    """The problem as a REST API expects it from a function; for requests refused before the resolver runs."""
    headers = {"Content-Type": CONTENT_TYPE, **problem.headers}
    return {
        "statusCode": problem.status,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "body": problem.to_json(),
        "isBase64Encoded": False,
    }
