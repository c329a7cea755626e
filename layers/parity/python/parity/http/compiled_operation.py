"""An operation as it was compiled when the layer was built: in place of Powertools' resolver.

`parity_compiled.operations` has a module for each operation, with its parameters in the order in which
Powertools reads them, and the core schema by which pydantic validates each (docs/decisions/0076).
"""

from __future__ import annotations

import json
from importlib import import_module
from typing import TYPE_CHECKING, Any

from pydantic_core import SchemaValidator, ValidationError

from parity.core.idempotency import AlreadyAnsweredError
from parity.http import idempotency
from parity.http.bodies import RequestRefusedError
from parity.http.compiled_models import JSON, BaseModel, Response
from parity.http.error_answers import problem_from_validation
from parity.http.problem import Problem
from parity.http.query_parameters import with_strict_query
from parity.http.requests import Request

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aws_lambda_powertools.utilities.typing import LambdaContext

    from parity.http.bodies import BodyReader

    Schema = dict[str, Any]
NOT_FOUND = Problem(404, "not_found", "Not found.")


class Parameter:
    """An argument of the operation's function, and its place in the request.

    The place is `("body",)`, or `path`, `query` or `header` with a name. Only a list takes several values.
    """

    def __init__(
        self, name: str, place: tuple[str, ...], schema: Schema, *, is_required: bool, is_list: bool
    ) -> None:
        self.name = name
        self.place = place
        self.is_required = is_required
        self.is_list = is_list
        self.validator = SchemaValidator(schema)


class Operation:
    """The one route of a handler, declared as with Powertools' resolver."""

    def __init__(self) -> None:
        self.context: dict[str, Any] = {}

    def route(
        self, path: str, *, operation_id: str, status_code: int = 200, **_: object
    ) -> Callable[[Any], Any]:
        """Reads what was compiled, the method too, and returns a decorator for the operation's function."""
        compiled = import_module(f"parity_compiled.operations.{operation_id}")
        self._route = compiled.METHOD, path.replace("<", "{").replace(">", "}")
        self._status = status_code
        self._parameters: list[Parameter] = compiled.PARAMETERS
        query = [each for each in self._parameters if each.place[0] == "query"]
        self.query = [each.place[1] for each in query]
        self.lists = [each.place[1] for each in query if each.is_list]

        def register(function: Callable[..., Any]) -> Callable[..., Any]:
            self._function = function
            return function

        return register

    get = post = put = patch = delete = route

    def answer(self, request: Request) -> dict[str, Any]:
        """The function's answer as the gateway expects it. Raises RequestRefusedError."""
        if (request.event["httpMethod"], request.event["resource"].rstrip("/")) != self._route:
            raise RequestRefusedError(NOT_FOUND)
        self.context["request"] = request
        try:
            returned = self._function(**self._arguments(request))
        except AlreadyAnsweredError as error:
            returned = idempotency.answer_replay(error)
        if not isinstance(returned, Response):
            returned = Response(self._status, JSON, returned)
        return _to_gateway(returned)

    def _arguments(self, request: Request) -> dict[str, Any]:
        """The validated arguments by name, without those that have their default."""
        values: dict[str, Any] = {}
        errors: list[dict[str, Any]] = []
        read = _make_reader(request)
        for parameter in self._parameters:
            value = read(parameter)
            if value is not None:
                try:
                    values[parameter.name] = parameter.validator.validate_python(value, from_attributes=True)
                except ValidationError as error:
                    errors += [
                        {**found, "loc": (*parameter.place, *found["loc"])} for found in error.errors()
                    ]
            elif parameter.is_required:
                errors.append({"type": "missing", "loc": parameter.place})
        if errors:
            raise RequestRefusedError(problem_from_validation(errors))
        return values


def _make_reader(request: Request) -> Callable[[Parameter], Any]:
    """A function that reads the value of a parameter in the request, not validated; None if it is left out.

    A parameter that is sent several times and is no list has a list of values, which validation refuses.
    """
    query: Mapping[str, list[str]] = request.event.get("multiValueQueryStringParameters") or {}
    repeated = request.event.get("multiValueHeaders") or {}
    headers: Mapping[str, Any] = {name.lower(): value for name, value in repeated.items()} or request.headers

    def read(parameter: Parameter) -> Any:  # noqa: ANN401 - text, texts, or any JSON value
        match parameter.place:
            case ("body",):
                return request.body
            case ("path", name):
                return request.path_parameters[name]
            case ("query", name):
                value = query.get(name)
            case (_, name):
                value = headers.get(name)
        if isinstance(value, list) and len(value) == 1 and not parameter.is_list:
            return value[0]
        return value

    return read


def _to_gateway(response: Response[Any]) -> dict[str, Any]:
    body = response.body
    if isinstance(body, BaseModel):
        body = json.dumps(body.model_dump(mode="json", by_alias=True), separators=(",", ":"))
    return {
        "statusCode": response.status_code,
        "body": body,
        "isBase64Encoded": False,
        "multiValueHeaders": {name: [value] for name, value in response.headers.items()},
    }


def api() -> Operation:
    return Operation()


def answer_request(
    app: Operation, event: Mapping[str, Any], accepts: Mapping[str, BodyReader], context: LambdaContext
) -> dict[str, Any]:
    """The answer to a gateway event. Raises RequestRefusedError, and InvalidFieldsError for the query."""
    return app.answer(Request(with_strict_query(event, app.query, app.lists), accepts, context))
