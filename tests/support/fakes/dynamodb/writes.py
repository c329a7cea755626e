"""One write: what it makes of the stored item, whether its condition holds, and what it costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.support.fakes.dynamodb.capacity import Loads, Partition
from tests.support.fakes.dynamodb.errors import CONDITION_FAILED, validation_error
from tests.support.fakes.dynamodb.expressions import Request, read_condition, update_item
from tests.support.fakes.dynamodb.sizes import Item, count_item_bytes, count_write_units
from tests.support.fakes.dynamodb.storage import TABLE, Index, Storage

PUT, UPDATE, DELETE, CHECK = "Put", "Update", "Delete", "ConditionCheck"
TRANSACTION_FACTOR = 2
"""A transaction prepares and commits each of its items. Its indexes follow by themselves."""

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Write:
    """`after` is None where there is no item then; without a holding condition it is `before`."""

    key: Key
    before: Item | None
    after: Item | None
    holds: bool
    returns_item: bool

    @property
    def refusal(self) -> tuple[str | None, Item | None]:
        """Why the write is refused, and the item that goes with that."""
        if self.holds:
            return None, None
        return CONDITION_FAILED, self.before if self.returns_item else None

    def apply(self, storage: Storage) -> None:
        if self.after is self.before:
            return
        if self.after is None:
            storage.delete(self.key)
        else:
            storage.put(self.after)

    def loads(self, indexes: Iterable[Index], factor: int) -> Counter[Partition]:
        """The write units by partition; those of the table are multiplied by `factor`."""
        sizes = [count_item_bytes(item) for item in (self.before, self.after) if item]
        found: Counter[Partition] = Counter({(TABLE, self.key[0]): factor * count_write_units(0, *sizes)})
        if self.holds and self.after is not self.before:
            for index in indexes:
                _add_index_loads(found, index, index.project(self.before), index.project(self.after))
        return found


def prepare_write(kind: str, request: Request, storage: Storage) -> Write:
    key = read_key(request["Item"] if kind == PUT else request["Key"])
    before = storage.get(key)
    is_held = read_condition(request)(before)
    after = _make_item(kind, request, before) if is_held else before
    returns_item = request.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD"
    return Write(key, before, after, is_held, returns_item)


def read_key(item: Mapping[str, Any]) -> Key:
    try:
        key = str(item["PK"]["S"]), str(item["SK"]["S"])
    except KeyError as error:
        raise validation_error("The provided key element does not match the schema") from error
    if not all(key):
        raise validation_error("The AttributeValue for a key attribute cannot contain an empty string value")
    return key


def sum_loads(loads: Iterable[Loads]) -> Counter[Partition]:
    total: Counter[Partition] = Counter()
    for each in loads:
        total.update(each)
    return total


def _make_item(kind: str, request: Request, before: Item | None) -> Item | None:
    match kind:
        case "Put":
            made: Item | None = dict(request["Item"])
        case "Update":
            made = update_item(request, request["Key"], before)
        case "Delete":
            made = None
        case _:
            made = before
    return before if made == before else made


def _add_index_loads(found: Counter[Partition], index: Index, old: Item | None, new: Item | None) -> None:
    """Nothing where what the index holds is the same; two writes where the item moves in it."""
    if old == new:
        return
    if old and new and index.place_of(old) == index.place_of(new):
        units = count_write_units(count_item_bytes(old), count_item_bytes(new))
        found[index.name, index.partition_of(new)] += units
        return
    for item in filter(None, (old, new)):
        found[index.name, index.partition_of(item)] += count_write_units(count_item_bytes(item))
