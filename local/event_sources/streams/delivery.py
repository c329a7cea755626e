"""How Lambda delivers the records of one shard: in order, with retries, and with failed batches split."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from local.event_sources.batch_responses import parse_failed_identifiers
from local.event_sources.streams.records import created_at, sequence_number
from local.failures import failure_record, format_time
from local.model import FunctionError, Invoke, StreamMapping
from local.runtime.environment import function_arn

Record = dict[str, Any]

FIRST_RETRY_SECONDS = 0.1
LONGEST_RETRY_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Batch:
    """Records to deliver together; `retries` counts the attempts that have failed before."""

    records: Sequence[Record]
    retries: int = 0


@dataclass(frozen=True, slots=True)
class Shard:
    stream_arn: str
    shard_id: str


class Delivery:
    """Delivers batches of one shard for one mapping.

    A record is settled when the function has processed it, or when its batch was discarded. `wait` sleeps for
    some seconds and returns whether to stop. `discard` gets the failure record of each discarded batch.
    `settle` gets the sequence number up to which every record is settled.
    """

    def __init__(  # noqa: PLR0913 - all but the first two are named
        self,
        mapping: StreamMapping,
        shard: Shard,
        *,
        invoke: Invoke,
        wait: Callable[[float], bool],
        now: Callable[[], float],
        discard: Callable[[dict[str, Any]], None],
        settle: Callable[[str], None],
    ) -> None:
        self._mapping = mapping
        self._shard = shard
        self._invoke = invoke
        self._wait = wait
        self._now = now
        self._discard = discard
        self._settle = settle

    def deliver(self, records: Sequence[Record]) -> bool:
        """Whether all records are settled; False when stopped before that."""
        pending = deque([Batch(records)])
        while pending:
            batch = self._discard_aged(pending.popleft())
            if not batch.records:
                continue
            failed_at = self._invoke_with(batch)
            if failed_at is None:
                self._settle(sequence_number(batch.records[-1]))
                continue
            if failed_at:
                self._settle(sequence_number(batch.records[failed_at - 1]))
            if self._is_stopping():
                return False
            retries = self._discard_exhausted(batches_to_retry(batch, failed_at, self._mapping))
            pending.extendleft(reversed(retries))
            if pending and self._wait(retry_seconds(pending[0].retries)):
                return False
        return True

    def _is_stopping(self) -> bool:
        """Whether the function may have failed only because the local cloud stops."""
        return self._wait(0)

    def _invoke_with(self, batch: Batch) -> int | None:
        """The index of the first record that failed, None if none did."""
        try:
            answer = self._invoke(self._mapping.function, {"Records": list(batch.records)})
        except FunctionError:
            return 0
        if not self._mapping.report_batch_item_failures:
            return None
        return first_failed_index(answer, batch.records)

    def _discard_aged(self, batch: Batch) -> Batch:
        """The batch without the records that are older than the mapping allows."""
        limit = self._mapping.maximum_record_age_seconds
        if limit < 0:
            return batch
        oldest = self._now() - limit
        aged = [record for record in batch.records if created_at(record) < oldest]
        if aged:
            self._discard_batch(Batch(aged, batch.retries), "RecordAgeExceeded")
        return Batch([record for record in batch.records if created_at(record) >= oldest], batch.retries)

    def _discard_exhausted(self, batches: list[Batch]) -> list[Batch]:
        """The batches without the first one if that has no retries left."""
        limit = self._mapping.maximum_retry_attempts
        if limit >= 0 and batches[0].retries > limit:
            self._discard_batch(batches[0], "RetryAttemptsExhausted")
            return batches[1:]
        return batches

    def _discard_batch(self, batch: Batch, condition: str) -> None:
        self._discard(batch_failure(self._mapping, self._shard, batch, condition, self._now()))
        self._settle(sequence_number(batch.records[-1]))


def first_failed_index(answer: bytes, records: Sequence[Record]) -> int | None:
    """The lowest index that a partial batch response names as failed, None if it names none.

    The whole batch has failed, as in Lambda, when the response cannot be read or names an unknown record.
    """
    failed = parse_failed_identifiers(answer)
    if failed is None:
        return 0
    positions = {sequence_number(record): index for index, record in enumerate(records)}
    return min((positions.get(identifier, 0) for identifier in failed), default=None)


def batches_to_retry(batch: Batch, failed_at: int, mapping: StreamMapping) -> list[Batch]:
    """The records from the failed one on, as one batch or, with bisecting, as two.

    Splitting a batch uses up no retry: with one retry, a bad record among a thousand gets one of its own.
    """
    rest = batch.records[failed_at:]
    if mapping.bisect_on_error and failed_at:
        return [Batch(rest, batch.retries)]
    if mapping.bisect_on_error and len(rest) > 1:
        middle = len(rest) // 2
        return [Batch(rest[:middle], batch.retries), Batch(rest[middle:], batch.retries)]
    return [Batch(rest, batch.retries + 1)]


def retry_seconds(retries: int) -> float:
    """The pause before the next attempt. It doubles, and stays short because a developer waits for it."""
    return float(min(FIRST_RETRY_SECONDS * 2 ** min(retries, 16), LONGEST_RETRY_SECONDS))


def batch_failure(
    mapping: StreamMapping, shard: Shard, batch: Batch, condition: str, epoch_seconds: float
) -> dict[str, Any]:
    """The failure record of a batch. It names the place in the stream and holds no records."""
    records = batch.records
    return {
        **failure_record(function_arn(mapping.function), condition, batch.retries, epoch_seconds),
        "DDBStreamBatchInfo": {
            "shardId": shard.shard_id,
            "startSequenceNumber": sequence_number(records[0]),
            "endSequenceNumber": sequence_number(records[-1]),
            "approximateArrivalOfFirstRecord": format_time(created_at(records[0])),
            "approximateArrivalOfLastRecord": format_time(created_at(records[-1])),
            "batchSize": len(records),
            "streamArn": shard.stream_arn,
        },
    }
