"""Moto's DynamoDB without what makes it slow: half of the time of the tests of operations went there."""

from __future__ import annotations

import copy
from collections import defaultdict
from typing import Any

import pytest
from moto.core.model import Shape
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.core.serialize import JSONSerializer
from moto.dynamodb.models import DynamoDBBackend, dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import Table

Place = tuple[DynamoType, DynamoType]
"""The partition key and the sort key of an item."""


SCALARS = {"S", "N", "BOOL", "NULL"}


def speed_up_moto(monkeypatch: pytest.MonkeyPatch) -> None:
    """What handlers see stays the same."""
    _copy_only_updates(monkeypatch)
    _send_scalars_as_they_are(monkeypatch)


def _copy_only_updates(monkeypatch: pytest.MonkeyPatch) -> None:
    """Moto copies the whole table before each transaction, so that it can roll it back.

    Only updates change an item in place, so only the items that the transaction updates need a copy.
    """
    updates: set[Place] = set()
    transact = DynamoDBBackend.transact_write_items

    def transact_write_items(backend: DynamoDBBackend, transact_items: list[dict[str, Any]]) -> None:
        updates.clear()
        updates.update(_place(part["Update"]["Key"]) for part in transact_items if "Update" in part)
        transact(backend, transact_items)

    monkeypatch.setattr(DynamoDBBackend, "transact_write_items", transact_write_items)
    monkeypatch.setattr(Table, "__deepcopy__", lambda table, _: _copy_table(table, updates), raising=False)


def _send_scalars_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """Moto looks for each of the ten types that a value may have, in several spellings of their names."""
    serialize = JSONSerializer._serialize

    def serialize_quickly(
        serializer: JSONSerializer,
        serialized: dict[str, Any],
        value: Any,  # noqa: ANN401
        shape: Shape,
        key: str,
    ) -> None:
        if shape.name == "AttributeValue" and value.keys() <= SCALARS:
            serializer._default_serialize(serialized, value, shape, key)
        else:
            serialize(serializer, serialized, value, shape, key)

    monkeypatch.setattr(JSONSerializer, "_serialize", serialize_quickly)


class MotoSnapshots:
    """The content of one table. A table with a stream is never empty: its records cannot be put back."""

    def __init__(self, name: str) -> None:
        self._name = name

    def is_empty(self) -> bool:
        return not (self._table.stream_shard or any(self._table.items.values()))

    def copy_content(self) -> Any:  # noqa: ANN401 - moto's own items
        return copy.deepcopy(self._table.items)

    def restore_content(self, content: Any) -> None:  # noqa: ANN401
        self._table.items = copy.deepcopy(content)

    @property
    def _table(self) -> Table:
        table: Table = dynamodb_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].tables[self._name]
        return table


def _place(key: dict[str, Any]) -> Place:
    return DynamoType(key["PK"]), DynamoType(key["SK"])


def _copy_table(table: Table, updates: set[Place]) -> Table:
    copied = copy.copy(table)
    copied.items = defaultdict(dict, {key: dict(partition) for key, partition in table.items.items()})
    for partition_key, sort_key in tuple(updates):  # another thread may add to them meanwhile
        if sort_key in table.items.get(partition_key, {}):
            item = table.items[partition_key][sort_key]
            copied.items[partition_key][sort_key] = copy.deepcopy(item)
    if table.stream_shard:
        copied.stream_shard = copy.copy(table.stream_shard)
        copied.stream_shard.table, copied.stream_shard.items = copied, [*table.stream_shard.items]
    return copied
