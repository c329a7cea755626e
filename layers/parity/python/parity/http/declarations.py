"""The names that models, parameters and answers are declared with: those of pydantic and Powertools.

A built layer has the package `parity_compiled`: what pydantic and Powertools make of the declarations,
written when the layer was built. With it, the names are those of `compiled_models`, and neither library
is imported (docs/decisions/0076).
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

IS_COMPILED = find_spec("parity_compiled") is not None

if TYPE_CHECKING or not IS_COMPILED:
    from aws_lambda_powertools.event_handler import Response
    from aws_lambda_powertools.event_handler.openapi.params import Body, Header, Path, Query
    from pydantic import (
        AfterValidator,
        BaseModel,
        BeforeValidator,
        ConfigDict,
        Field,
        GetPydanticSchema,
        PlainSerializer,
        StrictBool,
        StrictInt,
        WithJsonSchema,
        model_validator,
    )
    from pydantic.json_schema import SkipJsonSchema
    from typing_extensions import TypeAliasType
else:
    from parity.http.compiled_models import (
        AfterValidator,
        BaseModel,
        BeforeValidator,
        Body,
        ConfigDict,
        Field,
        GetPydanticSchema,
        Header,
        Path,
        PlainSerializer,
        Query,
        Response,
        SkipJsonSchema,
        StrictBool,
        StrictInt,
        TypeAliasType,
        WithJsonSchema,
        model_validator,
    )

__all__ = [
    "IS_COMPILED",
    "AfterValidator",
    "BaseModel",
    "BeforeValidator",
    "Body",
    "ConfigDict",
    "Field",
    "GetPydanticSchema",
    "Header",
    "Path",
    "PlainSerializer",
    "Query",
    "Response",
    "SkipJsonSchema",
    "StrictBool",
    "StrictInt",
    "TypeAliasType",
    "WithJsonSchema",
    "model_validator",
]
