"""Webhook endpoints, all in one small partition: each with how it fares in an item beside it.

Secrets are in a partition of their own, because only the function that signs may read them.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from parity.core.times import from_iso, to_iso
from parity.dynamodb.idempotency import keep_answer
from parity.dynamodb.optimistic import VersionChangedError
from parity.dynamodb.table import table
from parity.dynamodb.transactions import Transaction
from parity.webhooks.rules.endpoints import HEALTHY, DisabledReason, Health, WebhookEndpoint
from parity.webhooks.rules.errors import WebhookEndpointNotFoundError
from parity.webhooks.rules.event_types import EventType
from parity.webhooks.rules.secrets import Signature, WebhookSecrets
from parity.webhooks.store import keys

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from parity.core.idempotency import AnswerRecord
    from parity.dynamodb.items import Item
    from parity.dynamodb.table import Table


class EndpointStore:
    def __init__(self, table: Table) -> None:
        self.table = table

    def get(self, endpoint_id: str) -> WebhookEndpoint:
        """One Query, strongly consistent. Raises WebhookEndpointNotFoundError."""
        for endpoint in self.all():
            if endpoint.id == endpoint_id:
                return endpoint
        raise WebhookEndpointNotFoundError(endpoint_id)

    def all(self) -> list[WebhookEndpoint]:
        """One Query, strongly consistent: there are few."""
        partition = keys.webhook_endpoints()
        items = self.table.query_all("PK = :endpoints", {":endpoints": partition}, ConsistentRead=True)
        return endpoints_from_items(items)

    def create(self, endpoint: WebhookEndpoint, secret: str, record: AnswerRecord | None = None) -> None:
        """Raises the errors of `keep_answer` for a used idempotency key."""
        transaction = Transaction(self.table)
        keep_answer(transaction, record)
        transaction.put_next_version(_to_item(endpoint), endpoint.version)
        transaction.put({**keys.webhook_secrets(endpoint.id), "secret": secret})
        transaction.commit()

    def replace(self, endpoint: WebhookEndpoint) -> None:
        """Does not store how the endpoint fares, but for one that is healthy.

        Raises VersionChangedError if the version before is not the stored one.
        """
        transaction = Transaction(self.table)
        transaction.put_next_version(_to_item(endpoint), endpoint.version)
        if endpoint.health == HEALTHY:
            transaction.delete(keys.webhook_health(endpoint.id))
        transaction.commit()

    def rotate(self, endpoint: WebhookEndpoint, secret: str, record: AnswerRecord | None = None) -> None:
        """Replaces the secret, and keeps the one before it until `endpoint.previous_secret_until`.

        Raises VersionChangedError if the endpoint's version before is not the stored one.
        """
        transaction = Transaction(self.table)
        keep_answer(transaction, record)
        transaction.put_next_version(_to_item(endpoint), endpoint.version)
        until = endpoint.previous_secret_until
        keeps = "previousSecret = secret, previousUntil = :until, " if until else ""
        forgets = "" if until else " REMOVE previousSecret, previousUntil"
        transaction.update(
            keys.webhook_secrets(endpoint.id),
            f"SET {keeps}secret = :secret{forgets}",
            "attribute_exists(PK)",
            {":secret": secret, ":until": to_iso(until) if until else None},
            refused=lambda _: VersionChangedError(),
        )
        transaction.commit()

    def delete(self, endpoint_id: str) -> None:
        transaction = Transaction(self.table)
        transaction.delete(keys.webhook_endpoint(endpoint_id))
        transaction.delete(keys.webhook_secrets(endpoint_id))
        transaction.delete(keys.webhook_health(endpoint_id))
        transaction.commit()


def _to_item(endpoint: WebhookEndpoint) -> Item:
    types = endpoint.event_types
    until = endpoint.previous_secret_until
    return {
        **keys.webhook_endpoint(endpoint.id),
        "url": endpoint.url,
        "eventTypes": None if types is None else " ".join(types),
        "description": endpoint.description,
        "signature": endpoint.signature.value,
        "disabledReason": endpoint.disabled_reason.value if endpoint.disabled_reason else None,
        "previousSecretUntil": to_iso(until) if until else None,
        "version": endpoint.version,
        "createdOn": to_iso(endpoint.created_on),
        "modifiedOn": to_iso(endpoint.modified_on),
    }


def endpoints_from_items(items: Iterable[Item]) -> list[WebhookEndpoint]:
    """Of the items of one partition: endpoints, and how they fare."""
    by_key = {item["SK"]: item for item in items}
    return [
        _from_item(item, by_key.get(keys.webhook_health(endpoint_id)["SK"]))
        for endpoint_id, item in by_key.items()
        if "url" in item
    ]


def _from_item(item: Item, health: Item | None) -> WebhookEndpoint:
    types = item.get("eventTypes")
    reason = item.get("disabledReason")
    return WebhookEndpoint(
        id=item["SK"],
        url=item["url"],
        event_types=None if types is None else tuple(map(EventType, types.split())),
        description=item.get("description"),
        signature=Signature(item["signature"]),
        disabled_reason=DisabledReason(reason) if reason else None,
        previous_secret_until=_moment(item, "previousSecretUntil"),
        version=item["version"],
        created_on=from_iso(item["createdOn"]),
        modified_on=from_iso(item["modifiedOn"]),
        health=_health_from_item(health) if health else HEALTHY,
    )


def secrets_from_item(item: Item) -> WebhookSecrets:
    return WebhookSecrets(item["secret"], item.get("previousSecret"), _moment(item, "previousUntil"))


def health_to_item(endpoint_id: str, health: Health) -> Item:
    return {
        **keys.webhook_health(endpoint_id),
        "failures": health.failures,
        "failingSince": to_iso(health.failing_since) if health.failing_since else None,
        "pausedUntil": to_iso(health.paused_until) if health.paused_until else None,
    }


def _health_from_item(item: Item) -> Health:
    return Health(item["failures"], _moment(item, "failingSince"), _moment(item, "pausedUntil"))


def _moment(item: Item, name: str) -> datetime | None:
    return from_iso(item[name]) if name in item else None


@cache
def endpoint_store() -> EndpointStore:
    return EndpointStore(table())
