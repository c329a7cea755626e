"""Deliveries: the log of webhooks by endpoint and month, and in the `due` index what is tried again."""

from __future__ import annotations

import json
import zlib
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from parity.core.times import from_iso, from_micros, to_iso, to_micros
from parity.dynamodb import keys as shared_keys
from parity.dynamodb.items import pack_text, unpack_text
from parity.dynamodb.listing import query_rows
from parity.dynamodb.optimistic import VersionChangedError
from parity.dynamodb.table import table
from parity.dynamodb.transactions import Transaction
from parity.webhooks.rules.deliveries import (
    RETENTION,
    Attempt,
    Delivery,
    DeliveryId,
    DeliveryStatus,
    Failure,
    Outcome,
)
from parity.webhooks.rules.endpoints import HEALTHY
from parity.webhooks.rules.errors import WebhookEndpointNotFoundError
from parity.webhooks.store import keys
from parity.webhooks.store.endpoints import endpoints_from_items, health_to_item, secrets_from_item

if TYPE_CHECKING:
    from datetime import datetime

    from parity.dynamodb.items import Item
    from parity.dynamodb.keys import Key
    from parity.dynamodb.listing import FoundRows, RowRange
    from parity.dynamodb.table import Table
    from parity.webhooks.rules.endpoints import Health, WebhookEndpoint
    from parity.webhooks.rules.secrets import WebhookSecrets


class Recipient(NamedTuple):
    endpoint: WebhookEndpoint
    secrets: WebhookSecrets


class DeliveryStore:
    def __init__(self, table: Table) -> None:
        self.table = table

    def read(self, id: DeliveryId) -> tuple[Recipient | None, Delivery | None]:  # noqa: A002
        """The recipient, None if it was deleted, and the delivery, None if it is not in the log.

        One BatchGetItem, strongly consistent.
        """
        wanted = [
            keys.webhook_endpoint(id.endpoint_id),
            keys.webhook_health(id.endpoint_id),
            keys.webhook_secrets(id.endpoint_id),
            _key(id),
        ]
        items = {(item["PK"], item["SK"]): item for item in self.table.batch_get(wanted, consistent=True)}
        endpoint, health, secrets, delivery = (items.get((key["PK"], key["SK"])) for key in wanted)
        recipient = None
        if endpoint and secrets:
            (found,) = endpoints_from_items([endpoint, health] if health else [endpoint])
            recipient = Recipient(found, secrets_from_item(secrets))
        return recipient, _from_item(delivery) if delivery else None

    def get(self, id: DeliveryId) -> Delivery | None:  # noqa: A002
        item = self.table.get(_key(id))
        return _from_item(item) if item else None

    def save(self, delivery: Delivery) -> None:
        """Raises VersionChangedError if the version before is not the stored one."""
        before = delivery.version - 1
        condition = "version = :before" if before else "attribute_not_exists(PK)"
        values = {":before": before} if before else {}
        if not self.table.put_on_condition(_to_item(delivery), condition, values):
            raise VersionChangedError

    def save_health(self, endpoint_id: str, health: Health) -> None:
        """Does nothing if the endpoint was deleted."""
        transaction = Transaction(self.table)
        transaction.require(
            keys.webhook_endpoint(endpoint_id),
            "version >= :first",
            {":first": 1},
            refused=lambda _: WebhookEndpointNotFoundError(endpoint_id),
        )
        if health == HEALTHY:
            transaction.delete(keys.webhook_health(endpoint_id))
        else:
            transaction.put(health_to_item(endpoint_id, health))
        with suppress(WebhookEndpointNotFoundError):
            transaction.commit()

    def list_month(self, endpoint_id: str, month: str, wanted: RowRange) -> FoundRows[Delivery]:
        """Deliveries of events of one month; one Query, eventually consistent."""
        return query_rows(self.table, keys.webhook_deliveries(endpoint_id, month), wanted, _from_item)

    def lease(self, id: DeliveryId, due_on: datetime, until: datetime) -> bool:  # noqa: A002
        """Makes it due later, in case the attempt that is about to be made is lost.

        False if it is no longer due at that time.
        """
        return self.table.update(
            _key(id), "SET dueSK = :until", "dueSK = :due", {":until": to_iso(until), ":due": to_iso(due_on)}
        )


def _key(id: DeliveryId) -> Key:  # noqa: A002
    return keys.webhook_delivery(id.endpoint_id, id.created_on, id.event_id)


def _to_item(delivery: Delivery) -> Item:
    id_ = delivery.id
    due: Item = {}
    if delivery.due_on:
        due = {
            "duePK": keys.due_webhooks_partition(shared_keys.due_shard(id_.event_id)),
            "dueSK": to_iso(delivery.due_on),
        }
    return {
        **_key(id_),
        **due,
        "eventType": delivery.event_type,
        "body": zlib.compress(delivery.body),
        "status": delivery.status.value,
        "attempts": pack_text(json.dumps([_attempt_to_json(each) for each in delivery.attempts])),
        "attemptsMade": delivery.attempts_made,
        "tries": delivery.tries,
        "failure": delivery.failure.value if delivery.failure else None,
        "version": delivery.version,
        "expiresAt": int((id_.created_on + RETENTION).timestamp()),
    }


def _from_item(item: Item) -> Delivery:
    return Delivery(
        id=DeliveryId(*keys.webhook_delivery_of(item)),
        event_type=item["eventType"],
        body=zlib.decompress(item["body"]),
        status=DeliveryStatus(item["status"]),
        attempts=tuple(map(_attempt_from_json, json.loads(unpack_text(item["attempts"])))),
        attempts_made=item["attemptsMade"],
        tries=item["tries"],
        due_on=from_iso(item["dueSK"]) if "dueSK" in item else None,
        failure=Failure(item["failure"]) if "failure" in item else None,
        version=item["version"],
    )


def _attempt_to_json(attempt: Attempt) -> list[Any]:
    outcome = attempt.outcome
    milliseconds = outcome.duration_milliseconds
    return [to_micros(attempt.on), outcome.status, outcome.failure, outcome.answer, milliseconds]


def _attempt_from_json(values: list[Any]) -> Attempt:
    on, status, failure, answer, milliseconds = values
    outcome = Outcome(
        status=status,
        failure=Failure(failure) if failure else None,
        answer=answer,
        duration_milliseconds=milliseconds,
    )
    return Attempt(from_micros(on), outcome)


@cache
def delivery_store() -> DeliveryStore:
    return DeliveryStore(table())
