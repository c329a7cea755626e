"""Watching what each function asks of AWS, against what its statements in the template allow."""

from __future__ import annotations

from collections import defaultdict
from contextlib import ExitStack
from typing import Any

from parity.aws.event_bus import event_bus
from parity.dynamodb.table import Table
from parity.subscriptions.store.migration_queue import MigrationQueue
from parity.usage.store.reports import once_table
from tests.support.handlers import Context, load
from tests.support.policies import Deed, Permission, deeds, permissions
from tests.support.recording import recorded


class Watch:
    """What each function did."""

    def __init__(self, table: Table, queue: MigrationQueue) -> None:
        self._clients = (table.client, queue.client, once_table().client, event_bus().client)
        self.done: defaultdict[str, set[Deed]] = defaultdict(set)

    def run(self, operation: str, event: dict[str, Any]) -> Any:  # noqa: ANN401 - whatever it answers
        with ExitStack() as stack:
            asked = [stack.enter_context(recorded(client)) for client in self._clients]
            outcome = load(operation).handler(event, Context())
        self.done[operation] |= {deed for requests in asked for deed in deeds(requests)}
        return outcome

    def denied(self) -> list[tuple[str, Deed]]:
        return [
            (operation, deed)
            for operation, done in self.done.items()
            for deed in done
            if not any(permission.allows(deed) for permission in permissions()[operation])
        ]

    def unused(self) -> set[tuple[str, Permission]]:
        return {
            (operation, permission)
            for operation, granted in permissions().items()
            for permission in granted
            if not any(permission.allows(deed) for deed in self.done[operation])
        }
