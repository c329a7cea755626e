"""Streams and schedules with everything real: the engine and the functions' processes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from local.engine import Engine
from local.event_sources.streams import StreamMappings
from local.failures import FailureLog
from local.model import Function, Schedule, StreamMapping, Table
from local.runtime import FunctionPool
from local.scheduler import Scheduler
from local.table_creation import create_tables
from tests.support.engines.processes import ENGINE_PYTHON, RUNTIME_PYTHON, needs_engine, wait_until

pytestmark = needs_engine

Client = Any

TABLE = Table(
    "orders",
    {
        "TableName": "orders",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "PK", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "PK", "KeyType": "HASH"}],
        "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    },
)

HANDLERS = """
import os
import boto3

dynamodb = boto3.client("dynamodb")


def count(counter, by):
    dynamodb.update_item(
        TableName=os.environ["TABLE_NAME"],
        Key={"PK": {"S": counter}},
        UpdateExpression="ADD seen :by",
        ExpressionAttributeValues={":by": {"N": str(by)}},
    )


def on_order(event, context):
    for record in event["Records"]:
        if "poison" in record["dynamodb"]["NewImage"]:
            return {"batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]}
        count("COUNTER#orders", 1)
    return {"batchItemFailures": []}


def on_time(event, context):
    count("COUNTER#" + event["detail-type"], 1)
"""

MAPPING = StreamMapping(
    name="OnOrder",
    table="orders",
    function="on_order",
    batch_size=10,
    filters=({"eventName": ["INSERT"], "dynamodb": {"Keys": {"PK": {"S": [{"prefix": "ORDER#"}]}}}},),
    maximum_retry_attempts=1,
    bisect_on_error=True,
    report_batch_item_failures=True,
    on_failure="queue",
)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = Engine.start(ENGINE_PYTHON, tmp_path / "engine")
    yield engine
    engine.close()


@pytest.fixture
def pool(engine: Engine, tmp_path: Path) -> Iterator[FunctionPool]:
    (tmp_path / "app.py").write_text(HANDLERS)
    functions = {
        name: Function(name, f"app.{name}", tmp_path, (), {"TABLE_NAME": "orders"}, 256, 20)
        for name in ("on_order", "on_time")
    }
    services = {"AWS_ENDPOINT_URL_DYNAMODB": engine.url, "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled"}
    pool = FunctionPool(functions, RUNTIME_PYTHON, logs=tmp_path / "logs", services=services, report=print)
    yield pool
    pool.close()


def get_count(client: Client, counter: str) -> int:
    item = client.get_item(TableName="orders", Key={"PK": {"S": counter}}, ConsistentRead=True).get("Item")
    return int(item["seen"]["N"]) if item else 0


def test_a_stream_function_gets_every_change_once_and_failures_are_recorded(
    engine: Engine, pool: FunctionPool, tmp_path: Path
) -> None:
    client = engine.client("dynamodb")
    arns = create_tables(client, [TABLE])
    failures = FailureLog(tmp_path / "failures")
    streams = StreamMappings(
        engine.client("dynamodbstreams"), pool.invoke, failures=failures, report=lambda sentence: None
    )
    streams.replace([MAPPING], arns)
    try:
        for number in range(40):
            bad = {"poison": {"BOOL": True}} if number in {13, 27} else {}
            client.put_item(TableName="orders", Item={"PK": {"S": f"ORDER#{number}"}, **bad})
        wait_until(lambda: get_count(client, "COUNTER#orders") == 38)
        wait_until(lambda: failures.path("OnOrder").exists())
        wait_until(lambda: len(failures.path("OnOrder").read_text().splitlines()) == 2)
    finally:
        streams.close()
    for line in failures.path("OnOrder").read_text().splitlines():
        batch = json.loads(line)["DDBStreamBatchInfo"]
        assert batch["batchSize"] == 1
        assert batch["streamArn"] == arns["orders"]
    assert get_count(client, "COUNTER#orders") == 38


def test_a_scheduled_function_runs_when_it_is_due(engine: Engine, pool: FunctionPool, tmp_path: Path) -> None:
    client = engine.client("dynamodb")
    create_tables(client, [TABLE])
    now = datetime.now(UTC)
    scheduler = Scheduler(pool.invoke, failures=FailureLog(tmp_path / "failures"), report=print)
    scheduler.replace([Schedule("EveryMinute", timedelta(minutes=1), "on_time")], now)
    for minutes in (1, 2, 3):
        scheduler.tick(now + timedelta(minutes=minutes))
    wait_until(lambda: get_count(client, "COUNTER#Scheduled Event") == 3)
