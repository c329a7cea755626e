"""No function asks for more than its statements in the template allow, and none may do what it never does.

What the statements are about is seen as the client is about to send it: the action, the table or index or
queue or bus, and the leading key. Each part of a transaction needs the permission of the single action.
"""

from __future__ import annotations

from typing import Any

import pytest

from parity.customers.service import imports as customer_import
from parity.dynamodb.table import Table
from parity.metering.service import due_hours as aggregating
from parity.metering.service import ingest as event_reports
from parity.subscriptions.service import migration as migrating
from parity.subscriptions.service import transitions as advancing
from parity.subscriptions.store.migration_queue import MigrationQueue
from tests.support.fakes import functions as handlers
from tests.support.fakes.functions import Context, Reply
from tests.support.fakes.tables import items
from tests.support.policies import Watch, permissions
from tests.support.scenarios.sample_events import prepared
from tests.support.scenarios.usage_year import a_year_of_usage
from tests.support.scenarios.year import a_year


@pytest.fixture
def watch(parity_table: Table, queue: MigrationQueue, monkeypatch: pytest.MonkeyPatch) -> Watch:
    """Every handler that a test calls is watched; one after the other, so that its requests are its own."""
    watch = Watch(parity_table, queue)
    for module in (customer_import, advancing, migrating, event_reports, aggregating):
        monkeypatch.setattr(module, "WORKERS", 1)

    def invoke(operation: str, event: dict[str, Any], _: Context | None = None) -> Reply:
        return handlers.reply_of(watch.run(operation, event))

    monkeypatch.setattr(handlers, "invoke", invoke)
    return watch


@pytest.fixture
def everything(
    watch: Watch, parity_table: Table, queue: MigrationQueue, monkeypatch: pytest.MonkeyPatch
) -> Watch:
    """Every function in the cases in which it does something else."""
    a_year(watch, parity_table, queue, monkeypatch)
    for item in items(parity_table):
        key = {"PK": item["PK"], "SK": item["SK"]}
        parity_table.delete(key)
    a_year_of_usage(watch, parity_table, monkeypatch)
    return watch


@pytest.mark.parametrize("operation", permissions())
def test_a_sample_event_needs_nothing_that_its_function_may_not(
    operation: str, watch: Watch, queue: MigrationQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch.run(operation, prepared(operation, monkeypatch, queue))
    assert operation in watch.done
    assert watch.denied() == []


def test_what_happens_in_a_year_is_allowed_and_nothing_else(everything: Watch) -> None:
    assert everything.done.keys() == permissions().keys()
    assert everything.denied() == []
    assert everything.unused() == set()
