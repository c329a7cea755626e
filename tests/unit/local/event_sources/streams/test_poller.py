from __future__ import annotations

import threading
from dataclasses import replace

from local.event_sources.streams import StreamMappings
from tests.support.engines.processes import wait_until
from tests.unit.local.event_sources.streams.fakes import ARNS, MAPPING, FakeFunction, FakeShard, FakeStream


def test_latest_is_what_comes_after_the_start(
    mappings: StreamMappings, stream: FakeStream, function: FakeFunction
) -> None:
    stream.shards["s1"].numbers += [1, 2]
    mappings.replace([replace(MAPPING, starting_position="LATEST")], ARNS)
    stream.shards["s1"].numbers += [3]
    wait_until(lambda: function.numbers == [3])


def test_a_later_shard_is_read_from_its_beginning_after_its_parent(
    mappings: StreamMappings, stream: FakeStream, function: FakeFunction
) -> None:
    release = threading.Event()
    function.fails = lambda batch: batch == [1] and not release.is_set()
    mappings.replace([replace(MAPPING, starting_position="LATEST")], ARNS)
    stream.shards["s1"].numbers += [1]
    stream.shards["s2"] = FakeShard(parent="s1", numbers=[2])
    wait_until(lambda: len(function.batches) >= 2)
    assert 2 not in function.numbers
    release.set()
    stream.shards["s1"].closed = True
    wait_until(lambda: function.numbers[-1] == 2)
