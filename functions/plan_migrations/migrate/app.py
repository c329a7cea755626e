"""The migrations queue: moves the next subscribers of a plan to its new version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parity.catalog.store.migrations import migration_store
from parity.catalog.store.plans import plan_store
from parity.core.actors import MIGRATION, acting_as
from parity.core.times import now
from parity.entitlements.store.holdings import entitlement_store
from parity.subscriptions.service.migration import MigrationStores, migrate_chunk
from parity.subscriptions.store.migration_queue import migration_queue, request_from_body
from parity.subscriptions.store.subscribers import subscriber_index
from parity.subscriptions.store.subscriptions import subscription_store

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


def handler(event: dict[str, Any], _context: LambdaContext) -> None:
    """A message moves one chunk and sends a message for the rest. The queue retries a failed one."""
    stores = MigrationStores(
        migration_store(), subscriber_index(), subscription_store(), entitlement_store(), plan_store()
    )
    for record in event["Records"]:
        with acting_as(MIGRATION):
            segment = migrate_chunk(stores, request_from_body(record["body"]), now())
        if segment and segment.is_running:
            migration_queue().send([segment])
