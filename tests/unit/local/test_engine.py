from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.engine import Engine, EngineError
from local.model import Table
from local.table_creation import create_tables
from tests.support.engines.processes import ENGINE_PYTHON, RUNTIME_PYTHON, needs_engine, wait_until

EVENTS = Table(
    "events",
    {
        "TableName": "events",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "PK", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "PK", "KeyType": "HASH"}],
        "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    },
    ttl_attribute="expiresAt",
)
PLAIN = Table(
    "plain",
    {name: part for name, part in EVENTS.definition.items() if name != "StreamSpecification"}
    | {"TableName": "plain"},
)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = Engine.start(ENGINE_PYTHON, tmp_path)
    yield engine
    engine.close()


def test_a_missing_engine_is_explained(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"is not installed: .*/nowhere/python does not exist"):
        Engine.start(tmp_path / "nowhere/python", tmp_path)


def test_an_engine_that_ends_at_once_is_explained(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=rf"ended with status 1 \(see {tmp_path}/engine.log\)"):
        Engine.start(RUNTIME_PYTHON, tmp_path)
    assert "ministack" in (tmp_path / "engine.log").read_text()


def test_a_given_engine_that_does_not_answer_is_explained() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(EngineError, match=f"No DynamoDB engine answers at http://127.0.0.1:{port}"):
        Engine.at(f"http://127.0.0.1:{port}")


@needs_engine
def test_a_given_engine_is_used_and_not_stopped(engine: Engine) -> None:
    with_url = Engine.at(engine.url)
    with_url.close()
    assert engine.is_answering()


@needs_engine
def test_tables_are_created_once_with_their_stream_and_ttl(engine: Engine) -> None:
    client = engine.client("dynamodb")
    first = create_tables(client, [EVENTS, PLAIN])
    client.put_item(TableName="events", Item={"PK": {"S": "kept"}})
    second = create_tables(client, [EVENTS, PLAIN])
    assert first == second
    assert list(first) == ["events"]
    assert ":table/events/stream/" in first["events"]
    assert client.scan(TableName="events")["Count"] == 1
    ttl = client.describe_time_to_live(TableName="events")["TimeToLiveDescription"]
    assert ttl == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expiresAt"}


@needs_engine
def test_a_table_that_is_older_than_the_template_is_refused(engine: Engine) -> None:
    client = engine.client("dynamodb")
    create_tables(client, [PLAIN])
    index = {"IndexName": "due", "KeySchema": PLAIN.definition["KeySchema"]}
    newer = Table("plain", {**PLAIN.definition, "GlobalSecondaryIndexes": [index]})
    with pytest.raises(EngineError, match="plain is older than the template, and lacks the index due: start"):
        create_tables(client, [newer])


@needs_engine
def test_an_engine_that_ends_by_itself_is_reported(engine: Engine) -> None:
    reports: list[str] = []
    engine.on_exit(reports.append)
    assert engine._process
    os.kill(engine._process.pid, signal.SIGKILL)
    wait_until(lambda: reports == ["The database engine stopped by itself with status -9."])
