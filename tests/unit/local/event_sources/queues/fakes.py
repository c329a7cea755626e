"""A queue in memory, and messages for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

from local.model import QueueMapping

QUEUE_URL = "https://sqs.us-east-1.amazonaws.com/000000000000/deliveries"
MAPPING = QueueMapping("Deliver", "deliveries", "deliver", report_batch_item_failures=True)


def message(number: int, body: str = "{}") -> dict[str, Any]:
    return {
        "MessageId": f"m{number}",
        "ReceiptHandle": f"r{number}",
        "Body": body,
        "MD5OfBody": "99914b932bd37a50b983c5e7c90ae93b",
        "Attributes": {"ApproximateReceiveCount": "1"},
    }


@dataclass
class FakeSqs:
    """Returns messages of `waiting`, as many as a request asks for; raises `outage` if that is set."""

    waiting: list[dict[str, Any]] = field(default_factory=list)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    hidden: int = 0
    outage: Exception | None = None

    def create_queue(self, **kwargs: object) -> dict[str, Any]:
        self.calls.append(("create", kwargs))
        return {}

    def set_queue_attributes(self, **kwargs: object) -> None:
        self.calls.append(("set", kwargs))

    def send_message(self, **kwargs: object) -> None:
        self.calls.append(("send", kwargs))

    def get_queue_attributes(self, **kwargs: object) -> dict[str, Any]:
        if self.outage:
            raise self.outage
        names = cast("list[str]", kwargs["AttributeNames"])
        found = {
            "ApproximateNumberOfMessages": len(self.waiting),
            "ApproximateNumberOfMessagesNotVisible": self.hidden,
        }
        return {"Attributes": {name: str(found[name]) for name in names}}

    def receive_message(self, **kwargs: object) -> dict[str, Any]:
        self.calls.append(("receive", kwargs))
        if self.outage:
            raise self.outage
        count = cast("int", kwargs["MaxNumberOfMessages"])
        received, self.waiting = self.waiting[:count], self.waiting[count:]
        return {"Messages": received} if received else {}

    def delete_message_batch(self, **kwargs: object) -> dict[str, Any]:
        entries = cast("list[dict[str, str]]", kwargs["Entries"])
        assert len({entry["Id"] for entry in entries}) == len(entries) <= 10
        self.deleted += [entry["ReceiptHandle"] for entry in entries]
        return {}
