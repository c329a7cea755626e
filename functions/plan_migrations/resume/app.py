"""Every five minutes: asks for the next chunk of what runs of migrations, in case a message was lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parity.catalog.store.migrations import migration_store
from parity.subscriptions.service.migration import resume_running
from parity.subscriptions.store.migration_queue import migration_queue

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


def handler(_event: dict[str, Any], _context: LambdaContext) -> dict[str, int]:
    """A message too many does no harm: it is stale when the one before it has been handled."""
    return resume_running(migration_store(), migration_queue().send)
