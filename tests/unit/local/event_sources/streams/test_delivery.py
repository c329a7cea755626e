from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from local.event_sources.streams.delivery import Delivery, Shard, first_failure, retry_seconds
from local.event_sources.streams.records import take_batch, to_event
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


class Shop:
    """A function and everything around a delivery, all in memory."""

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
            settled=self.settled.append,
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
    def given_up(self) -> list[tuple[str, str, str]]:
        """Condition, first and last sequence number."""
        return [
            (
                entry["requestContext"]["condition"],
                entry["DDBStreamBatchInfo"]["startSequenceNumber"],
                entry["DDBStreamBatchInfo"]["endSequenceNumber"],
            )
            for entry in self.discarded
        ]


def poison(*bad: str) -> Answer:
    """A function that raises when one of these is in its batch."""

    def answer(numbers: list[str]) -> None:
        if set(bad) & set(numbers):
            raise FunctionError("recompute-function", "ValueError", "poison")

    return answer


def reporting(*bad: str) -> Answer:
    """A function that does the rest of the batch and names the first bad record."""

    def answer(numbers: list[str]) -> dict[str, Any]:
        return {"batchItemFailures": [{"itemIdentifier": number} for number in numbers if number in bad][:1]}

    return answer


def test_a_batch_that_succeeds_is_settled() -> None:
    shop = Shop(MAPPING, lambda numbers: None)
    assert shop.delivery.deliver(records(1, 2, 3))
    assert shop.batches == [["001", "002", "003"]]
    assert shop.settled == ["003"]
    assert shop.pauses == []


def test_a_failed_batch_is_retried_as_a_whole_until_it_succeeds() -> None:
    attempts = iter([True, True, False])

    def answer(numbers: list[str]) -> None:
        if next(attempts):
            raise FunctionError("f", "ValueError", "not yet")

    shop = Shop(MAPPING, answer)
    assert shop.delivery.deliver(records(1, 2))
    assert shop.batches == [["001", "002"]] * 3
    assert shop.settled == ["002"]
    assert shop.pauses == [retry_seconds(1), retry_seconds(2)]


def test_retries_run_out_and_the_batch_goes_to_the_destination() -> None:
    shop = Shop(replace(MAPPING, maximum_retry_attempts=2), poison("001"))
    assert shop.delivery.deliver(records(1, 2))
    assert len(shop.batches) == 3
    assert shop.given_up == [("RetryAttemptsExhausted", "001", "002")]
    assert shop.settled == ["002"]


def test_no_retries_means_one_attempt() -> None:
    shop = Shop(replace(MAPPING, maximum_retry_attempts=0), poison("001"))
    assert shop.delivery.deliver(records(1))
    assert len(shop.batches) == 1
    assert len(shop.discarded) == 1


def test_the_destination_gets_lambdas_metadata_and_no_contents() -> None:
    shop = Shop(replace(MAPPING, maximum_retry_attempts=1), poison("001"))
    shop.delivery.deliver(records(1, 2))
    (entry,) = shop.discarded
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
    shop = Shop(replace(MAPPING, bisect_on_error=True, maximum_retry_attempts=1), poison("003"))
    assert shop.delivery.deliver(records(1, 2, 3, 4))
    assert shop.batches == [
        ["001", "002", "003", "004"],
        ["001", "002"],
        ["003", "004"],
        ["003"],
        ["003"],
        ["004"],
    ]
    assert shop.given_up == [("RetryAttemptsExhausted", "003", "003")]
    assert shop.settled == ["002", "003", "004"]


def test_a_reported_record_is_where_the_next_attempt_begins() -> None:
    shop = Shop(replace(MAPPING, report_batch_item_failures=True, maximum_retry_attempts=1), reporting("002"))
    assert shop.delivery.deliver(records(1, 2, 3))
    assert shop.batches == [["001", "002", "003"], ["002", "003"]]
    assert shop.given_up == [("RetryAttemptsExhausted", "002", "003")]
    assert shop.settled == ["001", "003"]


def test_reporting_and_bisecting_lose_only_the_bad_record() -> None:
    mapping = replace(
        MAPPING, report_batch_item_failures=True, bisect_on_error=True, maximum_retry_attempts=0
    )
    shop = Shop(mapping, reporting("002"))
    assert shop.delivery.deliver(records(1, 2, 3, 4))
    assert shop.given_up == [("RetryAttemptsExhausted", "002", "002")]
    assert shop.batches[-1] == ["003", "004"]
    assert shop.settled == ["001", "002", "004"]


def test_what_a_function_reports_is_ignored_unless_the_mapping_asks_for_it() -> None:
    shop = Shop(MAPPING, reporting("001"))
    assert shop.delivery.deliver(records(1))
    assert len(shop.batches) == 1


def test_records_that_are_too_old_are_given_up_and_the_rest_delivered() -> None:
    shop = Shop(replace(MAPPING, maximum_record_age_seconds=60), lambda numbers: None)
    assert shop.delivery.deliver([record(1, 90), record(2, 61), record(3, 60)])
    assert shop.batches == [["003"]]
    assert shop.given_up == [("RecordAgeExceeded", "001", "002")]


def test_a_failing_batch_waits_no_longer_once_its_records_are_too_old() -> None:
    shop = Shop(replace(MAPPING, maximum_record_age_seconds=60), poison("001"))
    shop.delivery._now = iter([NOW, NOW + 30, NOW + 61, NOW + 61]).__next__
    assert shop.delivery.deliver(records(1))
    assert len(shop.batches) == 2
    assert shop.given_up == [("RecordAgeExceeded", "001", "001")]


def test_a_stop_leaves_what_is_not_settled() -> None:
    shop = Shop(replace(MAPPING, maximum_retry_attempts=0), poison("001"))
    shop.stopping = True
    assert not shop.delivery.deliver(records(1, 2))
    assert shop.settled == []
    assert shop.discarded == []


def test_pauses_double_and_stay_short() -> None:
    pauses = [retry_seconds(retries) for retries in range(20)]
    assert pauses[1] == 2 * pauses[0]
    assert pauses == sorted(pauses)
    assert pauses[-1] == 5.0


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("", None),
        ("null", None),
        ("{}", None),
        ('{"batchItemFailures": null}', None),
        ('{"batchItemFailures": []}', None),
        ('{"batchItemFailures": [{"itemIdentifier": "003"}, {"itemIdentifier": "002"}]}', 1),
        ('{"batchItemFailures": [{"itemIdentifier": "003"}, {"itemIdentifier": "999"}]}', 0),
        ('{"batchItemFailures": [{"itemIdentifier": ""}]}', 0),
        ('{"batchItemFailures": [{"itemIdentifier": null}]}', 0),
        ('{"batchItemFailures": [{"itemIdentifier": {}}]}', 0),
        ('{"batchItemFailures": [{"id": "002"}]}', 0),
        ('{"batchItemFailures": ["002"]}', 0),
        ('"done"', 0),
        ("[1]", 0),
    ],
)
def test_partial_batch_responses_are_read_as_lambda_reads_them(answer: str, expected: int | None) -> None:
    assert first_failure(answer.encode(), records(1, 2, 3)) == expected


def test_a_record_has_lambdas_shape() -> None:
    created = datetime(2026, 1, 1, tzinfo=UTC)
    event = to_event(
        {
            "eventID": "1",
            "eventName": "REMOVE",
            "eventVersion": "1.1",
            "awsRegion": "",
            "userIdentity": {"PrincipalId": "dynamodb.amazonaws.com", "Type": "Service"},
            "dynamodb": {
                "ApproximateCreationDateTime": created,
                "Keys": {"PK": {"S": "a"}},
                "OldImage": {
                    "blob": {"B": b"\x00\xff"},
                    "blobs": {"BS": [b"a"]},
                    "list": {"L": [{"N": "1"}]},
                },
                "SequenceNumber": "1",
                "SizeBytes": 3,
                "StreamViewType": "NEW_AND_OLD_IMAGES",
            },
        },
        ARN,
        "us-east-1",
    )
    assert event == {
        "eventID": "1",
        "eventName": "REMOVE",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "us-east-1",
        "eventSourceARN": ARN,
        "userIdentity": {"type": "Service", "principalId": "dynamodb.amazonaws.com"},
        "dynamodb": {
            "ApproximateCreationDateTime": int(created.timestamp()),
            "Keys": {"PK": {"S": "a"}},
            "OldImage": {"blob": {"B": "AP8="}, "blobs": {"BS": ["YQ=="]}, "list": {"L": [{"N": "1"}]}},
            "SequenceNumber": "1",
            "SizeBytes": 3,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
    }
    assert json.loads(json.dumps(event)) == event


def test_a_batch_holds_what_fits_one_invocation() -> None:
    large = [{**record(number), "text": "x" * 2_500_000} for number in range(4)]
    assert take_batch(large, 10) == large[:2]
    assert take_batch(large, 1) == large[:1]
    assert take_batch([{**record(1), "text": "x" * 9_000_000}], 10) != []
    assert take_batch(records(1, 2), 10) == records(1, 2)
