from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from local.event_sources.streams.delivery import Delivery, Shard, first_failed_index, retry_seconds
from local.model import FunctionError, StreamMapping

ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/t/stream/2026"
NOW = 1_000_000.0
MAPPING = StreamMapping("recompute", "t", "recompute-function", on_failure="queue")

Answer = Callable[[list[str]], Any]


def record(number: int, age_seconds: float = 0) -> dict[str, Any]:
    return {
        "eventID": f"event-{number}",
        "dynamodb": {"SequenceNumber": f"{number:03}", "ApproximateCreationDateTime": NOW - age_seconds},
    }


def records(*numbers: int) -> list[dict[str, Any]]:
    return [record(number) for number in numbers]


class Recorder:
    """A delivery to a function that answers with `answer`, and everything that the delivery calls."""

    def __init__(self, mapping: StreamMapping, answer: Answer) -> None:
        self.batches: list[list[str]] = []
        self.discarded: list[dict[str, Any]] = []
        self.settled: list[str] = []
        self.pauses: list[float] = []
        self.stopping = False
        self._answer = answer
        self.delivery = Delivery(
            mapping,
            Shard(ARN, "shard-1"),
            invoke=self._invoke,
            wait=self._wait,
            now=lambda: NOW,
            discard=self.discarded.append,
            settle=self.settled.append,
        )

    def _invoke(self, name: str, event: Mapping[str, Any]) -> bytes:
        assert name == "recompute-function"
        numbers = [entry["dynamodb"]["SequenceNumber"] for entry in event["Records"]]
        self.batches.append(numbers)
        return json.dumps(self._answer(numbers)).encode()

    def _wait(self, seconds: float) -> bool:
        if seconds:
            self.pauses.append(seconds)
        return self.stopping

    @property
    def discarded_batches(self) -> list[tuple[str, str, str]]:
        """The condition, the first and the last sequence number of each."""
        return [
            (
                entry["requestContext"]["condition"],
                entry["DDBStreamBatchInfo"]["startSequenceNumber"],
                entry["DDBStreamBatchInfo"]["endSequenceNumber"],
            )
            for entry in self.discarded
        ]


def fail_on(*bad: str) -> Answer:
    """A function that raises when one of these records is in its batch."""

    def answer(numbers: list[str]) -> None:
        if set(bad) & set(numbers):
            raise FunctionError("recompute-function", "ValueError", "bad record")

    return answer


def report_first_of(*bad: str) -> Answer:
    """A function that processes the other records and names the first of these as failed."""

    def answer(numbers: list[str]) -> dict[str, Any]:
        return {"batchItemFailures": [{"itemIdentifier": number} for number in numbers if number in bad][:1]}

    return answer


def test_a_batch_that_succeeds_is_settled() -> None:
    recorder = Recorder(MAPPING, lambda numbers: None)
    assert recorder.delivery.deliver(records(1, 2, 3))
    assert recorder.batches == [["001", "002", "003"]]
    assert recorder.settled == ["003"]
    assert recorder.pauses == []


def test_a_failed_batch_is_retried_as_a_whole_until_it_succeeds() -> None:
    attempts = iter([True, True, False])

    def answer(numbers: list[str]) -> None:
        if next(attempts):
            raise FunctionError("f", "ValueError", "not yet")

    recorder = Recorder(MAPPING, answer)
    assert recorder.delivery.deliver(records(1, 2))
    assert recorder.batches == [["001", "002"]] * 3
    assert recorder.settled == ["002"]
    assert recorder.pauses == [retry_seconds(1), retry_seconds(2)]


def test_a_batch_without_retries_left_goes_to_the_destination() -> None:
    recorder = Recorder(replace(MAPPING, maximum_retry_attempts=2), fail_on("001"))
    assert recorder.delivery.deliver(records(1, 2))
    assert len(recorder.batches) == 3
    assert recorder.discarded_batches == [("RetryAttemptsExhausted", "001", "002")]
    assert recorder.settled == ["002"]


def test_no_retries_means_one_attempt() -> None:
    recorder = Recorder(replace(MAPPING, maximum_retry_attempts=0), fail_on("001"))
    assert recorder.delivery.deliver(records(1))
    assert len(recorder.batches) == 1
    assert len(recorder.discarded) == 1


def test_a_failure_record_has_lambdas_metadata_and_no_stream_records() -> None:
    recorder = Recorder(replace(MAPPING, maximum_retry_attempts=1), fail_on("001"))
    recorder.delivery.deliver(records(1, 2))
    (entry,) = recorder.discarded
    assert entry["requestContext"]["functionArn"].endswith(":function:recompute-function")
    assert entry["requestContext"]["approximateInvokeCount"] == 2
    assert entry["timestamp"] == "1970-01-12T13:46:40.000Z"
    assert entry["DDBStreamBatchInfo"] == {
        "shardId": "shard-1",
        "startSequenceNumber": "001",
        "endSequenceNumber": "002",
        "approximateArrivalOfFirstRecord": "1970-01-12T13:46:40.000Z",
        "approximateArrivalOfLastRecord": "1970-01-12T13:46:40.000Z",
        "batchSize": 2,
        "streamArn": ARN,
    }


def test_bisecting_isolates_the_bad_record_in_order() -> None:
    recorder = Recorder(replace(MAPPING, bisect_on_error=True, maximum_retry_attempts=1), fail_on("003"))
    assert recorder.delivery.deliver(records(1, 2, 3, 4))
    assert recorder.batches == [
        ["001", "002", "003", "004"],
        ["001", "002"],
        ["003", "004"],
        ["003"],
        ["003"],
        ["004"],
    ]
    assert recorder.discarded_batches == [("RetryAttemptsExhausted", "003", "003")]
    assert recorder.settled == ["002", "003", "004"]


def test_the_next_attempt_begins_at_the_reported_record() -> None:
    mapping = replace(MAPPING, report_batch_item_failures=True, maximum_retry_attempts=1)
    recorder = Recorder(mapping, report_first_of("002"))
    assert recorder.delivery.deliver(records(1, 2, 3))
    assert recorder.batches == [["001", "002", "003"], ["002", "003"]]
    assert recorder.discarded_batches == [("RetryAttemptsExhausted", "002", "003")]
    assert recorder.settled == ["001", "003"]


def test_reporting_and_bisecting_discard_only_the_bad_record() -> None:
    mapping = replace(
        MAPPING, report_batch_item_failures=True, bisect_on_error=True, maximum_retry_attempts=0
    )
    recorder = Recorder(mapping, report_first_of("002"))
    assert recorder.delivery.deliver(records(1, 2, 3, 4))
    assert recorder.discarded_batches == [("RetryAttemptsExhausted", "002", "002")]
    assert recorder.batches[-1] == ["003", "004"]
    assert recorder.settled == ["001", "002", "004"]


def test_a_batch_response_is_ignored_unless_the_mapping_declares_it() -> None:
    recorder = Recorder(MAPPING, report_first_of("001"))
    assert recorder.delivery.deliver(records(1))
    assert len(recorder.batches) == 1


def test_records_that_are_too_old_are_discarded_and_the_rest_delivered() -> None:
    recorder = Recorder(replace(MAPPING, maximum_record_age_seconds=60), lambda numbers: None)
    assert recorder.delivery.deliver([record(1, 90), record(2, 61), record(3, 60)])
    assert recorder.batches == [["003"]]
    assert recorder.discarded_batches == [("RecordAgeExceeded", "001", "002")]


def test_a_failing_batch_is_discarded_once_its_records_are_too_old() -> None:
    recorder = Recorder(replace(MAPPING, maximum_record_age_seconds=60), fail_on("001"))
    recorder.delivery._now = iter([NOW, NOW + 30, NOW + 61, NOW + 61]).__next__
    assert recorder.delivery.deliver(records(1))
    assert len(recorder.batches) == 2
    assert recorder.discarded_batches == [("RecordAgeExceeded", "001", "001")]


def test_a_stop_settles_nothing_more() -> None:
    recorder = Recorder(replace(MAPPING, maximum_retry_attempts=0), fail_on("001"))
    recorder.stopping = True
    assert not recorder.delivery.deliver(records(1, 2))
    assert recorder.settled == []
    assert recorder.discarded == []


def test_pauses_double_and_stay_short() -> None:
    pauses = [retry_seconds(retries) for retries in range(20)]
    assert pauses[1] == 2 * pauses[0]
    assert pauses == sorted(pauses)
    assert pauses[-1] == 5.0


@pytest.mark.parametrize(
    ("failures", "index"),
    [
        ([], None),
        (["003", "002"], 1),
        (["003", "999"], 0),
        ([""], 0),
        ([None], 0),
    ],
)
def test_a_batch_response_names_where_the_next_attempt_begins(
    failures: list[str | None], index: int | None
) -> None:
    answer = json.dumps({"batchItemFailures": [{"itemIdentifier": failure} for failure in failures]})
    assert first_failed_index(answer.encode(), records(1, 2, 3)) == index


def test_the_whole_batch_has_failed_when_the_response_cannot_be_read() -> None:
    assert first_failed_index(b"no json", records(1, 2, 3)) == 0
