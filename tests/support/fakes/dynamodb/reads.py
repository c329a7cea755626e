"""Reads: single items, and pages of Queries with what they cost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.support.fakes.dynamodb.errors import validation_error
from tests.support.fakes.dynamodb.expressions import Request, parse_key_range, project, read_condition
from tests.support.fakes.dynamodb.sizes import Item, count_item_bytes, count_read_units
from tests.support.fakes.dynamodb.storage import TABLE, Index, Storage

PAGE_BYTES = 1024 * 1024


@dataclass(slots=True)
class QueryPage:
    """The items that one Query reads, before its filter. `last_key` is there unless they are all."""

    partition: str
    items: list[Item] = field(default_factory=list)
    size: int = 0
    last_key: Item | None = None

    def units(self, *, consistent: bool) -> float:
        return count_read_units(self.size, consistent=consistent)

    def to_answer(self, request: Request) -> dict[str, Any]:
        found = list(filter(read_condition(request, "FilterExpression"), self.items))
        answer: dict[str, Any] = {"Count": len(found), "ScannedCount": len(self.items)}
        if request.get("Select") != "COUNT":
            answer["Items"] = [project(request, item) for item in found]
        if self.last_key:
            answer["LastEvaluatedKey"] = self.last_key
        return answer


def read_page(storage: Storage, indexes: Mapping[str, Index], request: Request) -> QueryPage:
    """Reads until the limit, a megabyte or the end, as DynamoDB does before it applies a filter."""
    index = indexes[request.get("IndexName", TABLE)]
    if index.name != TABLE and request.get("ConsistentRead"):
        raise validation_error("Consistent reads are not supported on global secondary indexes")
    wanted = parse_key_range(request, index.partition, index.sort)
    items = storage.read(
        index, wanted, request.get("ExclusiveStartKey"), forward=request.get("ScanIndexForward", True)
    )
    return _fill_page(QueryPage(wanted.partition), index, items, request.get("Limit"))


def _fill_page(page: QueryPage, index: Index, items: Iterator[Item], limit: int | None) -> QueryPage:
    for item in items:
        held = index.project(item) or item
        page.items.append(held)
        page.size += count_item_bytes(held)
        if len(page.items) == limit or page.size >= PAGE_BYTES:
            page.last_key = {name: held[name] for name in index.key_names}
            break
    return page
