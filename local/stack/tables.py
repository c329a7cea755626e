"""DynamoDB tables, as the arguments of CreateTable."""

from __future__ import annotations

from typing import Any

from local.model import Table
from local.stack.intrinsics import Resolver
from local.stack.transform import Document

_SAME_IN_CREATE_TABLE = (
    "AttributeDefinitions",
    "KeySchema",
    "BillingMode",
    "ProvisionedThroughput",
    "LocalSecondaryIndexes",
)
_INDEX_PROPERTIES = ("IndexName", "KeySchema", "Projection", "ProvisionedThroughput")


def read_tables(resolver: Resolver) -> tuple[Table, ...]:
    found = resolver.resources("AWS::DynamoDB::Table").items()
    return tuple(_read_table(resolver.name(logical_id), properties) for logical_id, properties in found)


def _read_table(name: str, properties: Document) -> Table:
    ttl = properties.get("TimeToLiveSpecification") or {}
    return Table(
        name, _to_create_table(name, properties), ttl["AttributeName"] if ttl.get("Enabled") else None
    )


def _to_create_table(name: str, properties: Document) -> dict[str, Any]:
    definition = {key: properties[key] for key in _SAME_IN_CREATE_TABLE if key in properties}
    if indexes := properties.get("GlobalSecondaryIndexes"):
        definition["GlobalSecondaryIndexes"] = [_to_create_index(index) for index in indexes]
    if stream := properties.get("StreamSpecification"):
        view_type = stream["StreamViewType"]
        definition["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": view_type}
    return {"TableName": name, **definition}


def _to_create_index(index: Document) -> Document:
    return {key: index[key] for key in _INDEX_PROPERTIES if key in index}
