"""Stream records: the form that a function gets, and how many of them fit one invocation."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

Value = Any

PAYLOAD_LIMIT_BYTES = 6_000_000
"""Lambda's limit for an event is 6 MiB. The rest is for what the event has around the records."""


def to_event_record(record: Mapping[str, Any], stream_arn: str, region: str) -> dict[str, Any]:
    """A record of GetRecords as in `event["Records"]`: times as epoch seconds, binaries as base64."""
    event: dict[str, Any] = {
        "eventID": record["eventID"],
        "eventName": record["eventName"],
        "eventVersion": record.get("eventVersion", "1.1"),
        "eventSource": "aws:dynamodb",
        "awsRegion": record.get("awsRegion") or region,
        "dynamodb": _to_json(record["dynamodb"]),
        "eventSourceARN": stream_arn,
    }
    if identity := record.get("userIdentity"):
        event["userIdentity"] = {"type": identity["Type"], "principalId": identity["PrincipalId"]}
    return event


def sequence_number(record: Mapping[str, Any]) -> str:
    return str(record["dynamodb"]["SequenceNumber"])


def created_at(record: Mapping[str, Any]) -> float:
    """When the item was written, in epoch seconds."""
    return float(record["dynamodb"]["ApproximateCreationDateTime"])


def take_batch(records: list[dict[str, Any]], batch_size: int) -> list[dict[str, Any]]:
    """The first records that fit one invocation: at least one, at most `batch_size`."""
    size = 0
    for index, record in enumerate(records[:batch_size]):
        size += len(json.dumps(record, ensure_ascii=False).encode())
        if size > PAYLOAD_LIMIT_BYTES and index:
            return records[:index]
    return records[:batch_size]


def _to_json(value: Value) -> Value:
    match value:
        case Mapping():
            return {key: _to_json(part) for key, part in value.items()}
        case list() | tuple() | set():
            return [_to_json(part) for part in value]
        case bytes():
            return base64.b64encode(value).decode()
        case datetime():
            seconds = value.timestamp()
            return int(seconds) if seconds.is_integer() else seconds
        case _:
            return value
