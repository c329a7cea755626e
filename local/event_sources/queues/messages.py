"""Messages as Lambda hands them to a function, and what the function says of them."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from local.model import ACCOUNT_ID, REGION

Message = Mapping[str, Any]
"""A message as ReceiveMessage gives it."""


def to_event(messages: Iterable[Message], queue: str) -> dict[str, Any]:
    """The event that a function gets for a batch."""
    return {"Records": [_record(message, queue) for message in messages]}


def _record(message: Message, queue: str) -> dict[str, Any]:
    attributes = message.get("MessageAttributes") or {}
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": dict(message.get("Attributes") or {}),
        "messageAttributes": {name: _attribute(value) for name, value in attributes.items()},
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:{REGION}:{ACCOUNT_ID}:{queue}",
        "awsRegion": REGION,
    }


def _attribute(value: Mapping[str, Any]) -> dict[str, Any]:
    fields: dict[str, Any] = {"stringListValues": [], "binaryListValues": [], "dataType": value["DataType"]}
    if "BinaryValue" in value:
        return {"binaryValue": base64.b64encode(value["BinaryValue"]).decode("ascii"), **fields}
    return {"stringValue": value["StringValue"], **fields}


def settled(answer: bytes, messages: Sequence[Message]) -> list[Message]:
    """The messages that a partial batch response does not name.

    None of them when Lambda cannot make sense of it: an empty, missing or unknown identifier.
    """
    known = {message["MessageId"] for message in messages}
    try:
        response = json.loads(answer or b"null") or {}
        failed = {failure["itemIdentifier"] for failure in response.get("batchItemFailures") or ()}
    except (ValueError, AttributeError, KeyError, TypeError):
        return []
    if not failed <= known:
        return []
    return [message for message in messages if message["MessageId"] not in failed]
