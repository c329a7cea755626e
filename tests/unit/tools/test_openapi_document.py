"""docs/openapi.json explains everything that it names, with examples that its own schemas allow."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from openapi_schema_validator import OAS31Validator, oas31_format_checker

from tests.support import ROOT

DOCUMENT: dict[str, Any] = json.loads((ROOT / "docs/openapi.json").read_text(encoding="utf-8"))
SCHEMAS: dict[str, Any] = DOCUMENT["components"]["schemas"]
OPERATIONS: list[dict[str, Any]] = [
    operation for methods in DOCUMENT["paths"].values() for operation in methods.values()
]

Described = tuple[str, dict[str, Any]]


def properties_of(name: str, schema: dict[str, Any]) -> Iterator[Described]:
    """The properties of a schema and of the objects within it, by their places."""
    for word, part in schema.get("properties", {}).items():
        yield f"{name}.{word}", part
        yield from properties_of(f"{name}.{word}", part.get("items", part))


def parameters() -> Iterator[Described]:
    for operation in OPERATIONS:
        for parameter in operation.get("parameters", []):
            yield f"{operation['operationId']}.{parameter['name']}", parameter


def contents() -> Iterator[Described]:
    """The bodies of requests, and of answers that are no problem."""
    for operation in OPERATIONS:
        answers = {status: each for status, each in operation["responses"].items() if status < "300"}
        for place, each in {"body": operation.get("requestBody", {}), **answers}.items():
            for kind, content in each.get("content", {}).items():
                yield f"{operation['operationId']} {place} {kind}", content


def headers() -> Iterator[Described]:
    for operation in OPERATIONS:
        for status, answer in operation["responses"].items():
            for name, header in answer["headers"].items():
                yield f"{operation['operationId']} {status} {name}", header


PROPERTIES = [each for name, schema in SCHEMAS.items() for each in properties_of(name, schema)]


def without(name: str, described: list[Described]) -> list[str]:
    """The places at which a part lacks this text or value."""
    return [place for place, part in described if part.get(name) in (None, "", [])]


def test_every_operation_has_a_summary_a_description_and_a_described_tag() -> None:
    tags = {tag["name"]: tag["description"] for tag in DOCUMENT["tags"]}
    assert all(tags.values())
    assert {tag for operation in OPERATIONS for tag in operation["tags"]} == tags.keys()
    for name in ("summary", "description"):
        assert without(name, [(each["operationId"], each) for each in OPERATIONS]) == []


def test_every_schema_and_property_has_a_description() -> None:
    assert without("description", [*SCHEMAS.items(), *PROPERTIES]) == []


def test_every_parameter_and_header_has_a_description() -> None:
    assert without("description", [*parameters(), *headers()]) == []


def test_everything_that_is_sent_has_an_example() -> None:
    assert without("examples", PROPERTIES) == []
    named = [*parameters(), *headers(), *contents()]
    assert [place for place, part in named if not {"example", "examples"} & {*part, *part["schema"]}] == []


def examples() -> Iterator[tuple[str, dict[str, Any], Any]]:
    for place, part in PROPERTIES:
        yield from ((place, part, example) for example in part.get("examples", []))
    for place, part in [*parameters(), *headers(), *contents()]:
        if "example" in part:
            yield place, part["schema"], part["example"]


def mistakes_of(schema: dict[str, Any], example: object) -> list[str]:
    whole = {**schema, "components": DOCUMENT["components"]}
    errors = OAS31Validator(whole, format_checker=oas31_format_checker).iter_errors(example)
    return [error.message for error in errors]


def test_an_example_is_what_its_schema_allows() -> None:
    found = {place: mistakes_of(schema, example) for place, schema, example in examples()}
    assert {place: mistakes for place, mistakes in found.items() if mistakes} == {}
