"""Polls one queue and invokes a function with its messages, as many at once as the mapping allows."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from botocore.exceptions import BotoCoreError, ClientError

from local.event_sources.queues.messages import Message, settled, to_event
from local.event_sources.queues.sqs import SqsClient
from local.model import FunctionError, Invoke, QueueMapping
from local.stack.names import queue_url

MOST_AT_ONCE = 5
"""Invocations at once without a lower limit of the template's, which is also where Lambda starts."""

WAIT_SECONDS = 1
"""How long one request waits for messages, and so how long stopping may take."""

AFTER_TROUBLE_SECONDS = 1.0

_PER_REQUEST = 10
_FULL_BYTES = 4_000_000
"""A batch of this size grows no more: what one request can add would pass Lambda's limit for an event."""


class QueuePoller:
    """Delivers the messages of one mapping's queue from `start` to `stop`.

    A message whose function failed is left alone: it comes back when its visibility timeout is over, and the
    queue itself moves it to its dead-letter queue after enough receives.
    """

    def __init__(
        self, mapping: QueueMapping, client: SqsClient, *, invoke: Invoke, report: Callable[[str], None]
    ) -> None:
        self.mapping = mapping
        self._client = client
        self._invoke = invoke
        self._report = report
        self._url = queue_url(mapping.queue)
        limit = min(mapping.maximum_concurrency or MOST_AT_ONCE, MOST_AT_ONCE)
        self._places = threading.Semaphore(limit)
        self._workers = ThreadPoolExecutor(limit, thread_name_prefix=f"queue-{mapping.name}")
        self._stopping = threading.Event()
        self._in_trouble = False
        self._thread = threading.Thread(target=self._run, name=f"queue-{mapping.name}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def request_stop(self) -> None:
        self._stopping.set()

    def stop(self) -> None:
        """Wait for what is being delivered."""
        self.request_stop()
        self._thread.join()
        self._workers.shutdown()

    def deliver(self, messages: Sequence[Message]) -> None:
        """Invoke the function with a batch and delete what it has settled."""
        try:
            answer = self._invoke(self.mapping.function, to_event(messages, self.mapping.queue))
        except FunctionError:
            return
        done = settled(answer, messages) if self.mapping.report_batch_item_failures else messages
        try:
            self._delete(done)
        except (ClientError, BotoCoreError) as error:
            self._report_trouble(error)

    def gather(self) -> list[Message]:
        """The next batch: what one request gives, or more of it until the batching window is over."""
        batch = self._receive(self.mapping.batch_size)
        deadline = time.monotonic() + self.mapping.batching_window_seconds
        while batch and self._may_grow(batch) and time.monotonic() < deadline:
            batch += self._receive(self.mapping.batch_size - len(batch))
        return batch

    def _run(self) -> None:
        while not self._stopping.is_set():
            if self._places.acquire(timeout=WAIT_SECONDS):
                self._deliver_next()

    def _deliver_next(self) -> None:
        try:
            batch = self.gather()
        except (ClientError, BotoCoreError) as error:
            self._report_trouble(error)
            self._stopping.wait(AFTER_TROUBLE_SECONDS)
            batch = []
        if batch:
            self._workers.submit(self.deliver, batch).add_done_callback(lambda _: self._places.release())
        else:
            self._places.release()

    def _may_grow(self, batch: Sequence[Message]) -> bool:
        size = sum(len(message["Body"].encode()) for message in batch)
        return len(batch) < self.mapping.batch_size and size < _FULL_BYTES and not self._stopping.is_set()

    def _receive(self, most: int) -> list[Message]:
        answer = self._client.receive_message(
            QueueUrl=self._url,
            MaxNumberOfMessages=min(most, _PER_REQUEST),
            WaitTimeSeconds=WAIT_SECONDS,
            AttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        self._in_trouble = False
        return list(answer.get("Messages") or ())

    def _delete(self, messages: Sequence[Message]) -> None:
        for start in range(0, len(messages), _PER_REQUEST):
            entries = [
                {"Id": str(index), "ReceiptHandle": message["ReceiptHandle"]}
                for index, message in enumerate(messages[start : start + _PER_REQUEST])
            ]
            self._client.delete_message_batch(QueueUrl=self._url, Entries=entries)

    def _report_trouble(self, error: Exception) -> None:
        if not self._in_trouble and not self._stopping.is_set():
            self._report(f"{self.mapping.name} cannot read the queue {self.mapping.queue}: {error}")
        self._in_trouble = True
