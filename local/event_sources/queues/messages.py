"""Messages of a queue: the event that a function gets, and the batch response that it returns."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from local.event_sources.batch_responses import parse_failed_identifiers
from local.model import ACCOUNT_ID, REGION

Message = Mapping[str, Any]
"""A message as ReceiveMessage returns it."""


def to_event(messages: Iterable[Message], queue: str) -> dict[str, Any]:
    return {"Records": [_to_record(message, queue) for message in messages]}


def _to_record(message: Message, queue: str) -> dict[str, Any]:
    attributes = message.get("MessageAttributes") or {}
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": dict(message.get("Attributes") or {}),
        "messageAttributes": {name: _to_attribute(value) for name, value in attributes.items()},
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:{REGION}:{ACCOUNT_ID}:{queue}",
        "awsRegion": REGION,
    }


def _to_attribute(value: Mapping[str, Any]) -> dict[str, Any]:
    fields: dict[str, Any] = {"stringListValues": [], "binaryListValues": [], "dataType": value["DataType"]}
    if "BinaryValue" in value:
        return {"binaryValue": base64.b64encode(value["BinaryValue"]).decode("ascii"), **fields}
    return {"stringValue": value["StringValue"], **fields}


def delivered_messages(answer: bytes, messages: Sequence[Message]) -> list[Message]:
    """The messages that a partial batch response does not name as failed.

    The whole batch has failed, as in Lambda, when the response cannot be read or names an unknown message.
    """
    failed = parse_failed_identifiers(answer)
    if failed is None or not failed <= {message["MessageId"] for message in messages}:
        return []
    return [message for message in messages if message["MessageId"] not in failed]
