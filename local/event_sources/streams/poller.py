"""Polls the stream of one event source mapping: discovers its shards and runs a reader for each."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local.event_sources.streams.delivery import Shard
from local.event_sources.streams.positions import Checkpoints
from local.event_sources.streams.shards import ShardReader, StreamsClient
from local.model import Invoke, StreamMapping

DISCOVERY_SECONDS = 1.0


class StreamPoller:
    """One thread that discovers shards, and one for each open shard.

    A shard is read after its parent has been read to its end, so that records arrive in order.
    """

    def __init__(  # noqa: PLR0913 - all but the first three are named
        self,
        mapping: StreamMapping,
        stream_arn: str,
        client: StreamsClient,
        *,
        invoke: Invoke,
        discard: Callable[[StreamMapping, dict[str, Any]], None],
        report: Callable[[str], None],
        checkpoints: Checkpoints | None = None,
        keep: Callable[[Checkpoints], None],
    ) -> None:
        """`checkpoints` are those of an earlier poller of the mapping: this one continues there.

        `keep` gets the present ones every second and at the end. After a kill, what was delivered in the last
        second is delivered again.
        """
        self.mapping = mapping
        self.stream_arn = stream_arn
        self._client = client
        self._invoke = invoke
        self._discard = discard
        self._report = report
        self._keep = keep
        self._checkpoints = checkpoints or {}
        self._starting_position = mapping.starting_position if checkpoints is None else "TRIM_HORIZON"
        self._readers: dict[str, ShardReader] = {}
        self._threads: list[threading.Thread] = []
        self._stopping = threading.Event()
        self._hurry = threading.Event()

    def start(self) -> None:
        """Return when every existing shard has its position, so that LATEST includes every later write.

        A shard that is discovered later is new: it is read from its beginning.
        """
        self._discover_shards()
        self._starting_position = "TRIM_HORIZON"
        self._run_in_thread(self._keep_discovering)

    def request_stop(self) -> None:
        self._stopping.set()
        self._hurry.set()

    @property
    def is_hurried(self) -> bool:
        return self._hurry.is_set()

    def hurry(self) -> None:
        """Read with almost no pauses, and end the present one."""
        self._hurry.set()

    def slow_down(self) -> None:
        """Read with pauses again."""
        self._hurry.clear()

    def is_idle_since(self, moment: float) -> bool:
        return all(reader.is_idle_since(moment) for reader in list(self._readers.values()))

    def stop(self) -> None:
        """Stop after the batches that are being delivered."""
        self.request_stop()
        for thread in self._threads:
            thread.join()
        self._keep(self.checkpoints)

    @property
    def checkpoints(self) -> Checkpoints:
        return self._checkpoints | {shard: reader.checkpoint for shard, reader in self._readers.items()}

    def _keep_discovering(self) -> None:
        while not self._stopping.wait(DISCOVERY_SECONDS):
            self._keep(self.checkpoints)
            try:
                self._discover_shards()
            except (ClientError, BotoCoreError):
                continue  # The readers of the shards get the same error and report the outage.

    def _discover_shards(self) -> None:
        shards = list(self._list_shards())
        listed = {shard["ShardId"] for shard in shards}
        for shard in shards:
            if shard["ShardId"] not in self._readers and self._is_parent_read(shard, listed):
                self._start_reader(shard["ShardId"])

    def _is_parent_read(self, shard: Mapping[str, Any], listed: set[str]) -> bool:
        parent = shard.get("ParentShardId")
        return parent not in listed or (parent in self._readers and self._readers[parent].finished)

    def _list_shards(self) -> Iterator[Mapping[str, Any]]:
        page: dict[str, Any] = {}
        while True:
            description = self._client.describe_stream(StreamArn=self.stream_arn, **page)["StreamDescription"]
            yield from description["Shards"]
            if "LastEvaluatedShardId" not in description:
                return
            page = {"ExclusiveStartShardId": description["LastEvaluatedShardId"]}

    def _start_reader(self, shard_id: str) -> None:
        reader = ShardReader(
            self.mapping,
            Shard(self.stream_arn, shard_id),
            self._client,
            invoke=self._invoke,
            discard=lambda record: self._discard(self.mapping, record),
            report=self._report,
            stopping=self._stopping,
            hurry=self._hurry,
            checkpoint=self._checkpoints.get(shard_id),
            starting_position=self._starting_position,
        )
        reader.open()
        self._readers[shard_id] = reader
        self._run_in_thread(reader.run)

    def _run_in_thread(self, target: Callable[[], None]) -> None:
        thread = threading.Thread(target=target, name=f"stream-{self.mapping.name}", daemon=True)
        self._threads.append(thread)
        thread.start()
