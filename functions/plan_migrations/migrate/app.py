"""The migrations queue: moves the next subscribers of a plan to its new version."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from parity.catalog.rules.migrations import MigrationStatus
from parity.catalog.store.migrations import migration_store
from parity.catalog.store.plans import plan_store
from parity.core.times import now
from parity.entitlements.store.holdings import entitlement_store
from parity.subscriptions.service.migration import MigrationStores, migrate_chunk
from parity.subscriptions.store.migration_queue import migration_queue
from parity.subscriptions.store.subscriptions import subscription_store

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


def handler(event: dict[str, Any], _context: LambdaContext) -> None:
    """A message moves one chunk and sends a message for the rest. The queue retries a failed one."""
    stores = MigrationStores(migration_store(), subscription_store(), entitlement_store(), plan_store())
    for record in event["Records"]:
        message = json.loads(record["body"])
        plan, version = message["plan"], message["version"]
        migration = migrate_chunk(stores, plan, version, now())
        if migration.status is MigrationStatus.RUNNING:
            migration_queue().send(plan, version)
