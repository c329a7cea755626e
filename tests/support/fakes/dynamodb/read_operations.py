"""GetItem, Query, BatchGetItem and TransactGetItems."""

from __future__ import annotations

from collections.abc import Mapping

from tests.support.fakes.dynamodb.admission import REQUEST_SECONDS, Admission
from tests.support.fakes.dynamodb.answers import Answer, report_units
from tests.support.fakes.dynamodb.errors import THROTTLED, RefusedError, cancel_transaction, refuse_write
from tests.support.fakes.dynamodb.expressions import Request, project
from tests.support.fakes.dynamodb.reads import read_page
from tests.support.fakes.dynamodb.sizes import Item
from tests.support.fakes.dynamodb.storage import TABLE, Index, Storage
from tests.support.fakes.dynamodb.writes import TRANSACTION_FACTOR, read_key


class ReadOperations:
    def __init__(self, storage: Storage, indexes: Mapping[str, Index], admission: Admission) -> None:
        self._storage, self._indexes, self._admission = storage, indexes, admission

    def get(self, request: Request) -> Answer:
        key = read_key(request["Key"])
        item = self._storage.get(key)
        consistent = request.get("ConsistentRead", False)
        units = self._admission.take_item_read(key, item, consistent=consistent)
        self._admission.pass_time(REQUEST_SECONDS)
        return ({"Item": project(request, item)} if item else {}) | report_units(request, units)

    def query(self, request: Request) -> Answer:
        page = read_page(self._storage, self._indexes, request)
        units = page.units(consistent=request.get("ConsistentRead", False))
        self._admission.take_reads({(request.get("IndexName", TABLE), page.partition): units})
        self._admission.pass_time(REQUEST_SECONDS)
        return page.to_answer(request) | report_units(request, units)

    def batch_get(self, request: Request) -> Answer:
        """What a hot partition does not give is left out, as DynamoDB does; an error if that is all."""
        ((name, wanted),) = request["RequestItems"].items()
        consistent = wanted.get("ConsistentRead", False)
        found: list[Item] = []
        left_out: list[Item] = []
        total = 0.0
        for key in wanted["Keys"]:
            item = self._storage.get(read_key(key))
            try:
                total += self._admission.take_item_read(read_key(key), item, consistent=consistent)
                found += [project(wanted, item)] if item else []
            except RefusedError:
                left_out.append(key)
        if len(left_out) == len(wanted["Keys"]):
            raise refuse_write(THROTTLED)
        self._admission.pass_time(REQUEST_SECONDS)
        rest = {name: {**wanted, "Keys": left_out}} if left_out else {}
        return {"Responses": {name: found}, "UnprocessedKeys": rest} | report_units(request, total)

    def transact_get(self, request: Request) -> Answer:
        keys = [read_key(each["Get"]["Key"]) for each in request["TransactItems"]]
        collided = self._admission.find_collisions(keys)
        if any(collided):
            raise cancel_transaction([(code, None) for code in collided])
        items = [self._storage.get(key) for key in keys]
        units = sum(
            self._admission.take_item_read(key, item, consistent=True, factor=TRANSACTION_FACTOR)
            for key, item in zip(keys, items, strict=True)
        )
        self._admission.pass_time(REQUEST_SECONDS)
        return {"Responses": [{"Item": item} if item else {} for item in items]} | report_units(
            request, units
        )
