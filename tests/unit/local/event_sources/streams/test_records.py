from __future__ import annotations

import json
from datetime import UTC, datetime

from local.event_sources.streams.records import take_batch, to_event_record

ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/t/stream/2026"


def test_a_record_has_lambdas_form() -> None:
    created = datetime(2026, 1, 1, tzinfo=UTC)
    event = to_event_record(
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


def test_a_batch_is_what_fits_one_invocation() -> None:
    large = [{"number": number, "text": "x" * 2_500_000} for number in range(4)]
    assert take_batch(large, 10) == large[:2]
    assert take_batch(large, 1) == large[:1]
    assert take_batch([{"text": "x" * 9_000_000}], 10) != []
    assert take_batch(large[:2], 10) == large[:2]
