"""Dead-lettered batches of a stream: a message has a batch's place in the stream, not its records."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_dynamodbstreams import DynamoDBStreamsClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef

Record = Mapping[str, Any]

WAIT_SECONDS = 2
"""How long one request waits for messages. A request that does not wait may miss some."""

HIDDEN_SECONDS = 3600
"""How long a message is hidden from other replays. It becomes visible again when this replay ends."""

GONE = {"TrimmedDataAccessException", "ResourceNotFoundException"}


class RecordsAreGoneError(Exception):
    """The stream does not have the records any more."""


class FailureQueue:
    """The messages of a queue, each once. Those that were not deleted are visible again at the end."""

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
            AttributeNames=["All"],
            WaitTimeSeconds=WAIT_SECONDS,
            VisibilityTimeout=HIDDEN_SECONDS,
        )
        return answer.get("Messages", [])


@dataclass(frozen=True, slots=True)
class FailedBatches:
    """The batches in a queue. `if_gone` is printed when a batch's records are gone: what to do instead."""

    failures: FailureQueue
    streams: DynamoDBStreamsClient
    say: Callable[[str], None]
    if_gone: str

    def process(self, process_records: Callable[[list[Record]], bool]) -> int:
        """Processes each batch and returns how many could not be read.

        `process_records` returns whether it succeeded; then the batch is deleted from the queue.
        """
        read = [self._process(message, process_records) for message in self.failures]
        self.say(f"{len(read)} failed batches were in the queue.")
        return read.count(False)

    def _process(self, message: MessageTypeDef, process_records: Callable[[list[Record]], bool]) -> bool:
        """Whether the batch's records could be read."""
        try:
            records = read_records(self.streams, message["Body"])
        except RecordsAreGoneError as gone:
            self.say(f"{gone}. {self.if_gone}")
        except (ValueError, KeyError, TypeError):
            self.say("A message in the queue describes no batch of a stream; it stays.")
        else:
            if process_records(records):
                self.failures.delete(message)
            return True
        return False


def read_records(streams: DynamoDBStreamsClient, body: str) -> list[Record]:
    """The records of a batch as Lambda gives them, including those that the function's filter leaves out.

    Raises RecordsAreGoneError, and KeyError, TypeError or ValueError if the body describes no batch.
    """
    batch = json.loads(body)["DDBStreamBatchInfo"]
    shard, first, last = (batch[name] for name in ("shardId", "startSequenceNumber", "endSequenceNumber"))
    try:
        return list(_records_between(streams, batch["streamArn"], shard, first, last))
    except ClientError as error:
        if error.response["Error"]["Code"] not in GONE:
            raise
        since = batch.get("approximateArrivalOfFirstRecord", "a day ago or more")
        raise RecordsAreGoneError(f"Batch {first} of {shard}, written {since}") from error


def _records_between(
    streams: DynamoDBStreamsClient, arn: str, shard: str, first: str, last: str
) -> Iterator[Record]:
    iterator = streams.get_shard_iterator(
        StreamArn=arn, ShardId=shard, ShardIteratorType="AT_SEQUENCE_NUMBER", SequenceNumber=first
    ).get("ShardIterator")
    while iterator:
        answer = streams.get_records(ShardIterator=iterator)
        for record in answer["Records"]:
            number = record["dynamodb"]["SequenceNumber"]
            if int(number) > int(last):
                return
            yield {**record, "eventSourceARN": arn}
            if number == last:
                return
        iterator = answer.get("NextShardIterator")
