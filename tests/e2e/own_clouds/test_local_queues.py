"""Queues and the HTTP API with everything real: the template, the engine, the functions' processes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from local.cloud import LocalCloud
from local.engine import Engine
from tests.support.engines.processes import ENGINE_PYTHON, RUNTIME_PYTHON, needs_engine, wait_until

pytestmark = needs_engine

TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Parameters:
  AllowLoopbackWebhooks: {Type: String, Default: 'false'}
  Dashboard: {Type: String, Default: 'yes'}
Globals:
  Function:
    Runtime: python3.13
    Timeout: 20
    CodeUri: functions
    Environment:
      Variables: {QUEUE_URL: !Ref Deliveries, TABLE_NAME: !Ref Table}
Resources:
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: PK, AttributeType: S}, {AttributeName: SK, AttributeType: S}]
      KeySchema: [{AttributeName: PK, KeyType: HASH}, {AttributeName: SK, KeyType: RANGE}]
      StreamSpecification: {StreamViewType: NEW_AND_OLD_IMAGES}
  Core:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.core
      Events:
        Get: {Type: Api, Properties: {Method: GET, Path: /where}}
  Edge:
    Type: AWS::Serverless::HttpApi
    Properties:
      CorsConfiguration: {AllowOrigins: ['https://app.example.com'], AllowHeaders: [Authorization]}
      Auth:
        DefaultAuthorizer: Keys
        Authorizers:
          Keys:
            FunctionArn: !GetAtt Authorize.Arn
            AuthorizerPayloadFormatVersion: '2.0'
            EnableSimpleResponses: true
            EnableFunctionDefaultPermissions: true
            Identity: {Headers: [Authorization], ReauthorizeEvery: 60}
  Authorize:
    Type: AWS::Serverless::Function
    Properties: {Handler: app.authorize}
  Send:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.send
      Events:
        Post: {Type: HttpApi, Properties: {ApiId: !Ref Edge, Method: POST, Path: '/send/{name}'}}
  Deliver:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.deliver
      Events:
        Deliveries:
          Type: SQS
          Properties:
            Queue: !GetAtt Deliveries.Arn
            BatchSize: 10
            FunctionResponseTypes: [ReportBatchItemFailures]
  OnChange:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.on_change
      Events:
        Changes:
          Type: DynamoDB
          Properties:
            Stream: !GetAtt Table.StreamArn
            StartingPosition: TRIM_HORIZON
            MaximumRetryAttempts: 0
            FilterCriteria: {Filters: [{Pattern: '{"dynamodb": {"Keys": {"PK": {"S": ["poison"]}}}}'}]}
            DestinationConfig: {OnFailure: {Type: SQS, Destination: !GetAtt Undelivered.Arn}}
  Deliveries:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: 60
      RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 2}
  Dead:
    Type: AWS::SQS::Queue
  Undelivered:
    Type: AWS::SQS::Queue
"""

HANDLERS = """
import json
import os

import boto3

sqs = boto3.client("sqs")
dynamodb = boto3.client("dynamodb")


def core(event, context):
    return {"statusCode": 200, "body": "core"}


def authorize(event, context):
    return {"isAuthorized": event["identitySource"] == ["Bearer good"], "context": {"keyId": "k1"}}


def send(event, context):
    body = json.dumps({"name": event["pathParameters"]["name"], "by": event["requestContext"]["authorizer"]})
    sqs.send_message(QueueUrl=os.environ["QUEUE_URL"], MessageBody=body)
    return {"rawPath": event["rawPath"]}


def deliver(event, context):
    failed = []
    for record in event["Records"]:
        name = json.loads(record["body"])["name"]
        attempt = name + "#" + record["attributes"]["ApproximateReceiveCount"]
        item = {"PK": {"S": "delivered"}, "SK": {"S": attempt}}
        dynamodb.put_item(TableName=os.environ["TABLE_NAME"], Item=item)
        if name == "poison":
            failed.append({"itemIdentifier": record["messageId"]})
            message = {"QueueUrl": os.environ["QUEUE_URL"], "ReceiptHandle": record["receiptHandle"]}
            sqs.change_message_visibility(**message, VisibilityTimeout=0)
    return {"batchItemFailures": failed}


def on_change(event, context):
    raise ValueError("poison")
"""


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = Engine.start(ENGINE_PYTHON, tmp_path / "engine")
    yield engine
    engine.close()


@pytest.fixture
def cloud(engine: Engine, tmp_path: Path) -> Iterator[LocalCloud]:
    (tmp_path / "functions").mkdir()
    (tmp_path / "functions/app.py").write_text(HANDLERS)
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    with LocalCloud(tmp_path, quiet=True, python=RUNTIME_PYTHON, engine_url=engine.url) as cloud:
        yield cloud


def receive_message(engine: Engine, queue: str) -> dict[str, Any]:
    client = engine.client("sqs")
    url = client.get_queue_url(QueueName=queue)["QueueUrl"]
    answer = client.receive_message(QueueUrl=url, WaitTimeSeconds=15)
    (message,) = answer["Messages"]
    content: dict[str, Any] = json.loads(message["Body"])
    return content


def list_delivered(engine: Engine) -> list[str]:
    answer = engine.client("dynamodb").query(
        TableName="parity-Table",
        KeyConditionExpression="PK = :pk",
        ExpressionAttributeValues={":pk": {"S": "delivered"}},
        ConsistentRead=True,
    )
    return [item["SK"]["S"] for item in answer["Items"]]


def send(cloud: LocalCloud, name: str, key: str = "Bearer good") -> httpx.Response:
    return httpx.post(f"{cloud.edge_url}/send/{name}", headers={"Authorization": key}, timeout=30)


def test_messages_are_delivered_retried_and_dead_lettered(cloud: LocalCloud, engine: Engine) -> None:
    for name in ("a", "poison", "b"):
        assert send(cloud, name).json() == {"rawPath": f"/send/{name}"}
    wait_until(lambda: list_delivered(engine) == ["a#1", "b#1", "poison#1", "poison#2"])
    by = {"lambda": {"keyId": "k1"}}
    assert receive_message(engine, "parity-Dead") == {"name": "poison", "by": by}


def test_both_apis_share_the_port_and_the_edge_is_guarded(cloud: LocalCloud) -> None:
    assert httpx.get(f"{cloud.url}/where", timeout=30).text == "core"
    assert httpx.get(f"{cloud.edge_url}/where").status_code == 404
    assert httpx.post(f"{cloud.edge_url}/send/a").status_code == 401
    assert send(cloud, "a", "Bearer bad").status_code == 403
    preflight = {"Origin": "https://app.example.com", "Access-Control-Request-Method": "POST"}
    answer = httpx.options(f"{cloud.edge_url}/send/a", headers=preflight)
    assert (answer.status_code, answer.headers["access-control-allow-headers"]) == (204, "Authorization")


def test_stream_records_that_keep_failing_go_to_their_queue(cloud: LocalCloud, engine: Engine) -> None:
    engine.client("dynamodb").put_item(
        TableName="parity-Table", Item={"PK": {"S": "poison"}, "SK": {"S": "1"}}
    )
    record = receive_message(engine, "parity-Undelivered")
    assert record["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert record["DDBStreamBatchInfo"]["batchSize"] == 1
