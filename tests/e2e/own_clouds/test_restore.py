"""A backup of the table, brought into a new one: everything is as it was, and counting goes on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from local.cloud import LocalCloud
from local.engine import Engine
from local.stack.names import STACK_NAME
from tests.support import ROOT
from tests.support.engines.clouds import open_client
from tests.support.engines.processes import ENGINE_PYTHON, RUNTIME_PYTHON, needs_engine
from tests.support.fakes.tables import read_table_definition
from tests.support.scenarios.counted_customer import (
    CUSTOMER,
    read_answers,
    report_usage,
    sell_and_use,
    send_event,
    wait_for_totals,
)
from tests.support.scenarios.http_plans import check_entitlements

pytestmark = [pytest.mark.slow, needs_engine]

STREAM = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}

Item = dict[str, Any]


@contextmanager
def start_engine(folder: Path) -> Iterator[Engine]:
    engine = Engine.start(ENGINE_PYTHON, folder)
    try:
        yield engine
    finally:
        engine.close()


@contextmanager
def serve_table(engine: Engine, state: Path) -> Iterator[httpx.Client]:
    """The stack on the engine's table, which is created if the engine has none."""
    with (
        LocalCloud(ROOT, quiet=True, engine_url=engine.url, python=RUNTIME_PYTHON, state=state) as cloud,
        open_client(cloud) as client,
    ):
        yield client


def export_items(engine: Engine) -> list[Item]:
    pages = engine.client("dynamodb").get_paginator("scan").paginate(TableName=STACK_NAME)
    return [item for page in pages for item in page["Items"]]


def import_items(engine: Engine, items: list[Item]) -> None:
    """As AWS restores a table: without a stream, which is turned on afterwards and then has no record."""
    client = engine.client("dynamodb")
    client.create_table(**read_table_definition(STACK_NAME))
    for item in items:
        client.put_item(TableName=STACK_NAME, Item=item)
    client.update_table(TableName=STACK_NAME, StreamSpecification=STREAM)


def by_key(items: list[Item]) -> dict[tuple[str, str], Item]:
    return {(item["PK"]["S"], item["SK"]["S"]): item for item in items if item["PK"]["S"] != "API_KEYS"}


def test_a_restored_table_is_as_it_was_and_counts_on(tmp_path: Path) -> None:
    with start_engine(tmp_path / "first") as engine, serve_table(engine, tmp_path / "cloud") as client:
        sell_and_use(client)
        send_event(client, "a", 1)
        send_event(client, "b", 2, hours_ago=3)
        wait_for_totals(client, calls=3, exports=7)
        before = read_answers(client)
        items = export_items(engine)
    with start_engine(tmp_path / "second") as engine:
        import_items(engine, items)
        with serve_table(engine, tmp_path / "restored") as client:
            assert by_key(export_items(engine)) == by_key(items)
            assert read_answers(client) == before
            send_event(client, "a", 1)
            send_event(client, "c", 4)
            send_event(client, "d", 8, hours_ago=3)
            report_usage(client, 5)
            wait_for_totals(client, calls=15, exports=12)
            # Those of three hours ago came before the subscription.
            assert check_entitlements(client, CUSTOMER)["calls"]["currentUsage"] == 5
