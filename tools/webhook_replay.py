"""Dead letters of webhooks: each goes back to the queue that it came from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tools.failed_batches import FailureQueue

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef


@dataclass(frozen=True, slots=True)
class WebhookReplay:
    """Sending a message twice does no harm: what was delivered is in the log of webhooks."""

    sqs: SQSClient
    say: Callable[[str], None]

    def return_messages(self, failures_url: str, queue_url: str, what: str) -> None:
        with FailureQueue(self.sqs, failures_url) as failures:
            returned = sum(self._return(failures, message, queue_url) for message in failures)
        self.say(f"{returned} {what} went back to their queue.")

    def _return(self, failures: FailureQueue, message: MessageTypeDef, queue_url: str) -> bool:
        self.sqs.send_message(QueueUrl=queue_url, MessageBody=message["Body"], **_group_of(message))
        failures.delete(message)
        return True


def _group_of(message: MessageTypeDef) -> dict[str, Any]:
    """The group of a message of a FIFO queue, with a new id: its old one may still be recognised there."""
    group = message.get("Attributes", {}).get("MessageGroupId")
    return {"MessageGroupId": group, "MessageDeduplicationId": message["MessageId"]} if group else {}
