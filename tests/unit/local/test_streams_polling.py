from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from local.failures import FailureLog
from local.filters import PatternError
from local.model import FunctionError, StreamMapping
from local.streams import StreamMappings, poller
from tests.support.engines.processes import wait_until

ARNS = {"t": "arn:aws:dynamodb:us-east-1:000000000000:table/t/stream/2026"}
MAPPING = StreamMapping("recompute", "t", "f", starting_position="TRIM_HORIZON")


@dataclass
class FakeShard:
    parent: str | None = None
    numbers: list[int] = field(default_factory=list)
    closed: bool = False
    first: int = 0


class FakeStream:
    """The streams API of one table; an iterator is `<shard>:<index>`. Under `lock` nothing is read."""

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
            raise lost("TrimmedDataAccessException")
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


def lost(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code}}, "GetRecords")


def stream_record(number: int) -> dict[str, Any]:
    return {
        "eventID": str(number),
        "eventName": "INSERT" if number % 2 else "MODIFY",
        "dynamodb": {"SequenceNumber": str(number), "ApproximateCreationDateTime": 0},
    }


class Functions:
    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.failing: Callable[[list[int]], bool] = lambda batch: False

    def invoke(self, name: str, event: Mapping[str, Any]) -> bytes:
        batch = [int(record["dynamodb"]["SequenceNumber"]) for record in event["Records"]]
        self.batches.append(batch)
        if self.failing(batch):
            raise FunctionError(name, "ValueError", "no")
        return b"null"

    @property
    def numbers(self) -> list[int]:
        return [number for batch in self.batches for number in batch]


@pytest.fixture
def stream() -> FakeStream:
    return FakeStream()


@pytest.fixture
def functions() -> Functions:
    return Functions()


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def mappings(
    stream: FakeStream,
    functions: Functions,
    said: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[StreamMappings]:
    monkeypatch.setattr(poller, "DISCOVERY_SECONDS", 0.02)
    mappings = StreamMappings(stream, functions.invoke, failures=FailureLog(tmp_path), report=said.append)
    yield mappings
    mappings.close()


def test_records_arrive_in_order_from_the_beginning(
    mappings: StreamMappings, stream: FakeStream, functions: Functions
) -> None:
    stream.shards["s1"].numbers += [1, 2, 3]
    mappings.replace([MAPPING], ARNS)
    wait_until(lambda: functions.batches == [[1, 2, 3]])
    stream.shards["s1"].numbers += [4]
    wait_until(lambda: functions.batches == [[1, 2, 3], [4]])


def test_latest_is_what_comes_after_the_start(
    mappings: StreamMappings, stream: FakeStream, functions: Functions
) -> None:
    stream.shards["s1"].numbers += [1, 2]
    mappings.replace([replace(MAPPING, starting_position="LATEST")], ARNS)
    stream.shards["s1"].numbers += [3]
    wait_until(lambda: functions.numbers == [3])


def test_a_later_shard_is_read_from_its_beginning_after_its_parent(
    mappings: StreamMappings, stream: FakeStream, functions: Functions
) -> None:
    release = threading.Event()
    functions.failing = lambda batch: batch == [1] and not release.is_set()
    mappings.replace([replace(MAPPING, starting_position="LATEST")], ARNS)
    stream.shards["s1"].numbers += [1]
    stream.shards["s2"] = FakeShard(parent="s1", numbers=[2])
    wait_until(lambda: len(functions.batches) >= 2)
    assert 2 not in functions.numbers
    release.set()
    stream.shards["s1"].closed = True
    wait_until(lambda: functions.numbers[-1] == 2)


def test_batches_are_no_larger_than_the_mapping_allows(
    mappings: StreamMappings, stream: FakeStream, functions: Functions
) -> None:
    stream.shards["s1"].numbers += range(1, 6)
    mappings.replace([replace(MAPPING, batch_size=2)], ARNS)
    wait_until(lambda: functions.batches == [[1, 2], [3, 4], [5]])


def test_a_window_gathers_records_until_the_batch_is_full(
    mappings: StreamMappings, stream: FakeStream, functions: Functions
) -> None:
    mappings.replace([replace(MAPPING, batch_size=3, batching_window_seconds=300)], ARNS)
    for number in (1, 2, 3):
        assert functions.batches == []
        stream.shards["s1"].numbers.append(number)
    wait_until(lambda: functions.batches == [[1, 2, 3]])


def test_a_window_that_is_over_delivers_what_there_is(
    mappings: StreamMappings, stream: FakeStream, functions: Functions
) -> None:
    stream.shards["s1"].numbers += [1]
    mappings.replace([replace(MAPPING, batching_window_seconds=0.05)], ARNS)
    wait_until(lambda: functions.batches == [[1]])


def test_the_end_of_a_shard_does_not_wait_for_the_window(
    mappings: StreamMappings, stream: FakeStream, functions: Functions
) -> None:
    stream.shards["s1"] = FakeShard(numbers=[1], closed=True)
    mappings.replace([replace(MAPPING, batching_window_seconds=300)], ARNS)
    wait_until(lambda: functions.batches == [[1]])


def test_only_records_that_match_a_filter_arrive(
    mappings: StreamMappings, stream: FakeStream, functions: Functions
) -> None:
    filters = ({"eventName": ["REMOVE"]}, {"eventName": ["INSERT"]})
    stream.shards["s1"].numbers += [1, 2, 3, 4, 5]
    mappings.replace([replace(MAPPING, filters=filters)], ARNS)
    wait_until(lambda: functions.numbers == [1, 3, 5])


def test_a_filter_that_is_wrong_is_refused(mappings: StreamMappings) -> None:
    with pytest.raises(PatternError):
        mappings.replace([replace(MAPPING, filters=({"eventName": "INSERT"},))], ARNS)


@pytest.mark.parametrize("code", ["ExpiredIteratorException", "TrimmedDataAccessException"])
def test_a_lost_iterator_is_replaced(
    mappings: StreamMappings, stream: FakeStream, functions: Functions, said: list[str], code: str
) -> None:
    stream.shards["s1"].numbers += [1, 2]
    mappings.replace([MAPPING], ARNS)
    wait_until(lambda: functions.numbers == [1, 2])
    with stream.lock:
        stream.shards["s1"].first = 2
        stream.errors.append(lost(code))
        stream.shards["s1"].numbers += [3]
    wait_until(lambda: functions.numbers == [1, 2, 3])
    assert said == []


def test_records_that_the_stream_no_longer_has_are_passed_over(
    mappings: StreamMappings, stream: FakeStream, functions: Functions
) -> None:
    stream.shards["s1"].numbers += [1, 2]
    mappings.replace([MAPPING], ARNS)
    wait_until(lambda: functions.numbers == [1, 2])
    with stream.lock:
        stream.errors.append(lost("ExpiredIteratorException"))
        stream.shards["s1"].numbers += [3, 4]
        stream.shards["s1"].first = 3
    wait_until(lambda: functions.numbers == [1, 2, 4])


def test_an_engine_that_is_gone_for_a_while_is_reported_once(
    mappings: StreamMappings, stream: FakeStream, functions: Functions, said: list[str]
) -> None:
    stream.errors += [EndpointConnectionError(endpoint_url="http://127.0.0.1:1")] * 3
    stream.shards["s1"].numbers += [1]
    mappings.replace([MAPPING], ARNS)
    wait_until(lambda: functions.numbers == [1])
    assert len(said) == 1
    assert said[0].startswith("recompute cannot read the stream of t: Could not connect")


def test_what_is_given_up_is_written_to_the_failures_of_the_mapping(
    mappings: StreamMappings, stream: FakeStream, functions: Functions, said: list[str], tmp_path: Path
) -> None:
    functions.failing = lambda batch: 2 in batch
    stream.shards["s1"].numbers += [1, 2, 3]
    mapping = replace(MAPPING, batch_size=1, maximum_retry_attempts=0, on_failure="queue")
    mappings.replace([mapping], ARNS)
    wait_until(lambda: functions.numbers == [1, 2, 3])
    entry = json.loads((tmp_path / "recompute.jsonl").read_text())
    assert entry["DDBStreamBatchInfo"]["startSequenceNumber"] == "2"
    assert said == [
        f"recompute gave up 1 stream record(s): RetryAttemptsExhausted (see {tmp_path / 'recompute.jsonl'})"
    ]


def test_a_changed_mapping_goes_on_where_it_was_and_an_equal_one_is_left_alone(
    mappings: StreamMappings, stream: FakeStream, functions: Functions
) -> None:
    stream.shards["s1"].numbers += [1, 2]
    mappings.replace([MAPPING], ARNS)
    wait_until(lambda: functions.numbers == [1, 2])
    same = mappings._pollers["recompute"]
    mappings.replace([replace(MAPPING)], ARNS)
    assert mappings._pollers["recompute"] is same
    stream.shards["s1"].numbers += [3]
    mappings.replace([replace(MAPPING, batch_size=1)], ARNS)
    stream.shards["s1"].numbers += [4]
    wait_until(lambda: functions.numbers == [1, 2, 3, 4])


def test_a_mapping_that_is_changed_before_its_first_success_loses_nothing(
    mappings: StreamMappings, stream: FakeStream, functions: Functions
) -> None:
    latest = replace(MAPPING, starting_position="LATEST")
    functions.failing = lambda batch: True
    mappings.replace([latest], ARNS)
    stream.shards["s1"].numbers += [1]
    wait_until(lambda: functions.batches)
    mappings.replace([replace(latest, function="other")], ARNS)
    failed = len(functions.batches)
    wait_until(lambda: len(functions.batches) > failed)


def test_two_mappings_read_the_stream_independently(
    mappings: StreamMappings, stream: FakeStream, functions: Functions
) -> None:
    functions.failing = lambda batch: batch == [1] and len(functions.batches) < 5
    stream.shards["s1"].numbers += [1]
    mappings.replace([MAPPING, replace(MAPPING, name="second", filters=({"eventName": ["MODIFY"]},))], ARNS)
    stream.shards["s1"].numbers += [2]
    wait_until(lambda: [2] in functions.batches)


def test_closing_stops_every_thread_even_while_a_batch_fails(
    mappings: StreamMappings, stream: FakeStream, functions: Functions, tmp_path: Path
) -> None:
    functions.failing = lambda batch: True
    stream.shards["s1"].numbers += [1]
    mappings.replace([replace(MAPPING, on_failure="queue")], ARNS)
    wait_until(lambda: functions.batches)
    mappings.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "stream-recompute"]
    assert list(tmp_path.iterdir()) == []
