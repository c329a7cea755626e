"""Writes what pydantic and Powertools make of models and operations, as modules that need neither of them.

`make` calls it for Parity's own layer, with the folder to write. Each operation gets a module with its
parameters, and each module of models one with a function per model that returns its core schema. A function's
start reads these in place of making them (docs/decisions/0076).
"""

from __future__ import annotations

import importlib.util
import re
import shutil
import sys
from collections.abc import Iterable, Iterator
from enum import Enum
from functools import partial
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from types import FunctionType, MethodType, ModuleType
from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Route
from aws_lambda_powertools.event_handler.openapi.compat import ModelField, is_scalar_field
from pydantic import BaseModel
from pydantic._internal import _validators as pydantic_bounds

from local.compiled import describe_sources
from parity.http import compiled_bounds
from parity.http.declarations import IS_COMPILED
from parity.http.resolver import route_of

ROOT = Path(__file__).parents[1]
SOURCES = {"path_params": "path", "query_params": "query", "header_params": "header", "body_params": "body"}
"""The parts of a request in the order in which Powertools reads them, by its name for the parameters."""


ADDRESS = re.compile(r"(?<=\w):\d{9,}")
"""What pydantic appends to the names of models where a schema refers to them."""


def main() -> None:
    write_compiled(Path(sys.argv[1]))


def write_compiled(package: Path) -> None:
    """Writes the package into this folder, which is replaced."""
    if IS_COMPILED:
        raise RuntimeError("what is compiled already cannot be compiled again")
    shutil.rmtree(package, ignore_errors=True)
    _write(package / "__init__.py", describe_sources(ROOT))
    for name in ("operations", "models"):
        _write(package / name / "__init__.py", "")
    for handler in list_handlers():
        route = route_of(load_handler(handler).app)
        _write(package / "operations" / f"{route.operation_id}.py", compile_operation(route))
    for module, models in groupby(list_models(), key=attrgetter("__module__")):
        _write(package / "models" / f"{module.replace('.', '_')}.py", compile_models(models))


def list_handlers() -> list[Path]:
    """Those with a resolver."""
    return [
        path
        for path in sorted(ROOT.glob("functions/*/*/app.py"))
        if "app = api()" in path.read_text(encoding="utf-8")
    ]


def load_handler(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        f"handler_{path.parent.parent.name}_{path.parent.name}", path
    )
    assert spec is not None  # noqa: S101 - it is a file of Python
    assert spec.loader is not None  # noqa: S101
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def compile_operation(route: Route) -> str:
    """A module that has an operation's method and parameters, and prepares the models of its answer."""
    source = _Source()
    lines = [
        line
        for name, place in SOURCES.items()
        for field in getattr(route.dependant, name)
        for line in _parameter(source, place, field)
    ]
    answer = route.dependant.return_param
    models = map(source.schema, _find_models(_core_schema(answer)) if answer else ())
    prepare = f"prepare({', '.join(models)})"
    return "\n".join(
        [
            *source.imports(),
            "from parity.http.compiled_models import prepare",
            "from parity.http.compiled_operation import Parameter",
            f"METHOD = {route.method!r}",
            *("PARAMETERS = [", *lines, "]"),
            prepare,
            "",
        ]
    )


def _parameter(source: _Source, place: str, field: ModelField) -> Iterator[str]:
    where = (place,) if place == "body" else (place, field.alias)
    yield f"    Parameter({field.name!r}, {where!r}, {source.schema(_core_schema(field))},"
    yield f"        is_required={field.required}, is_list={not is_scalar_field(field)}),"


def _core_schema(field: ModelField) -> Any:  # noqa: ANN401 - a core schema
    return field._type_adapter.core_schema  # noqa: SLF001 - what Powertools validates by


def _find_models(schema: Any) -> list[type[BaseModel]]:  # noqa: ANN401 - a core schema or a part of it
    """The models that a core schema names, each once; in place of one that pydantic made, the generic one."""
    match schema:
        case {"type": "model", "cls": model}:
            own = [model.__pydantic_generic_metadata__["origin"] or model]
            parts = [schema["schema"]]
        case dict():
            own, parts = [], [*schema.values()]
        case list():
            own, parts = [], schema
        case _:
            return []
    return list(dict.fromkeys([*own, *(model for part in parts for model in _find_models(part))]))


def list_models() -> list[type[BaseModel]]:
    """The models of all modules that are imported, without those that pydantic made of generic ones."""
    models = [
        model
        for model in _subclasses(BaseModel)
        if model.__module__.startswith("parity.") and not model.__pydantic_generic_metadata__["args"]
    ]
    return sorted(models, key=attrgetter("__module__", "__name__"))


def _subclasses(kind: type[BaseModel]) -> set[type[BaseModel]]:
    direct = set(kind.__subclasses__())
    return direct.union(*map(_subclasses, direct))


def compile_models(models: Iterable[type[BaseModel]]) -> str:
    """A module with a function per model that returns its core schema."""
    return "\n".join(map(_compile_model, models))


def _compile_model(model: type[BaseModel]) -> str:
    """The imports are in the function: a class may have a default that is a model defined above it."""
    source = _Source()
    schema = source.schema(model.__pydantic_core_schema__)
    body = [*source.imports(), f"return {schema}"]
    return "\n".join([f"def {model.__name__}():", *(f"    {line}" for line in body), ""])


class _Source:
    """Values as Python's source text, with the imports of what they name."""

    def __init__(self) -> None:
        self._imported: dict[tuple[str, str], str] = {}

    def imports(self) -> list[str]:
        """Of all that was named so far."""
        return [f"from {module} import {name} as {short}" for (module, name), short in self._imported.items()]

    def schema(self, value: Any) -> str:  # noqa: ANN401 - a core schema or a part of it
        """Raises TypeError for a value that no source text could name."""
        match value:
            case dict():
                is_schema = isinstance(value.get("type"), str)
                parts = [
                    f"{self.schema(name)}: {self.schema(part)}"
                    for name, part in value.items()
                    if not (is_schema and name == "metadata")
                ]
                return f"{{{', '.join(parts)}}}"
            case list():
                return f"[{', '.join(map(self.schema, value))}]"
            case str() if not isinstance(value, Enum):
                return repr(ADDRESS.sub("", value))
            case type() | FunctionType() | MethodType() | partial():
                return self._callable(value)
        return self._constant(value)

    def _constant(self, value: object) -> str:
        match value:
            case Enum():
                return f"{self._name(type(value))}.{value.name}"
            case BaseModel() if not value.model_fields_set:
                return f"{self._name(type(value))}()"
            case None | bool() | int() | float() | ():
                return repr(value)
        raise TypeError(f"{value!r} cannot be written as source text")

    def _callable(self, value: Any) -> str:  # noqa: ANN401 - a function, a class, or a function with arguments
        match value:
            case partial():
                arguments = [*map(self.schema, value.args)]
                arguments += [f"{name}={self.schema(part)}" for name, part in value.keywords.items()]
                return f"{self._name(partial)}({', '.join([self._callable(value.func), *arguments])})"
            case MethodType():
                return f"{self._callable(value.__self__)}.{value.__name__}"
            case FunctionType() if value.__module__ == pydantic_bounds.__name__:
                return self._name(getattr(compiled_bounds, value.__name__))
        return self._name(value)

    def _name(self, value: type | FunctionType) -> str:
        """The expression for a class or function, which is imported by the name that it has in its module."""
        outer, *inner = value.__qualname__.split(".")
        if "<" in value.__qualname__ or value.__module__.split(".")[0] == "pydantic":
            raise TypeError(f"{value!r} cannot be imported where a layer was built: give it a name")
        short = self._imported.setdefault((value.__module__, outer), f"_{len(self._imported)}")
        return ".".join([short, *inner])


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
