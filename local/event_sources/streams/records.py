"""Stream records as Lambda hands them to a function."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

Value = Any

PAYLOAD_LIMIT_BYTES = 6_000_000
"""Lambda's limit for an event is 6 MiB; the rest is for what surrounds the records."""


def to_event(record: Mapping[str, Any], stream_arn: str, region: str) -> dict[str, Any]:
    """A record of GetRecords as `event["Records"]` has it: times are epoch seconds, binaries base64."""
    event: dict[str, Any] = {
        "eventID": record["eventID"],
        "eventName": record["eventName"],
        "eventVersion": record.get("eventVersion", "1.1"),
        "eventSource": "aws:dynamodb",
        "awsRegion": record.get("awsRegion") or region,
        "dynamodb": _as_json(record["dynamodb"]),
        "eventSourceARN": stream_arn,
    }
    if identity := record.get("userIdentity"):
        event["userIdentity"] = {"type": identity["Type"], "principalId": identity["PrincipalId"]}
    return event


def sequence_number(record: Mapping[str, Any]) -> str:
    return str(record["dynamodb"]["SequenceNumber"])


def created_at(record: Mapping[str, Any]) -> float:
    """When the change was made, in epoch seconds."""
    return float(record["dynamodb"]["ApproximateCreationDateTime"])


def take_batch(records: list[dict[str, Any]], batch_size: int) -> list[dict[str, Any]]:
    """The first records that fit one invocation, at least one."""
    size = 0
    for index, record in enumerate(records[:batch_size]):
        size += len(json.dumps(record, ensure_ascii=False).encode())
        if size > PAYLOAD_LIMIT_BYTES and index:
            return records[:index]
    return records[:batch_size]


def _as_json(value: Value) -> Value:
    match value:
        case Mapping():
            return {key: _as_json(part) for key, part in value.items()}
        case list() | tuple() | set():
            return [_as_json(part) for part in value]
        case bytes():
            return base64.b64encode(value).decode()
        case datetime():
            seconds = value.timestamp()
            return int(seconds) if seconds.is_integer() else seconds
        case _:
            return value
