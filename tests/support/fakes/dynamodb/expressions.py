"""DynamoDB's expressions, read and evaluated by moto."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from types import SimpleNamespace
from typing import Any, cast

from moto.dynamodb.comparisons import get_filter_expression
from moto.dynamodb.exceptions import MockValidationException
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.dynamo_type import Item as MotoItem
from moto.dynamodb.models.table import Table
from moto.dynamodb.parsing import expressions
from moto.dynamodb.parsing.executors import UpdateExpressionExecutor
from moto.dynamodb.parsing.key_condition_expression import parse_expression
from moto.dynamodb.parsing.validators import UpdateExpressionValidator

from tests.support.fakes.dynamodb.errors import validation_error
from tests.support.fakes.dynamodb.sizes import Item

Request = Mapping[str, Any]
Condition = Callable[[Item | None], bool]
KEY_NAMES = ["PK", "SK"]

_TABLE = cast("Table", SimpleNamespace(table_key_attrs=KEY_NAMES, attribute_keys=KEY_NAMES, attr=[]))
"""What moto's validator asks of a table."""

# A module that moto leaves without types.
parse_update = cache(vars(expressions)["UpdateExpressionParser"].make)


@dataclass(frozen=True, slots=True)
class KeyRange:
    """Which items of a partition a Query reads. Without a comparison it reads all of them."""

    partition: str
    comparison: str | None
    values: list[str]


def read_condition(request: Request, name: str = "ConditionExpression") -> Condition:
    """Says whether an item fulfils the condition or the filter of a request; a request may have none."""
    text = request.get(name)
    if not text:
        return lambda _: True
    try:
        parsed = get_filter_expression(text, _names(request), _values(request))
    except MockValidationException as error:
        raise validation_error(error.message) from error
    return lambda item: bool(parsed.expr(_to_moto(item or {})))


def update_item(request: Request, key: Item, item: Item | None) -> dict[str, Any]:
    """The item as an update makes it; `item` is the one that is stored, if there is one."""
    before = item or key
    updated = _to_moto(before)
    try:
        tree = UpdateExpressionValidator(
            parse_update(request["UpdateExpression"]),
            expression_attribute_names=_names(request),
            expression_attribute_values=_values(request),
            item=updated,
            table=_TABLE,
        ).validate()
        tree.normalize()
        UpdateExpressionExecutor(tree, updated, _names(request)).execute()
    except MockValidationException as error:
        raise validation_error(error.message) from error
    return {name: _from_moto(value) for name, value in updated.attrs.items()}


def parse_key_range(request: Request, partition_name: str, sort_name: str) -> KeyRange:
    schema = [
        {"AttributeName": partition_name, "KeyType": "HASH"},
        {"AttributeName": sort_name, "KeyType": "RANGE"},
    ]
    try:
        ((_, partition),), ranges, _ = parse_expression(
            request["KeyConditionExpression"], _values(request), _names(request), schema
        )
    except MockValidationException as error:
        raise validation_error(error.message) from error
    for _, comparison, values in ranges:
        return KeyRange(partition["S"], comparison.upper(), [value["S"] for value in values])
    return KeyRange(partition["S"], None, [])


def project(request: Request, item: Item) -> Item:
    """What a ProjectionExpression of plain names leaves of an item."""
    text = request.get("ProjectionExpression")
    if not text:
        return item
    names = _names(request)
    wanted: Iterable[str] = (name.strip() for name in text.split(","))
    kept = {names.get(name, name) for name in wanted}
    return {name: value for name, value in item.items() if name in kept}


def _names(request: Request) -> dict[str, str]:
    return dict(request.get("ExpressionAttributeNames") or {})


def _values(request: Request) -> dict[str, Any]:
    return dict(request.get("ExpressionAttributeValues") or {})


def _to_moto(item: Item) -> MotoItem:
    placeholder = DynamoType({"S": ""})
    return MotoItem(placeholder, placeholder, dict(item))


def _from_moto(value: Any) -> dict[str, Any]:  # noqa: ANN401
    if value.type == "N":
        return {"N": f"{Decimal(value.value).normalize():f}"}
    return {value.type: value.value} if value.type in {"S", "B"} else dict(value.to_regular_json())
