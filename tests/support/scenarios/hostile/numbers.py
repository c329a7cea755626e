"""Numbers that are none, or are out of range, in every field and parameter that takes one."""

from __future__ import annotations

from collections.abc import Iterator

from tests.support.builders.descriptions import Path, Schema
from tests.support.scenarios.hostile.hostile_request import (
    HostileRequest,
    every_field,
    every_parameter,
    spoil_field,
    spoil_parameter,
)

PARAMETERS = ["x", "1.5", "-1", "1e3", "1_000", "\N{FULLWIDTH DIGIT ONE}", "9" * 30]
CAPPED = "page_size"
"""However large it is, a page has 100 rows."""

AMOUNTS = ["", "-1", "1e3", "NaN", "Infinity", "20,00", "20.001", "0x10", " 20", "1_000", "9" * 20, "+5"]
AMOUNTS += ["1\N{FULLWIDTH DIGIT ZERO}"]

TAKE_TRUE = {
    ("grants/create", "value"),
    ("overrides/set", "value"),
    ("plan_features/add", "value"),
    ("plan_features/update", "value"),
}
"""Fields that are true or false for a BOOLEAN feature."""


def list_numbers() -> Iterator[HostileRequest]:
    for operation, name, schema in every_parameter():
        if _is_whole_number(schema):
            for text in PARAMETERS[:-1] if name == CAPPED else PARAMETERS:
                yield spoil_parameter(operation, name, text)
    for operation, path, schema in every_field():
        if _is_whole_number(schema):
            yield from _spoil_number(operation, path, schema)
    for amount in AMOUNTS:
        yield spoil_field("plan_prices/replace", ("prices", 0, "amount"), repr(amount), amount)


def _is_whole_number(schema: Schema) -> bool:
    return schema.get("type") == "integer"


def _spoil_number(operation: str, path: Path, schema: Schema) -> Iterator[HostileRequest]:
    yield spoil_field(operation, path, "below its least", int(schema["minimum"]) - 1)
    yield spoil_field(operation, path, "above its most", int(schema["maximum"]) + 1)
    yield spoil_field(operation, path, "a fraction", 1.5)
    yield spoil_field(operation, path, "a number as text", "70")
    if (operation, path[-1]) not in TAKE_TRUE:
        yield spoil_field(operation, path, "true", True)  # noqa: FBT003
