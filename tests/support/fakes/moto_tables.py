"""The tables of moto's DynamoDB: how they are emptied, copied and put back."""

from __future__ import annotations

import copy
from collections import defaultdict
from typing import Any

import pytest
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.exceptions import ItemSizeTooLarge
from moto.dynamodb.models import DynamoDBBackend, dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType, Item, LimitedSizeDict
from moto.dynamodb.models.table import Table

MAX_ITEM_BYTES = 405_000
"""As moto has it: DynamoDB's own limit is a bit above 400 KB."""

Items = defaultdict[DynamoType, dict[DynamoType, Item]]
"""By partition key and sort key."""


def copy_tables_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Moto copies a table with all its items for each part of a transaction, to be able to roll back.

    One copy is enough, and shares the items: an update changes a copy of its item, as a put makes a new one.
    """
    update, transact = DynamoDBBackend.update_item, DynamoDBBackend.transact_write_items
    copies: dict[int, Table] = {}

    def update_item(backend: DynamoDBBackend, table_name: str, key: dict[str, Any], **named: Any) -> Item:  # noqa: ANN401
        table = backend.get_table(table_name)
        partition_key, sort_key = backend.get_keys_value(table, key)
        partition = table.items.get(partition_key, {})
        if sort_key in partition:
            partition[sort_key] = copy.deepcopy(partition[sort_key])
        return update(backend, table_name, key, **named)

    def transact_write_items(backend: DynamoDBBackend, transact_items: list[dict[str, Any]]) -> None:
        copies.clear()
        transact(backend, transact_items)

    def copy_once(table: Table, _: object) -> Table:
        if id(table) not in copies:
            copies[id(table)] = _copy_table(table)
        return copies[id(table)]

    monkeypatch.setattr(DynamoDBBackend, "update_item", update_item)
    monkeypatch.setattr(DynamoDBBackend, "transact_write_items", transact_write_items)
    monkeypatch.setattr(Table, "__deepcopy__", copy_once, raising=False)


def size_items_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Moto sizes all attributes of a new item again for each attribute that it adds."""

    def make_item(
        item: Item, hash_key: DynamoType, range_key: DynamoType | None, attrs: dict[str, Any]
    ) -> None:
        item.hash_key, item.range_key, item.attrs = hash_key, range_key, LimitedSizeDict()
        for name, value in attrs.items():
            dict.__setitem__(item.attrs, name, DynamoType(value))
        if item.size() > MAX_ITEM_BYTES:
            raise ItemSizeTooLarge

    monkeypatch.setattr(Item, "__init__", make_item)


def query_partitions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Moto sorts all items of the table before it looks for those of a query, which it sorts again."""
    query = Table.query

    def query_partition(table: Table, partition_key: DynamoType, *conditions: Any, **named: Any) -> Any:  # noqa: ANN401
        *_, index = conditions[:7]
        partitions = table.items.values() if index else [table.items.get(partition_key, {})]
        part = copy.copy(table)
        vars(part)["all_items"] = lambda: [item for partition in partitions for item in partition.values()]
        return query(part, partition_key, *conditions, **named)

    monkeypatch.setattr(Table, "query", query_partition)


class MotoSnapshots:
    """The content of one table. A table with a stream is never empty: its records cannot be put back."""

    def __init__(self, name: str) -> None:
        self._name = name

    def is_empty(self) -> bool:
        return not (self._table.stream_shard or any(self._table.items.values()))

    def copy_content(self) -> Any:  # noqa: ANN401 - moto's own items
        return _copy_items(self._table.items)

    def restore_content(self, content: Any) -> None:  # noqa: ANN401
        self._table.items = _copy_items(content)

    @property
    def _table(self) -> Table:
        table: Table = dynamodb_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].tables[self._name]
        return table


def _copy_items(items: Items) -> Items:
    return defaultdict(dict, {key: dict(partition) for key, partition in items.items()})


def _copy_table(table: Table) -> Table:
    copied = copy.copy(table)
    copied.items = _copy_items(table.items)
    if table.stream_shard:
        copied.stream_shard = copy.copy(table.stream_shard)
        copied.stream_shard.table, copied.stream_shard.items = copied, [*table.stream_shard.items]
    return copied
