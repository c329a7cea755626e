"""A program that reads requests as the operations do, and values as the models do.

Standard input has what to read as JSON, and the argument names the file for what was read. With
`parity_compiled` on its path, the operations and models are the compiled ones.
"""

from __future__ import annotations

import inspect
import json
import sys
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from pydantic_core import ValidationError

from parity.core.errors import BusyError
from parity.http.declarations import IS_COMPILED, BaseModel
from tests.support.fakes.functions import Context, load_handler


def main() -> None:
    asked = json.load(sys.stdin)
    requests = [read_request(operation, event) for operation, event in asked["requests"]]
    values = [read_value(_find_model(name), value) for name, value in asked["values"]]
    found = {"is_compiled": IS_COMPILED, "requests": requests, "values": values}
    Path(sys.argv[1]).write_text(json.dumps(found), encoding="utf-8")


def read_request(operation: str, event: dict[str, Any]) -> Any:  # noqa: ANN401
    """The arguments that the operation's function gets, and the answer, which is 503 if it gets any."""
    module, arguments = _load_spy(operation)
    arguments.clear()
    answer = module.handler(event, Context())
    return [*arguments], answer


@cache
def _load_spy(operation: str) -> tuple[ModuleType, list[Any]]:
    """The operation's handler with another function, which puts its arguments into the list."""
    module = load_handler(operation)
    arguments: list[Any] = []
    owner, name = _find_function(module.app)
    signature = inspect.signature(getattr(owner, name))

    def keep_arguments(**given: Any) -> None:  # noqa: ANN401
        bound = signature.bind(**given)
        bound.apply_defaults()
        arguments.append(to_json(bound.arguments))
        raise BusyError

    setattr(owner, name, keep_arguments)
    return module, arguments


def _find_function(app: Any) -> tuple[object, str]:  # noqa: ANN401
    """The attribute with the function of the operation; Powertools wraps it at the first call."""
    if IS_COMPILED:
        return app, "_function"
    from parity.http.resolver import route_of  # noqa: PLC0415 - it imports Powertools

    return route_of(app), "_middleware_stack"


def read_value(model: type[BaseModel], value: Any) -> Any:  # noqa: ANN401
    """The model that the value gives, and all that is made of it; or what is wrong with the value."""
    try:
        found = model.model_validate(value)
    except ValidationError as error:
        return [[*each["loc"], each["type"], each["msg"]] for each in error.errors()]
    return [
        to_json(found),
        found.model_dump_json(by_alias=True),
        found.model_dump(mode="json", by_alias=True),
        to_json(found.model_dump(exclude_unset=True)),
    ]


def to_json(value: Any) -> Any:  # noqa: ANN401
    """The value with its types, and with the fields of a model that were set."""
    match value:
        case BaseModel():
            return [type(value).__name__, sorted(value.model_fields_set), to_json(dict(value.__dict__))]
        case Mapping():
            return {name: to_json(part) for name, part in value.items()}
        case list() | tuple():
            return [type(value).__name__, *map(to_json, value)]
    return [type(value).__name__, repr(value)]


def _find_model(name: str) -> type[BaseModel]:
    module, _, model = name.partition(":")
    found: type[BaseModel] = getattr(import_module(module), model)
    return found


if __name__ == "__main__":
    main()
