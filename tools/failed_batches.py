"""Batches that the stream function gave up: messages hold their place in the stream, not their records."""

from __future__ import annotations

import json
from collections.abc import Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from botocore.exceptions import ClientError

from parity.store import keys

if TYPE_CHECKING:
    from mypy_boto3_dynamodbstreams import DynamoDBStreamsClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef

WAIT_SECONDS = 2
"""How long one request waits for messages: asked without, a queue may leave some out."""

HIDDEN_SECONDS = 3600
"""How long no other replay gets a message; it comes back at once when this one ends."""

GONE = {"TrimmedDataAccessException", "ResourceNotFoundException"}


class RecordsAreGoneError(Exception):
    """The stream does not have the records any more."""


class Failures:
    """The messages of the queue, each once. Those that were not deleted are there again at the end."""

    def __init__(self, sqs: SQSClient, url: str) -> None:
        self._sqs = sqs
        self._url = url
        self._kept: dict[str, str] = {}

    def __iter__(self) -> Iterator[MessageTypeDef]:
        while messages := self._receive():
            self._kept |= {message["MessageId"]: message["ReceiptHandle"] for message in messages}
            yield from messages

    def delete(self, message: MessageTypeDef) -> None:
        del self._kept[message["MessageId"]]
        self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for handle in self._kept.values():
            self._sqs.change_message_visibility(QueueUrl=self._url, ReceiptHandle=handle, VisibilityTimeout=0)

    def _receive(self) -> list[MessageTypeDef]:
        answer = self._sqs.receive_message(
            QueueUrl=self._url,
            MaxNumberOfMessages=10,
            WaitTimeSeconds=WAIT_SECONDS,
            VisibilityTimeout=HIDDEN_SECONDS,
        )
        return answer.get("Messages", [])


def customers_of(streams: DynamoDBStreamsClient, body: str) -> list[str]:
    """The customers that a batch's records are about.

    Raises RecordsAreGoneError; KeyError, TypeError or ValueError for a body that names no batch.
    """
    batch = json.loads(body)["DDBStreamBatchInfo"]
    shard, first, last = (batch[name] for name in ("shardId", "startSequenceNumber", "endSequenceNumber"))
    try:
        keys_read = list(_keys_between(streams, batch["streamArn"], shard, first, last))
    except ClientError as error:
        if error.response["Error"]["Code"] not in GONE:
            raise
        raise RecordsAreGoneError(f"Batch {first} of {shard}") from error
    return list(dict.fromkeys(keys.customer_of(key) for key in keys_read if keys.is_customer(key)))


def _keys_between(
    streams: DynamoDBStreamsClient, arn: str, shard: str, first: str, last: str
) -> Iterator[str]:
    """The partition keys of the records from the first to the last, as the stream has them now."""
    iterator = streams.get_shard_iterator(
        StreamArn=arn, ShardId=shard, ShardIteratorType="AT_SEQUENCE_NUMBER", SequenceNumber=first
    ).get("ShardIterator")
    while iterator:
        answer = streams.get_records(ShardIterator=iterator)
        for record in answer["Records"]:
            changed: Any = record["dynamodb"]
            if int(changed["SequenceNumber"]) > int(last):
                return
            yield changed["Keys"]["PK"]["S"]
            if changed["SequenceNumber"] == last:
                return
        iterator = answer.get("NextShardIterator")
