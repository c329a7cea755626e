"""What operations ask of the table: units of partitions, and items that no other transaction may have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.support.fakes.dynamodb.answers import Answer
from tests.support.fakes.dynamodb.capacity import Capacity, Loads, Partition
from tests.support.fakes.dynamodb.expressions import Request
from tests.support.fakes.dynamodb.table import DynamoDouble
from tests.support.fakes.dynamodb.transactions import Locks
from tests.support.fakes.dynamodb.writes import Key


@dataclass(slots=True)
class Step:
    """One request. `keys` are those of the items that it writes or checks."""

    name: str
    reads: Counter[Partition] = field(default_factory=Counter)
    writes: Counter[Partition] = field(default_factory=Counter)
    keys: list[Key] = field(default_factory=list)

    @property
    def is_transaction(self) -> bool:
        return self.name == "TransactWriteItems"


Operation = list[Step]


class RecordingDouble(DynamoDouble):
    """`steps` has each request that was carried out."""

    def __init__(self, definition: Mapping[str, object]) -> None:
        super().__init__(definition)
        self.steps: Operation = []

    def handle(self, operation: str, request: Request) -> Answer:
        step = Step(operation)
        admission = self.admission
        admission.reads, admission.writes = _Recorded(step.reads), _Recorded(step.writes)
        admission.locks = _RecordedLocks(step.keys)
        answer = super().handle(operation, request)
        self.steps.append(step)
        return answer

    def record(self, work: Callable[[], object]) -> Operation:
        """The requests of the work."""
        self.steps = []
        work()
        return self.steps


class _Recorded(Capacity):
    """Gives all that is asked for, and adds it up."""

    def __init__(self, total: Counter[Partition]) -> None:
        super().__init__(0)
        self.total = total

    def take(self, loads: Loads, now: float) -> None:  # noqa: ARG002 - at any time
        self.total.update(loads)


class _RecordedLocks(Locks):
    def __init__(self, seen: list[Key]) -> None:
        super().__init__()
        self.seen = seen

    def __contains__(self, key: Key) -> bool:
        self.seen.append(key)
        return False
