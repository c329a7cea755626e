"""How Lambda delivers the records of one shard: in order, retried, split and in the end given up."""

from __future__ import annotations

import json
import uuid
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from local.event_sources.streams.records import created_at, sequence_number
from local.model import FunctionError, Invoke, StreamMapping
from local.runtime.environment import function_arn

Record = dict[str, Any]

FIRST_RETRY_SECONDS = 0.1
LONGEST_RETRY_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Batch:
    """Records to deliver together; `retries` counts the attempts that were already wasted on them."""

    records: Sequence[Record]
    retries: int = 0


@dataclass(frozen=True, slots=True)
class Shard:
    stream_arn: str
    shard_id: str


class Delivery:
    """Delivers batches of one shard for one mapping.

    `wait` sleeps for some seconds and says whether to stop. `discard` gets the metadata of each batch given
    up, `settled` the sequence number up to which everything is delivered or given up.
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
        settled: Callable[[str], None],
    ) -> None:
        self._mapping = mapping
        self._shard = shard
        self._invoke = invoke
        self._wait = wait
        self._now = now
        self._discard = discard
        self._settled = settled

    def deliver(self, records: Sequence[Record]) -> bool:
        """Whether all records are settled; False when asked to stop before that."""
        pending = deque([Batch(records)])
        while pending:
            batch = self._without_aged(pending.popleft())
            if not batch.records:
                continue
            failed_at = self._attempt(batch)
            if failed_at is None:
                self._settled(sequence_number(batch.records[-1]))
                continue
            if failed_at:
                self._settled(sequence_number(batch.records[failed_at - 1]))
            if self._is_stopping():
                return False
            pending.extendleft(
                reversed(self._with_retries_left(after_failure(batch, failed_at, self._mapping)))
            )
            if pending and self._wait(retry_seconds(pending[0].retries)):
                return False
        return True

    def _is_stopping(self) -> bool:
        """A function that failed because everything stops has not failed its records."""
        return self._wait(0)

    def _attempt(self, batch: Batch) -> int | None:
        """The index of the first record that failed, None if none did."""
        try:
            answer = self._invoke(self._mapping.function, {"Records": list(batch.records)})
        except FunctionError:
            return 0
        return first_failure(answer, batch.records) if self._mapping.report_batch_item_failures else None

    def _without_aged(self, batch: Batch) -> Batch:
        limit = self._mapping.maximum_record_age_seconds
        if limit < 0:
            return batch
        oldest = self._now() - limit
        aged = [record for record in batch.records if created_at(record) < oldest]
        if aged:
            self._give_up(Batch(aged, batch.retries), "RecordAgeExceeded")
        return Batch([record for record in batch.records if created_at(record) >= oldest], batch.retries)

    def _with_retries_left(self, batches: list[Batch]) -> list[Batch]:
        limit = self._mapping.maximum_retry_attempts
        if limit >= 0 and batches[0].retries > limit:
            self._give_up(batches[0], "RetryAttemptsExhausted")
            return batches[1:]
        return batches

    def _give_up(self, batch: Batch, condition: str) -> None:
        self._discard(failure_record(self._mapping, self._shard, batch, condition, self._now()))
        self._settled(sequence_number(batch.records[-1]))


def first_failure(answer: bytes, records: Sequence[Record]) -> int | None:
    """The lowest index that a partial batch response names.

    0, the whole batch, for what Lambda cannot make sense of: an empty, missing or unknown identifier.
    """
    try:
        response = json.loads(answer or b"null") or {}
        failures = response.get("batchItemFailures") or []
        identifiers = {failure["itemIdentifier"] for failure in failures}
    except (ValueError, AttributeError, KeyError, TypeError):
        return 0
    positions = {sequence_number(record): index for index, record in enumerate(records)}
    return min((positions.get(identifier, 0) for identifier in identifiers), default=None)


def after_failure(batch: Batch, failed_at: int, mapping: StreamMapping) -> list[Batch]:
    """What to try next. A split is no retry, so a bad record does not use up the retries of its batch."""
    rest = batch.records[failed_at:]
    if mapping.bisect_on_error and failed_at:
        return [Batch(rest, batch.retries)]
    if mapping.bisect_on_error and len(rest) > 1:
        middle = len(rest) // 2
        return [Batch(rest[:middle], batch.retries), Batch(rest[middle:], batch.retries)]
    return [Batch(rest, batch.retries + 1)]


def retry_seconds(retries: int) -> float:
    """The pause before the next attempt: doubling, and short, as nobody waits for minutes at a desk."""
    return float(min(FIRST_RETRY_SECONDS * 2 ** min(retries, 16), LONGEST_RETRY_SECONDS))


def failure_record(
    mapping: StreamMapping, shard: Shard, batch: Batch, condition: str, now: float
) -> dict[str, Any]:
    """The metadata that Lambda sends to an on-failure destination; it has no record contents."""
    records = batch.records
    return {
        "requestContext": {
            "requestId": str(uuid.uuid4()),
            "functionArn": function_arn(mapping.function),
            "condition": condition,
            "approximateInvokeCount": batch.retries,
        },
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "version": "1.0",
        "timestamp": _timestamp(now),
        "DDBStreamBatchInfo": {
            "shardId": shard.shard_id,
            "startSequenceNumber": sequence_number(records[0]),
            "endSequenceNumber": sequence_number(records[-1]),
            "approximateArrivalOfFirstRecord": _timestamp(created_at(records[0])),
            "approximateArrivalOfLastRecord": _timestamp(created_at(records[-1])),
            "batchSize": len(records),
            "streamArn": shard.stream_arn,
        },
    }


def _timestamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
