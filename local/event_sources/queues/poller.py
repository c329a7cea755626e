"""Polls one queue and invokes a function with batches of its messages."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from botocore.exceptions import BotoCoreError, ClientError

from local.event_sources.outages import OutageReport
from local.event_sources.queues.messages import Message, delivered_messages, to_event
from local.event_sources.queues.sqs import SqsClient
from local.model import FunctionError, Invoke, QueueMapping
from local.stack.names import queue_url

USUAL_CONCURRENCY = 5
"""Lambda starts with as many concurrent invocations."""

MAX_CONCURRENCY = 20
"""What the template can raise it to: each is a process on this machine."""

WAIT_SECONDS = 1
"""How long one request waits for messages, and so how long stopping may take."""

OUTAGE_PAUSE_SECONDS = 1.0

_MAX_PER_REQUEST = 10
_FULL_BYTES = 4_000_000
"""A batch of this size is full: ten more messages could exceed Lambda's limit of 6 MiB for an event."""


class QueuePoller:
    """Delivers the messages of one mapping's queue from `start` to `stop`.

    The messages of a failed batch stay in the queue and are visible again after their visibility timeout. The
    queue itself moves a message to its dead-letter queue when it has been received too often.
    """

    def __init__(
        self, mapping: QueueMapping, client: SqsClient, *, invoke: Invoke, report: Callable[[str], None]
    ) -> None:
        self.mapping = mapping
        self._client = client
        self._invoke = invoke
        self._url = queue_url(mapping.queue)
        limit = min(mapping.maximum_concurrency or USUAL_CONCURRENCY, MAX_CONCURRENCY)
        self._free_slots = threading.Semaphore(limit)
        self._workers = ThreadPoolExecutor(limit, thread_name_prefix=f"queue-{mapping.name}")
        self._undelivered: set[str] = set()
        self._stopping = threading.Event()
        self._outage = OutageReport(
            f"{mapping.name} cannot read the queue {mapping.queue}", report, self._stopping
        )
        self._thread = threading.Thread(target=self._run, name=f"queue-{mapping.name}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def request_stop(self) -> None:
        self._stopping.set()

    def is_idle_since(self, moment: float) -> bool:  # noqa: ARG002 - a queue is asked, whatever the moment
        """Whether the queue holds only messages that failed and are hidden until they are tried again.

        An engine that does not answer has nothing to deliver.
        """
        visible, hidden = "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"
        try:
            answer = self._client.get_queue_attributes(QueueUrl=self._url, AttributeNames=[visible, hidden])
        except (ClientError, BotoCoreError):
            return True
        found = answer["Attributes"]
        return int(found[visible]) == 0 and int(found[hidden]) <= len(self._undelivered)

    def stop(self) -> None:
        """Stop after the batches that are being delivered."""
        self.request_stop()
        self._thread.join()
        self._workers.shutdown()

    def deliver(self, messages: Sequence[Message]) -> None:
        """Invoke the function with a batch, and delete the messages that it has processed."""
        self._undelivered.update(message["MessageId"] for message in messages)
        try:
            answer = self._invoke(self.mapping.function, to_event(messages, self.mapping.queue))
        except FunctionError:
            return
        if self.mapping.report_batch_item_failures:
            messages = delivered_messages(answer, messages)
        self._undelivered.difference_update(message["MessageId"] for message in messages)
        try:
            self._delete(messages)
        except (ClientError, BotoCoreError) as error:
            self._outage.begin(error)

    def gather_batch(self) -> list[Message]:
        """The messages of one request, or those of several until the batching window is over."""
        batch = self._receive(self.mapping.batch_size)
        deadline = time.monotonic() + self.mapping.batching_window_seconds
        while batch and self._may_grow(batch) and time.monotonic() < deadline:
            batch += self._receive(self.mapping.batch_size - len(batch))
        return batch

    def _run(self) -> None:
        while not self._stopping.is_set():
            if self._free_slots.acquire(timeout=WAIT_SECONDS):
                self._deliver_next()

    def _deliver_next(self) -> None:
        try:
            batch = self.gather_batch()
        except (ClientError, BotoCoreError) as error:
            self._outage.begin(error)
            self._stopping.wait(OUTAGE_PAUSE_SECONDS)
            batch = []
        if batch:
            self._workers.submit(self.deliver, batch).add_done_callback(lambda _: self._free_slots.release())
        else:
            self._free_slots.release()

    def _may_grow(self, batch: Sequence[Message]) -> bool:
        size = sum(len(message["Body"].encode()) for message in batch)
        return len(batch) < self.mapping.batch_size and size < _FULL_BYTES and not self._stopping.is_set()

    def _receive(self, limit: int) -> list[Message]:
        answer = self._client.receive_message(
            QueueUrl=self._url,
            MaxNumberOfMessages=min(limit, _MAX_PER_REQUEST),
            WaitTimeSeconds=WAIT_SECONDS,
            AttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        self._outage.end()
        return list(answer.get("Messages") or ())

    def _delete(self, messages: Sequence[Message]) -> None:
        for start in range(0, len(messages), _MAX_PER_REQUEST):
            entries = [
                {"Id": str(index), "ReceiptHandle": message["ReceiptHandle"]}
                for index, message in enumerate(messages[start : start + _MAX_PER_REQUEST])
            ]
            self._client.delete_message_batch(QueueUrl=self._url, Entries=entries)
