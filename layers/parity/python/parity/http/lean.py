"""The Lambda handler of the few operations that a product calls on each of its own requests.

It does without the resolver and the models, which take longer to import than everything else together
(docs/decisions/0012). It reads the events of both gateways: payload 1.0 of the core and 2.0 of the edge.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from parity.aws.failures import log_failed_request
from parity.core.errors import FieldProblem, InvalidFieldsError, ParityError
from parity.http.bodies import JSON, RequestRefusedError, body_bytes, parse_body
from parity.http.headers import common_headers
from parity.http.problem import (
    CONTENT_TYPE,
    INTERNAL_ERROR,
    Problem,
    problem_from_error,
    with_request_id,
)
from parity.http.query_parameters import with_strict_query

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from parity.http.bodies import BodyReader

    Event = Mapping[str, Any]
    Handler = Callable[[Event, Any], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What an operation returns in place of a plain body if it has headers of its own."""

    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)


def lean_handler(operation: Callable[[Event], Any], parameters: Collection[str] = ()) -> Handler:
    """A Lambda handler that answers what the operation returns, as JSON, and errors as problems.

    `parameters` are the query parameters that the operation takes; all others are refused.
    """

    def handler(event: Event, _context: Any) -> dict[str, Any]:  # noqa: ANN401
        try:
            returned = operation(with_strict_query(event, parameters))
            answer = returned if isinstance(returned, Answer) else Answer(returned)
            return _answer(event, 200, "application/json", _compact(answer.body), answer.headers)
        except ParityError as error:
            return _problem(event, problem_from_error(error))
        except RequestRefusedError as refused:
            return _problem(event, refused.problem)
        except Exception as error:  # noqa: BLE001 - the last resort: a clean answer and a trace in the log
            log_failed_request(event, error)
            return _problem(event, INTERNAL_ERROR)

    return handler


def query_parameter(event: Event, name: str) -> str | None:
    """A query parameter that the operation declared, by its declared name; None if it is left out."""
    parameters: Mapping[str, str] = event.get("queryStringParameters") or {}
    return parameters.get(name)


def required_parameter(event: Event, name: str) -> str:
    if value := query_parameter(event, name):
        return value
    raise InvalidFieldsError(FieldProblem(name, "is required.", in_query=True))


def read_json_body(event: Event) -> Any:  # noqa: ANN401
    return read_body(event, JSON)


def read_body(event: Event, accepts: Mapping[str, BodyReader]) -> Any:  # noqa: ANN401
    """The body, read by its content type; without a content type it is JSON. Raises RequestRefusedError."""
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    return parse_body(body_bytes(event), headers.get("content-type", "application/json"), accepts)


def _problem(event: Event, problem: Problem) -> dict[str, Any]:
    body = with_request_id(problem.to_json(), event)
    return _answer(event, problem.status, CONTENT_TYPE, body, problem.headers)


def _answer(
    event: Event, status: int, content_type: str, body: str, headers: Mapping[str, str]
) -> dict[str, Any]:
    return {
        "statusCode": status,
        "headers": {"Content-Type": content_type, **common_headers(event), **headers},
        "body": body,
        "isBase64Encoded": False,
    }


def _compact(value: Any) -> str:  # noqa: ANN401
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
