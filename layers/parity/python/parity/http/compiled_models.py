"""Models, and the names that they are declared with, in place of those of pydantic and Powertools.

A model has its validator and serializer from the core schema that pydantic made of it when the layer was
built (`parity_compiled.models`). What a declaration says is in that schema, so most names here do nothing.
`parity.http.declarations` chooses between these names and the libraries' own.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic_core import SchemaSerializer, SchemaValidator

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Self

Content = TypeVar("Content")
JSON = "application/json"


class _Declared:
    """A part of a declaration, of which nothing is needed any more."""

    def __init__(self, *_: object, **__: object) -> None: ...

    def __class_getitem__(cls, kind: Any) -> Any:  # noqa: ANN401 - any type
        return kind


AfterValidator = BeforeValidator = PlainSerializer = WithJsonSchema = GetPydanticSchema = _Declared
Field = Body = Header = Path = Query = SkipJsonSchema = ConfigDict = _Declared
StrictBool, StrictInt = bool, int


def TypeAliasType(_name: str, value: Any) -> Any:  # noqa: ANN401, N802 - any type; as in typing
    return value


def model_validator(*, mode: str) -> Callable[[Any], Any]:  # noqa: ARG001 - as pydantic's
    return lambda function: function


class _FromSchema:
    """An attribute of a model's class that is made of its compiled core schema when it is first asked for."""

    def __init__(self, name: str, make: Callable[[Any], Any]) -> None:
        self._name = name
        self._make = make

    def __get__(self, model: object, kind: type) -> Any:  # noqa: ANN401 - of pydantic_core
        schemas = import_module(f"parity_compiled.models.{kind.__module__.replace('.', '_')}")
        made = self._make(getattr(schemas, kind.__qualname__)())
        setattr(kind, self._name, made)
        return made


class BaseModel:
    """What the code uses of pydantic's class of this name."""

    __slots__ = ("__dict__", "__pydantic_extra__", "__pydantic_fields_set__", "__pydantic_private__")
    __pydantic_validator__: Any
    __pydantic_serializer__: Any
    __pydantic_fields_set__: set[str]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.__pydantic_validator__ = _FromSchema("__pydantic_validator__", SchemaValidator)
        cls.__pydantic_serializer__ = _FromSchema("__pydantic_serializer__", SchemaSerializer)

    def __init__(self, /, **fields: object) -> None:
        self.__pydantic_validator__.validate_python(fields, self_instance=self)

    @classmethod
    def model_validate(cls, value: Any) -> Self:  # noqa: ANN401 - any JSON value
        validated: Self = cls.__pydantic_validator__.validate_python(value)
        return validated

    @property
    def model_fields_set(self) -> set[str]:
        """The names of the fields that were given."""
        return self.__pydantic_fields_set__

    def model_dump(self, **options: object) -> dict[str, Any]:
        dumped: dict[str, Any] = self.__pydantic_serializer__.to_python(self, **options)
        return dumped

    def model_dump_json(self, **options: object) -> str:
        text: bytes = self.__pydantic_serializer__.to_json(self, **options)
        return text.decode()

    def model_copy(self, *, update: Mapping[str, Any]) -> Self:
        """A copy with these fields, which are not validated."""
        copy = object.__new__(type(self))
        copy.__dict__.update(self.__dict__, **update)
        for name in ("__pydantic_extra__", "__pydantic_private__"):
            object.__setattr__(copy, name, None)
        copy.__pydantic_fields_set__ = self.__pydantic_fields_set__ | update.keys()
        return copy


def prepare(*models: type[BaseModel]) -> None:
    """Makes the validators and serializers of these models at a function's start, not at its first call."""
    for model in models:
        _ = model.__pydantic_validator__, model.__pydantic_serializer__


class Response(Generic[Content]):
    """An answer: a model, or text of another content type."""

    def __init__(
        self,
        status_code: int,
        content_type: str | None = None,
        body: Content | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.status_code = status_code
        self.body = body
        self.headers = dict(headers or {})
        if content_type:
            self.headers.setdefault("Content-Type", content_type)
