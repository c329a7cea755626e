"""PutItem, UpdateItem, DeleteItem, BatchWriteItem and TransactWriteItems."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tests.support.fakes.dynamodb.admission import REQUEST_SECONDS, TRANSACTION_SECONDS, Admission
from tests.support.fakes.dynamodb.answers import Answer, report_units
from tests.support.fakes.dynamodb.capacity import HotPartitionError, Loads
from tests.support.fakes.dynamodb.errors import (
    CONFLICT,
    THROTTLED,
    RefusedError,
    cancel_transaction,
    refuse_write,
    validation_error,
)
from tests.support.fakes.dynamodb.expressions import Request
from tests.support.fakes.dynamodb.storage import TABLE, Index, Storage
from tests.support.fakes.dynamodb.transactions import Tokens
from tests.support.fakes.dynamodb.writes import TRANSACTION_FACTOR, Write, prepare_write, sum_loads

MAX_TRANSACTION_ITEMS = 100


class WriteOperations:
    def __init__(self, storage: Storage, indexes: Mapping[str, Index], admission: Admission) -> None:
        self._storage, self._admission = storage, admission
        self._indexes = [index for index in indexes.values() if index.name != TABLE]
        self._tokens = Tokens()

    def write(self, kind: str, request: Request) -> Answer:
        """One write by itself; `kind` is that of a transaction's part, such as `Put`."""
        write = prepare_write(kind, request, self._storage)
        if any(self._admission.find_collisions([write.key])):
            raise refuse_write(CONFLICT)
        loads = write.loads(self._indexes, 1)
        self._admission.take_writes(loads)
        if write.holds:
            write.apply(self._storage)
        self._admission.pass_time(REQUEST_SECONDS)
        reason, item = write.refusal
        if reason:
            raise refuse_write(reason, item)
        return _returned(request, write) | report_units(request, sum(loads.values()))

    def batch_write(self, request: Request) -> Answer:
        """Each write by itself; those that are refused are returned."""
        ((name, wanted),) = request["RequestItems"].items()
        left_out, units = [], 0.0
        for each in wanted:
            kind, write = _only(each)
            asked = {**write, "TableName": name, "ReturnConsumedCapacity": "TOTAL"}
            try:
                answer = self.write(kind.removesuffix("Request"), asked)
                units += answer["ConsumedCapacity"]["CapacityUnits"]
            except RefusedError:
                left_out.append(each)
        return {"UnprocessedItems": {name: left_out} if left_out else {}} | report_units(request, units)

    def transact(self, request: Request) -> Answer:
        token, parts = request.get("ClientRequestToken"), request["TransactItems"]
        if self._tokens.is_committed(token, parts, self._admission.clock.now()):
            self._admission.pass_time(REQUEST_SECONDS)
            return report_units(request, 0)
        writes = [prepare_write(*_only(part), self._storage) for part in parts]
        loads = self._admit(writes)
        self._commit(token, parts, writes)
        return report_units(request, sum(sum_loads(loads).values()))

    def _admit(self, writes: list[Write]) -> Sequence[Loads]:
        """Raises the error that cancels the transaction, if there is one. Else returns what it consumes."""
        _require_distinct(writes)
        collided = self._admission.find_collisions([write.key for write in writes])
        if any(collided):
            raise cancel_transaction([(code, None) for code in collided])
        loads = [write.loads(self._indexes, TRANSACTION_FACTOR) for write in writes]
        self._take(loads)
        reasons = [write.refusal for write in writes]
        if any(code for code, _ in reasons):
            self._admission.pass_time(REQUEST_SECONDS)
            raise cancel_transaction(reasons)
        return loads

    def _take(self, loads: Sequence[Loads]) -> None:
        try:
            self._admission.writes.take(sum_loads(loads), self._admission.clock.now())
        except HotPartitionError as error:
            self._admission.pass_time(REQUEST_SECONDS)
            hot = [THROTTLED if error.partition in each else None for each in loads]
            raise cancel_transaction([(code, None) for code in hot]) from error

    def _commit(self, token: str | None, parts: Any, writes: list[Write]) -> None:  # noqa: ANN401
        """Nobody else writes these items meanwhile, so what was prepared is still right."""
        self._tokens.begin(token, parts, self._admission.clock.now())
        with self._admission.locks.hold(write.key for write in writes):
            self._admission.pass_time(TRANSACTION_SECONDS)
            for write in writes:
                write.apply(self._storage)
        self._tokens.commit(token, self._admission.clock.now())


def _only(item: Mapping[str, Any]) -> tuple[str, Any]:
    ((kind, request),) = item.items()
    return kind, request


def _require_distinct(writes: list[Write]) -> None:
    if len(writes) > MAX_TRANSACTION_ITEMS:
        raise validation_error(f"A transaction has at most {MAX_TRANSACTION_ITEMS} items")
    if len({write.key for write in writes}) < len(writes):
        raise validation_error("Transaction request cannot include multiple operations on one item")


def _returned(request: Request, write: Write) -> Answer:
    item = {"ALL_OLD": write.before, "ALL_NEW": write.after}.get(request.get("ReturnValues", "NONE"))
    return {"Attributes": item} if item else {}
