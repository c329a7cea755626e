from __future__ import annotations

from dataclasses import replace

import pytest
from botocore.exceptions import EndpointConnectionError

from local.event_sources.streams import StreamMappings
from tests.support.engines.processes import wait_until
from tests.unit.local.event_sources.streams.fakes import (
    ARNS,
    MAPPING,
    FakeFunction,
    FakeShard,
    FakeStream,
    stream_error,
)


def test_records_arrive_in_order_from_the_beginning(
    mappings: StreamMappings, stream: FakeStream, function: FakeFunction
) -> None:
    stream.shards["s1"].numbers += [1, 2, 3]
    mappings.replace([MAPPING], ARNS)
    wait_until(lambda: function.batches == [[1, 2, 3]])
    stream.shards["s1"].numbers += [4]
    wait_until(lambda: function.batches == [[1, 2, 3], [4]])


def test_batches_are_no_larger_than_the_mapping_allows(
    mappings: StreamMappings, stream: FakeStream, function: FakeFunction
) -> None:
    stream.shards["s1"].numbers += range(1, 6)
    mappings.replace([replace(MAPPING, batch_size=2)], ARNS)
    wait_until(lambda: function.batches == [[1, 2], [3, 4], [5]])


def test_a_window_gathers_records_until_the_batch_is_full(
    mappings: StreamMappings, stream: FakeStream, function: FakeFunction
) -> None:
    mappings.replace([replace(MAPPING, batch_size=3, batching_window_seconds=300)], ARNS)
    for number in (1, 2, 3):
        assert function.batches == []
        stream.shards["s1"].numbers.append(number)
    wait_until(lambda: function.batches == [[1, 2, 3]])


def test_a_window_that_is_over_delivers_what_there_is(
    mappings: StreamMappings, stream: FakeStream, function: FakeFunction
) -> None:
    stream.shards["s1"].numbers += [1]
    mappings.replace([replace(MAPPING, batching_window_seconds=0.05)], ARNS)
    wait_until(lambda: function.batches == [[1]])


def test_the_end_of_a_shard_does_not_wait_for_the_window(
    mappings: StreamMappings, stream: FakeStream, function: FakeFunction
) -> None:
    stream.shards["s1"] = FakeShard(numbers=[1], closed=True)
    mappings.replace([replace(MAPPING, batching_window_seconds=300)], ARNS)
    wait_until(lambda: function.batches == [[1]])


def test_only_records_that_match_a_filter_arrive(
    mappings: StreamMappings, stream: FakeStream, function: FakeFunction
) -> None:
    filters = ({"eventName": ["REMOVE"]}, {"eventName": ["INSERT"]})
    stream.shards["s1"].numbers += [1, 2, 3, 4, 5]
    mappings.replace([replace(MAPPING, filters=filters)], ARNS)
    wait_until(lambda: function.numbers == [1, 3, 5])


@pytest.mark.parametrize("code", ["ExpiredIteratorException", "TrimmedDataAccessException"])
def test_a_lost_iterator_is_replaced(
    mappings: StreamMappings, stream: FakeStream, function: FakeFunction, reports: list[str], code: str
) -> None:
    stream.shards["s1"].numbers += [1, 2]
    mappings.replace([MAPPING], ARNS)
    wait_until(lambda: function.numbers == [1, 2])
    with stream.lock:
        stream.shards["s1"].first = 2
        stream.errors.append(stream_error(code))
        stream.shards["s1"].numbers += [3]
    wait_until(lambda: function.numbers == [1, 2, 3])
    assert reports == []


def test_records_that_the_stream_no_longer_has_are_skipped(
    mappings: StreamMappings, stream: FakeStream, function: FakeFunction
) -> None:
    stream.shards["s1"].numbers += [1, 2]
    mappings.replace([MAPPING], ARNS)
    wait_until(lambda: function.numbers == [1, 2])
    with stream.lock:
        stream.errors.append(stream_error("ExpiredIteratorException"))
        stream.shards["s1"].numbers += [3, 4]
        stream.shards["s1"].first = 3
    wait_until(lambda: function.numbers == [1, 2, 4])


def test_an_engine_that_is_gone_for_a_while_is_reported_once(
    mappings: StreamMappings, stream: FakeStream, function: FakeFunction, reports: list[str]
) -> None:
    stream.errors += [EndpointConnectionError(endpoint_url="http://127.0.0.1:1")] * 3
    stream.shards["s1"].numbers += [1]
    mappings.replace([MAPPING], ARNS)
    wait_until(lambda: function.numbers == [1])
    assert len(reports) == 1
    assert reports[0].startswith("recompute cannot read the stream of t: Could not connect")
