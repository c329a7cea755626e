"""The table: carries out requests as DynamoDB does, in the time of a clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from tests.support.fakes.dynamodb.admission import Admission
from tests.support.fakes.dynamodb.answers import Answer
from tests.support.fakes.dynamodb.clock import Clock, StepClock
from tests.support.fakes.dynamodb.errors import validation_error
from tests.support.fakes.dynamodb.expressions import Request
from tests.support.fakes.dynamodb.read_operations import ReadOperations
from tests.support.fakes.dynamodb.storage import Storage, read_indexes
from tests.support.fakes.dynamodb.write_operations import WriteOperations
from tests.support.fakes.dynamodb.writes import DELETE, PUT, UPDATE


class DynamoDouble:
    """One table with its indexes, which are up to date at once.

    `definition` are the arguments of CreateTable. `path` is a file, for more items than memory holds.
    """

    def __init__(
        self,
        definition: Mapping[str, Any],
        clock: Clock | None = None,
        *,
        seed: int = 1,
        path: str = ":memory:",
    ) -> None:
        self.indexes = read_indexes(definition)
        self.storage = Storage(self.indexes, path)
        self.admission = Admission(clock or StepClock(), seed)
        reads = ReadOperations(self.storage, self.indexes, self.admission)
        writes = WriteOperations(self.storage, self.indexes, self.admission)
        self._operations: dict[str, Callable[[Request], Answer]] = {
            "GetItem": reads.get,
            "Query": reads.query,
            "BatchGetItem": reads.batch_get,
            "TransactGetItems": reads.transact_get,
            "PutItem": partial(writes.write, PUT),
            "UpdateItem": partial(writes.write, UPDATE),
            "DeleteItem": partial(writes.write, DELETE),
            "BatchWriteItem": writes.batch_write,
            "TransactWriteItems": writes.transact,
        }

    def handle(self, operation: str, request: Request) -> Answer:
        """The answer of an operation such as `PutItem`. Raises RefusedError."""
        if operation not in self._operations:
            raise validation_error(f"The double does not know {operation}")
        return self._operations[operation](request)
