"""The OpenAPI documents that the SAM transform writes, as far as REST APIs and HTTP APIs share them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from local.model import Authorizer
from local.stack import names
from local.stack.errors import Place, TemplateError
from local.stack.transform import Document, Value

_INTEGRATION = "x-amazon-apigateway-integration"
_ANY_METHOD = "x-amazon-apigateway-any-method"


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path, with its integration; `method` may be `ANY`."""

    method: str
    path: str
    document: Document
    place: Place

    @property
    def integration(self) -> Document:
        integration: Document = self.document[_INTEGRATION]
        return integration

    @property
    def integration_type(self) -> str:
        return str(self.integration.get("type")).lower()

    def find_function(self) -> str:
        """The function that is invoked; raises TemplateError when there is none."""
        return find_function(self.integration.get("uri"), self.place)

    def find_authorizer(self, known: Collection[str]) -> str | None:
        """The authorizer of the operation; raises TemplateError for one that is not emulated."""
        schemes = [name for requirement in self.document.get("security") or () for name in requirement]
        for name in schemes:
            if name not in known and name != "NONE":
                raise self.place.error(f"asks for {name}, which is not an authorizer that is emulated")
        return next((name for name in schemes if name in known), None)

    def unsupported_integration(self) -> TemplateError:
        """The error to raise for the type of the integration."""
        return self.place.error(
            f"has an integration of the type {self.integration_type}, which is not emulated"
        )


def require_document(properties: Document, place: Place) -> Document:
    """The OpenAPI document of an API; raises TemplateError when it is not in the template."""
    body = properties.get("Body")
    if not isinstance(body, dict):
        raise (place / "Body").error("is missing: only routes written in the template are served")
    return body


def list_operations(body: Document, place: Place) -> Iterator[Operation]:
    """Every operation that has an integration."""
    for path, methods in (body.get("paths") or {}).items():
        for key, document in methods.items():
            if isinstance(document, dict) and _INTEGRATION in document:
                method = "ANY" if key == _ANY_METHOD else key.upper()
                yield Operation(method, path, document, place / "Body" / f"{method} {path}")


def read_authorizers(
    body: Document, place: Place, read: Callable[[str, Document, Place], Authorizer]
) -> dict[str, Authorizer]:
    """Every authorizer by name; `read` makes one of its name, its settings and its place."""
    schemes = body.get("securityDefinitions") or body.get("components", {}).get("securitySchemes") or {}
    return {
        name: read(name, settings, place / "Auth" / "Authorizers" / name)
        for name, scheme in schemes.items()
        if (settings := scheme.get("x-amazon-apigateway-authorizer"))
    }


def find_function(uri: Value, place: Place) -> str:
    """The function that an integration or an authorizer invokes; raises TemplateError."""
    name = names.function_name(str(uri)) if uri else None
    if name is None:
        raise place.error("does not invoke a function")
    return name
