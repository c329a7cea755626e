"""What the functions behind queues and the schedule get, and what they report."""

from __future__ import annotations

import json
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from parity.aws.failures import log_failure
from parity.aws.metrics import write_metrics
from parity.dynamodb.due_work import DueWork
from parity.webhooks.api.settings import allows_loopback
from parity.webhooks.rules.deliveries import DeliveryStatus
from parity.webhooks.rules.endpoints import DisabledReason
from parity.webhooks.rules.events import read_event
from parity.webhooks.service.delivery import DeliveryStores
from parity.webhooks.service.retries import plan_attempts
from parity.webhooks.service.sending import Sender
from parity.webhooks.store import keys
from parity.webhooks.store.deliveries import delivery_store
from parity.webhooks.store.delivery_queue import request_from_body
from parity.webhooks.store.endpoints import endpoint_store

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from parity.dynamodb.due_work import TurnReport
    from parity.webhooks.rules.deliveries import Delivery
    from parity.webhooks.rules.endpoints import WebhookEndpoint
    from parity.webhooks.rules.events import WebhookEvent
    from parity.webhooks.store.deliveries import DeliveryStore
    from parity.webhooks.store.delivery_queue import AttemptRequest, DeliveryQueue


def read_events(batch: Mapping[str, Any]) -> tuple[list[WebhookEvent], dict[str, Any]]:
    """The events of a batch of messages from the bus, and Lambda's partial batch response.

    The response names the messages that cannot be read. They end up among the dead letters.
    """
    events, failed = [], []
    for message in batch["Records"]:
        try:
            events.append(read_event(json.loads(message["body"])["detail"]))
        except (ValueError, KeyError, TypeError) as error:
            log_failure("reading an event failed", error, messageId=message["messageId"])
            failed.append({"itemIdentifier": message["messageId"]})
    return events, {"batchItemFailures": failed}


def read_attempts(batch: Mapping[str, Any]) -> Iterator[AttemptRequest]:
    for message in batch["Records"]:
        yield request_from_body(message["body"])


@cache
def delivery_stores() -> DeliveryStores:
    """Made once per process: the certificates of all authorities take a while to read."""
    return DeliveryStores(delivery_store(), endpoint_store(), Sender(allows_loopback=allows_loopback()))


def report_attempt(delivery: Delivery | None) -> None:
    """Writes a metric for a delivery that was given up."""
    if delivery and delivery.status is DeliveryStatus.FAILED:
        write_metrics({"WebhooksGivenUp": 1})


class NotAskedError(Exception):
    """Attempts that are due could not be asked for. The log names them, and they are due again."""


def retry_work(store: DeliveryStore, queue: DeliveryQueue) -> DueWork:
    return DueWork(
        name="Retry of webhooks",
        table=store.table,
        partition=keys.due_webhooks_partition,
        plan=partial(plan_attempts, store, queue),
    )


def report_retries(report: TurnReport, endpoints: Iterable[WebhookEndpoint]) -> dict[str, Any]:
    """Writes as a metric how many endpoints Parity has disabled: an alarm waits for that to be 0.

    Raises NotAskedError, so that the alarm for functions that fail is raised.
    """
    disabled = sum(endpoint.disabled_reason is DisabledReason.FAILED for endpoint in endpoints)
    write_metrics({"WebhookEndpointsFailed": disabled})
    if report.failed:
        raise NotAskedError
    return {"queued": report.done["queued"], "complete": report.complete}
