"""Reads one shard of a stream from its position to its end."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from local.event_sources.filters import matches
from local.event_sources.outages import OutageReport
from local.event_sources.streams.delivery import Delivery, Record, Shard
from local.event_sources.streams.records import take_batch, to_event_record
from local.model import REGION, Invoke, StreamMapping

SHORTEST_PAUSE_SECONDS = 0.05
LONGEST_PAUSE_SECONDS = 0.25
HURRIED_PAUSE_SECONDS = 0.01
"""While somebody waits for the end of the stream."""


class StreamsClient(Protocol):
    """The three calls of boto3's `dynamodbstreams` client that a mapping makes."""

    def describe_stream(self, **kwargs: object) -> dict[str, Any]: ...
    def get_shard_iterator(self, **kwargs: object) -> dict[str, Any]: ...
    def get_records(self, **kwargs: object) -> dict[str, Any]: ...


class ShardReader:
    """Reads, filters, gathers and delivers the records of one shard until it ends or `stopping` is set.

    `checkpoint` is the last settled sequence number, after which a later reader of the mapping continues.
    """

    def __init__(  # noqa: PLR0913 - all but the first three are named
        self,
        mapping: StreamMapping,
        shard: Shard,
        client: StreamsClient,
        *,
        invoke: Invoke,
        discard: Callable[[dict[str, Any]], None],
        report: Callable[[str], None],
        stopping: threading.Event,
        hurry: threading.Event,
        checkpoint: str | None = None,
        starting_position: str = "TRIM_HORIZON",
    ) -> None:
        self.checkpoint = checkpoint
        self.finished = False
        self._mapping = mapping
        self._shard = shard
        self._client = client
        self._stopping = stopping
        self._hurry = hurry
        self._idle_at: float | None = None
        self._read_up_to = checkpoint
        self._starting_position = starting_position
        self._iterator: str | None = None
        self._gathered: list[Record] = []
        self._gathering_since = 0.0
        self._pause = SHORTEST_PAUSE_SECONDS
        self._closed = False
        self._outage = OutageReport(
            f"{mapping.name} cannot read the stream of {mapping.table}", report, stopping
        )
        self._delivery = Delivery(
            mapping,
            shard,
            invoke=invoke,
            wait=stopping.wait,
            now=time.time,
            discard=discard,
            settle=self._settle,
        )

    def open(self) -> None:
        """Get the iterator. LATEST starts with what is written after this call."""
        position: dict[str, Any] = {"ShardIteratorType": self._starting_position}
        if self._read_up_to:
            position = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": self._read_up_to}
        answer = self._client.get_shard_iterator(
            StreamArn=self._shard.stream_arn, ShardId=self._shard.shard_id, **position
        )
        self._iterator = answer["ShardIterator"]

    def run(self) -> None:
        while not self._stopping.is_set() and not self.finished:
            self.step()

    def is_idle_since(self, moment: float) -> bool:
        """Whether a read that began after that moment found nothing, and nothing waits for its delivery."""
        return self.finished or (self._idle_at is not None and self._idle_at > moment)

    def step(self) -> None:
        """Read once and deliver what is due; pause if there was nothing to read."""
        has_records = self._read()
        if not self._deliver_due():
            return
        if self._closed:
            self.finished = True
        elif not has_records:
            if self._hurry.is_set():
                self._stopping.wait(HURRIED_PAUSE_SECONDS)
            else:
                self._hurry.wait(self._pause)
            self._pause = min(self._pause * 2, LONGEST_PAUSE_SECONDS)

    def _read(self) -> bool:
        """Whether the stream had records. After an error the next step reads again."""
        self._idle_at, began_at = None, time.monotonic()
        try:
            if self._iterator is None:
                self.open()
            answer = self._client.get_records(ShardIterator=self._iterator)
        except ClientError as error:
            self._replace_iterator(error)
            return False
        except BotoCoreError as error:
            self._outage.begin(error)
            return False
        self._outage.end()
        self._iterator = answer.get("NextShardIterator")
        self._closed = self._iterator is None
        self._gather(answer["Records"])
        self._idle_at = None if self._gathered or answer["Records"] else began_at
        return bool(answer["Records"])

    def _replace_iterator(self, error: ClientError) -> None:
        self._iterator = None
        code = error.response["Error"]["Code"]
        if code == "TrimmedDataAccessException":
            self._read_up_to = None
            self._starting_position = "TRIM_HORIZON"
        elif code != "ExpiredIteratorException":
            self._outage.begin(error)

    def _gather(self, records: list[dict[str, Any]]) -> None:
        if not records:
            return
        self._pause = SHORTEST_PAUSE_SECONDS
        events = [to_event_record(record, self._shard.stream_arn, REGION) for record in records]
        wanted = [event for event in events if self._is_wanted(event)]
        if wanted and not self._gathered:
            self._gathering_since = time.monotonic()
        self._gathered += wanted
        self._read_up_to = records[-1]["dynamodb"]["SequenceNumber"]
        if not self._gathered:
            self.checkpoint = self._read_up_to

    def _is_wanted(self, event: Record) -> bool:
        return not self._mapping.filters or any(matches(pattern, event) for pattern in self._mapping.filters)

    def _deliver_due(self) -> bool:
        """Whether everything due is settled; False when stopped before that."""
        while self._gathered and self._is_due():
            batch = take_batch(self._gathered, self._mapping.batch_size)
            if not self._delivery.deliver(batch):
                return False
            del self._gathered[: len(batch)]
            self._gathering_since = time.monotonic()
        return True

    def _is_due(self) -> bool:
        waited = time.monotonic() - self._gathering_since
        full = len(self._gathered) >= self._mapping.batch_size
        return full or self._closed or waited >= self._mapping.batching_window_seconds

    def _settle(self, sequence_number: str) -> None:
        self.checkpoint = sequence_number
