"""A stream in memory, and a function that its records are delivered to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from local.model import FunctionError, StreamMapping

ARNS = {"t": "arn:aws:dynamodb:us-east-1:000000000000:table/t/stream/2026"}
MAPPING = StreamMapping("recompute", "t", "f", starting_position="TRIM_HORIZON")


@dataclass
class FakeShard:
    parent: str | None = None
    numbers: list[int] = field(default_factory=list)
    closed: bool = False
    first: int = 0


class FakeStream:
    """The streams API of one table. An iterator is `<shard>:<index>`. A held `lock` blocks reading."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.shards = {"s1": FakeShard()}
        self.errors: list[Exception] = []

    def describe_stream(self, **kwargs: object) -> dict[str, Any]:
        """One shard a page."""
        names = list(self.shards)
        start = kwargs.get("ExclusiveStartShardId")
        index = names.index(str(start)) + 1 if start else 0
        description: dict[str, Any] = {"Shards": [self._description(names[index])]}
        if index + 1 < len(names):
            description["LastEvaluatedShardId"] = names[index]
        return {"StreamDescription": description}

    def _description(self, name: str) -> dict[str, str]:
        parent = self.shards[name].parent
        return {"ShardId": name, **({"ParentShardId": parent} if parent else {})}

    def get_shard_iterator(self, **kwargs: object) -> dict[str, Any]:
        shard = self.shards[str(kwargs["ShardId"])]
        match kwargs["ShardIteratorType"]:
            case "TRIM_HORIZON":
                index = shard.first
            case "LATEST":
                index = len(shard.numbers)
            case "AFTER_SEQUENCE_NUMBER":
                index = shard.numbers.index(int(str(kwargs["SequenceNumber"]))) + 1
        if index < shard.first:
            raise stream_error("TrimmedDataAccessException")
        return {"ShardIterator": f"{kwargs['ShardId']}:{index}"}

    def get_records(self, **kwargs: object) -> dict[str, Any]:
        with self.lock:
            if self.errors:
                raise self.errors.pop(0)
            name, index = str(kwargs["ShardIterator"]).split(":")
            shard = self.shards[name]
            closed, end = shard.closed, len(shard.numbers)
        answer: dict[str, Any] = {"Records": [stream_record(n) for n in shard.numbers[int(index) : end]]}
        if not closed:
            answer["NextShardIterator"] = f"{name}:{end}"
        return answer


def stream_error(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code}}, "GetRecords")


def stream_record(number: int) -> dict[str, Any]:
    return {
        "eventID": str(number),
        "eventName": "INSERT" if number % 2 else "MODIFY",
        "dynamodb": {"SequenceNumber": str(number), "ApproximateCreationDateTime": 0},
    }


class FakeFunction:
    """Records the batches that it gets; one for which `fails` is true fails."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.fails: Callable[[list[int]], bool] = lambda batch: False

    def invoke(self, name: str, event: Mapping[str, Any]) -> bytes:
        batch = [int(record["dynamodb"]["SequenceNumber"]) for record in event["Records"]]
        self.batches.append(batch)
        if self.fails(batch):
            raise FunctionError(name, "ValueError", "no")
        return b"null"

    @property
    def numbers(self) -> list[int]:
        return [number for batch in self.batches for number in batch]
