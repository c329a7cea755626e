from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from local.event_sources.queues import QueueMappings
from tests.support.engines.processes import wait_until
from tests.unit.local.event_sources.queues.fakes import MAPPING, FakeSqs, message


def test_mappings_deliver_until_they_are_replaced() -> None:
    invoked = []

    def invoke(function: str, event: Mapping[str, Any]) -> bytes:
        invoked.append((function, len(event["Records"])))
        return b"null"

    sqs = FakeSqs([message(1), message(2)])
    mappings = QueueMappings(sqs, invoke, report=lambda sentence: None)
    mappings.replace([replace(MAPPING, batch_size=2)])
    wait_until(lambda: sqs.deleted == ["r1", "r2"])
    mappings.replace([replace(MAPPING, function="other")])
    sqs.waiting = [message(3)]
    wait_until(lambda: sqs.deleted == ["r1", "r2", "r3"])
    mappings.close()
    sqs.waiting = [message(4)]
    assert invoked == [("deliver", 2), ("other", 1)]


def test_a_queue_that_cannot_be_read_is_reported_once_and_read_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("local.event_sources.queues.poller.OUTAGE_PAUSE_SECONDS", 0.01)
    sqs = FakeSqs(outage=EndpointConnectionError(endpoint_url="http://127.0.0.1:1"))
    reported: list[str] = []
    mappings = QueueMappings(sqs, lambda *_: b"null", report=reported.append)
    mappings.replace([MAPPING])
    wait_until(lambda: len(sqs.calls) >= 3)
    sqs.waiting, sqs.outage = [message(1)], None
    wait_until(lambda: sqs.deleted == ["r1"])
    mappings.close()
    (sentence,) = reported
    assert sentence.startswith("Deliver cannot read the queue deliveries: ")
