from __future__ import annotations

import json
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from local.event_sources.filters import PatternError
from local.event_sources.streams import Positions, StreamMappings, shards
from local.failures import FailureLog
from tests.support.engines.processes import wait_until
from tests.unit.local.event_sources.streams.fakes import ARNS, MAPPING, FakeFunction, FakeStream


def test_a_filter_that_is_wrong_is_refused(mappings: StreamMappings) -> None:
    with pytest.raises(PatternError):
        mappings.replace([replace(MAPPING, filters=({"eventName": "INSERT"},))], ARNS)


def test_discarded_records_are_written_to_the_failures_of_the_mapping(
    mappings: StreamMappings, stream: FakeStream, function: FakeFunction, reports: list[str], tmp_path: Path
) -> None:
    function.fails = lambda batch: 2 in batch
    stream.shards["s1"].numbers += [1, 2, 3]
    mapping = replace(MAPPING, batch_size=1, maximum_retry_attempts=0, on_failure="queue")
    mappings.replace([mapping], ARNS)
    wait_until(lambda: function.numbers == [1, 2, 3])
    entry = json.loads((tmp_path / "recompute.jsonl").read_text())
    assert entry["DDBStreamBatchInfo"]["startSequenceNumber"] == "2"
    assert reports == [
        f"recompute discarded 1 stream record(s): RetryAttemptsExhausted (see {tmp_path / 'recompute.jsonl'})"
    ]


def test_a_mapping_continues_where_an_earlier_cloud_was(
    stream: FakeStream, function: FakeFunction, tmp_path: Path
) -> None:
    def start() -> StreamMappings:
        failures, positions = FailureLog(tmp_path), Positions(tmp_path / "positions.json")
        mappings = StreamMappings(
            stream, function.invoke, failures=failures, report=print, positions=positions
        )
        mappings.replace([MAPPING], ARNS)
        return mappings

    stream.shards["s1"].numbers += [1, 2]
    first = start()
    wait_until(lambda: function.numbers == [1, 2])
    first.close()
    stream.shards["s1"].numbers += [3]
    second = start()
    wait_until(lambda: function.numbers == [1, 2, 3])
    second.close()


def test_a_changed_mapping_continues_where_it_was_and_an_equal_one_keeps_its_poller(
    mappings: StreamMappings, stream: FakeStream, function: FakeFunction
) -> None:
    stream.shards["s1"].numbers += [1, 2]
    mappings.replace([MAPPING], ARNS)
    wait_until(lambda: function.numbers == [1, 2])
    poller = mappings._pollers["recompute"]
    mappings.replace([replace(MAPPING)], ARNS)
    assert mappings._pollers["recompute"] is poller
    stream.shards["s1"].numbers += [3]
    mappings.replace([replace(MAPPING, batch_size=1)], ARNS)
    stream.shards["s1"].numbers += [4]
    wait_until(lambda: function.numbers == [1, 2, 3, 4])


def test_a_mapping_that_is_changed_before_its_first_success_loses_nothing(
    mappings: StreamMappings, stream: FakeStream, function: FakeFunction
) -> None:
    latest = replace(MAPPING, starting_position="LATEST")
    function.fails = lambda batch: True
    mappings.replace([latest], ARNS)
    stream.shards["s1"].numbers += [1]
    wait_until(lambda: function.batches)
    mappings.replace([replace(latest, function="other")], ARNS)
    failed = len(function.batches)
    wait_until(lambda: len(function.batches) > failed)


def test_two_mappings_read_the_stream_independently(
    mappings: StreamMappings, stream: FakeStream, function: FakeFunction
) -> None:
    function.fails = lambda batch: batch == [1] and len(function.batches) < 5
    stream.shards["s1"].numbers += [1]
    mappings.replace([MAPPING, replace(MAPPING, name="second", filters=({"eventName": ["MODIFY"]},))], ARNS)
    stream.shards["s1"].numbers += [2]
    wait_until(lambda: [2] in function.batches)


def test_closing_stops_every_thread_even_while_a_batch_fails(
    mappings: StreamMappings, stream: FakeStream, function: FakeFunction, tmp_path: Path
) -> None:
    function.fails = lambda batch: True
    stream.shards["s1"].numbers += [1]
    mappings.replace([replace(MAPPING, on_failure="queue")], ARNS)
    wait_until(lambda: function.batches)
    mappings.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "stream-recompute"]
    assert list(tmp_path.iterdir()) == []


def test_a_stream_is_idle_once_all_is_delivered(
    mappings: StreamMappings, stream: FakeStream, function: FakeFunction
) -> None:
    mappings.replace([MAPPING], ARNS)
    with mappings.hurry():
        wait_until(lambda: mappings.are_idle_since(0))
        with stream.lock:
            before = time.monotonic()
            assert not mappings.are_idle_since(before)
            stream.shards["s1"].numbers += [1]
        wait_until(lambda: mappings.are_idle_since(before))
    assert function.batches == [[1]]


def test_a_pause_ends_when_somebody_is_in_a_hurry(
    mappings: StreamMappings, stream: FakeStream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shards, "SHORTEST_PAUSE_SECONDS", 300.0)
    monkeypatch.setattr(shards, "LONGEST_PAUSE_SECONDS", 300.0)
    stream.shards["s1"].numbers += [1]
    mappings.replace([MAPPING], ARNS)
    wait_until(lambda: mappings.are_idle_since(0))
    before = time.monotonic()
    with mappings.hurry():
        wait_until(lambda: mappings.are_idle_since(before))


def test_records_that_wait_for_their_batch_are_not_idle(
    mappings: StreamMappings, stream: FakeStream, function: FakeFunction
) -> None:
    stream.shards["s1"].numbers += [1]
    mappings.replace([replace(MAPPING, batch_size=2, batching_window_seconds=300)], ARNS)
    assert not mappings.are_idle_since(0)
    stream.shards["s1"].numbers += [2]
    wait_until(lambda: mappings.are_idle_since(0))
    assert function.batches == [[1, 2]]
