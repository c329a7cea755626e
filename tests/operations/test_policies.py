"""Each function's role allows what the function does, and nothing else.

A request is recorded as the client is about to send it: the action, the table, index, queue or bus, and the
leading key. Of single items also the attributes and what a write returns.
Each part of a transaction needs the permission of the single action.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from parity.api_keys.rules.api_keys import ApiKeyKind, generate_key, new_api_key
from parity.api_keys.store.api_keys import api_key_store
from parity.dynamodb.table import Table
from parity.subscriptions.store.migration_queue import MigrationQueue
from parity.usage.store.listed_alerts import listed_alert_store
from tests.support.builders.moments import MOMENT
from tests.support.fakes import functions as handlers
from tests.support.fakes.clients import record_requests
from tests.support.fakes.functions import Context, Reply
from tests.support.fakes.tables import scan_items
from tests.support.policies import AccessLog, list_accesses, read_permissions
from tests.support.scenarios.sample_events import prepare_event
from tests.support.scenarios.usage_year import play_usage_year
from tests.support.scenarios.year import play_year


@pytest.fixture
def watch(parity_table: Table, queue: MigrationQueue, monkeypatch: pytest.MonkeyPatch) -> AccessLog:
    """Records what each handler that a test calls asks of AWS."""
    watch = AccessLog(parity_table, queue)

    def invoke(operation: str, event: dict[str, Any], _: Context | None = None) -> Reply:
        return handlers.to_reply(watch.run(operation, event))

    monkeypatch.setattr(handlers, "invoke", invoke)
    return watch


@pytest.fixture
def everything(
    watch: AccessLog, parity_table: Table, queue: MigrationQueue, monkeypatch: pytest.MonkeyPatch
) -> AccessLog:
    """Every function, in each case in which it makes other requests."""
    play_year(watch, parity_table, queue, monkeypatch)
    for is_parked in (False, True):
        empty_table(parity_table)
        play_usage_year(watch, parity_table, monkeypatch, is_parked=is_parked)
    return watch


def empty_table(table: Table) -> None:
    """Also of the marks of months, which this process knows of no more."""
    listed_alert_store.cache_clear()
    for item in scan_items(table):
        table.delete({"PK": item["PK"], "SK": item["SK"]})


@pytest.mark.parametrize("operation", read_permissions())
def test_a_function_handles_its_sample_event_with_its_permissions(
    operation: str, watch: AccessLog, queue: MigrationQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch.run(operation, prepare_event(operation, monkeypatch, queue))
    assert operation in watch.done
    assert watch.list_denied() == []


def test_a_year_needs_every_permission_and_no_other(everything: AccessLog) -> None:
    assert everything.done.keys() == read_permissions().keys()
    assert everything.list_denied() == []
    assert everything.list_unused() == set()


def test_the_authorizer_may_change_nothing_of_a_key_but_its_last_use(parity_table: Table) -> None:
    store = api_key_store()
    key = new_api_key(generate_key(ApiKeyKind.SECRET), "Key", MOMENT)
    with record_requests(parity_table.client) as requests:
        store.mark_used(key, MOMENT, unless_since=MOMENT)
        store.revoke(key, MOMENT)
    use, revocation = (list_accesses([request]) for request in requests)
    permissions = read_permissions()["api_keys/authorize"]
    assert all(any(permission.allows(deed) for permission in permissions) for deed in use)
    assert not any(permission.allows(deed) for permission in permissions for deed in revocation)
    whole = {replace(deed, returned="ALL_NEW") for deed in use}
    assert not any(permission.allows(deed) for permission in permissions for deed in whole)
