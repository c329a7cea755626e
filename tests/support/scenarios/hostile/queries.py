"""Query parameters: unknown, blank, not UTF-8, repeated and in both spellings, over every operation."""

from __future__ import annotations

from collections.abc import Iterator

from tests.support.answers import to_camel_case
from tests.support.builders.descriptions import Schema
from tests.support.fakes.functions import ROUTES
from tests.support.scenarios.hostile.hostile_request import (
    HostileRequest,
    every_parameter,
    spoil_parameter,
    spoil_query,
)

CHOICES = {"status", "type", "interval", "format", "kind", "timezone", "sort"}
"""Parameters that take one of several words."""

UNKNOWN = ["__proto__", "customer_id[]", "customerId[$ne]", "limit", "$filter", "page[]", "Status", "status "]


def list_queries() -> Iterator[HostileRequest]:
    for operation in ROUTES:
        yield spoil_parameter(operation, "hostile", "1")
    for name in UNKNOWN:
        yield spoil_parameter("customers/list", name, "1")
    for operation, name, schema in every_parameter():
        yield from _spoil_everywhere(operation, name, schema)


def _spoil_everywhere(operation: str, name: str, schema: Schema) -> Iterator[HostileRequest]:
    camel = to_camel_case(name)
    yield spoil_query(operation, name, "blank", f"{name}=%20")
    yield spoil_query(operation, name, "not UTF-8", f"{name}=a%FFb")
    if schema.get("type") != "array":
        yield spoil_query(operation, name, "repeated", f"{name}=x&{name}=x")
    if camel != name:
        yield spoil_query(operation, name, "in both spellings", f"{name}=x&{camel}=x")
    if name in CHOICES:
        yield spoil_parameter(operation, name, "HOSTILE")
