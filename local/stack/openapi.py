"""What the OpenAPI documents of both kinds of API have in common."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from local.stack import names
from local.stack.errors import Place
from local.stack.transform import Document, Value

INTEGRATION = "x-amazon-apigateway-integration"

_ANY_METHOD = "x-amazon-apigateway-any-method"


def operations(body: Document, place: Place) -> Iterator[tuple[str, str, Document, Place]]:
    """Every method of every path that has an integration: method or `ANY`, path, operation, its place."""
    for path, methods in (body.get("paths") or {}).items():
        for key, operation in methods.items():
            if isinstance(operation, dict) and INTEGRATION in operation:
                method = "ANY" if key == _ANY_METHOD else key.upper()
                yield method, path, operation, place / "Body" / f"{method} {path}"


def authorizers(body: Document, place: Place) -> Iterator[tuple[str, Document, Place]]:
    """Every authorizer: its name, its settings, its place."""
    schemes = body.get("securityDefinitions") or body.get("components", {}).get("securitySchemes") or {}
    for name, scheme in schemes.items():
        if settings := scheme.get("x-amazon-apigateway-authorizer"):
            yield name, settings, place / "Auth" / "Authorizers" / name


def function_of(uri: Value, place: Place) -> str:
    """The function that an integration or an authorizer invokes; raises TemplateError."""
    name = names.function_name(str(uri)) if uri else None
    if name is None:
        raise place.error("does not invoke a function")
    return name


def authorizer_of(operation: Document, known: Collection[str], place: Place) -> str | None:
    """The authorizer that an operation asks for; raises TemplateError for one that is not emulated."""
    schemes = [name for requirement in operation.get("security") or () for name in requirement]
    for name in schemes:
        if name not in known and name != "NONE":
            raise place.error(f"asks for {name}, which is not an authorizer that is emulated")
    return next((name for name in schemes if name in known), None)
