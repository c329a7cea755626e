"""What every function, log group and gateway response of the template has to keep to."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.stack.transform import read_transformed
from parity.aws.metrics import NAMESPACE
from parity.dynamodb.keys import DUE_SHARDS
from parity.webhooks.rules.endpoints import LANES, MAX_ENDPOINTS
from parity.webhooks.rules.event_types import EventType
from tools.transformed import ALL

ROOT = Path(__file__).parents[2]
DYNAMODB_ACTIONS = {
    f"dynamodb:{name}"
    for name in (
        "GetItem",
        "BatchGetItem",
        "BatchWriteItem",
        "Query",
        "PutItem",
        "UpdateItem",
        "DeleteItem",
        "ConditionCheckItem",
    )
}
GATEWAY_SECONDS = 29
KEPT_BY_STREAM_SECONDS = 24 * 3600
KEY_CONDITION = re.compile(
    r"- &([\w-]+) +\{ForAllValues:StringLike: \{dynamodb:LeadingKeys: \[([^]]+)\]"
    r"(?:, dynamodb:Attributes: \[PK, SK, ([^]]+)\]\}, "
    r"StringEqualsIfExists: \{dynamodb:ReturnValues: \[NONE, UPDATED_OLD, UPDATED_NEW\])?\}\}$",
    re.MULTILINE,
)
"""Whoever may use some attributes only must not have an update return the others."""

STACK = {"Name": "stack", "Value": {"Ref": "AWS::StackName"}}
CORS_HEADER = "gatewayresponse.header.Access-Control-Allow-Origin"

Resources = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def resources() -> Resources:
    return dict(read_transformed(ROOT / "template.yaml", ALL).resources)


@pytest.fixture(scope="module")
def api(resources: Resources) -> dict[str, Any]:
    (api,) = of_type(resources, "AWS::ApiGateway::RestApi").values()
    return dict(api["Body"])


def of_type(resources: Resources, type_name: str) -> Resources:
    return {name: each["Properties"] for name, each in resources.items() if each["Type"] == type_name}


def own_statements(resources: Resources) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, role in of_type(resources, "AWS::IAM::Role").items():
        for policy in role.get("Policies", ()):
            for statement in policy["PolicyDocument"]["Statement"]:
                yield name, statement


def as_list(value: Any) -> list[Any]:  # noqa: ANN401 - one value or a list of them, as IAM allows
    return value if isinstance(value, list) else [value]


def test_each_folder_of_a_function_is_in_the_template() -> None:
    folders = read_transformed(ROOT / "template.yaml", {}).folders.values()
    in_template = {folder.resolve() for folder in folders if folder.is_relative_to(ROOT / "functions")}
    assert in_template == {app.parent for app in (ROOT / "functions").glob("*/*/app.py")}


def test_each_function_is_named_after_its_stack_and_runs_on_arm(resources: Resources) -> None:
    functions = of_type(resources, "AWS::Lambda::Function")
    assert functions
    for function in functions.values():
        assert function["FunctionName"]["Fn::Sub"].startswith("${AWS::StackName}-")
        assert function["Architectures"] == ["arm64"]


def test_each_function_that_a_gateway_calls_ends_before_it_gives_up(resources: Resources) -> None:
    """The others have all the time that their work takes."""
    called = {
        permission["FunctionName"]["Ref"].removesuffix("Aliaslive")
        for permission in of_type(resources, "AWS::Lambda::Permission").values()
        if permission["Principal"] == "apigateway.amazonaws.com" and "Ref" in permission["FunctionName"]
    }
    functions = of_type(resources, "AWS::Lambda::Function")
    slow = {name for name, function in functions.items() if function["Timeout"] >= GATEWAY_SECONDS}
    assert called
    assert not called & slow
    assert slow == {
        "EntitlementsRecompute",
        "SubscriptionsAdvance",
        "PlanMigrationsMigrate",
        "UsageCount",
        "UsageAggregate",
        "ReservationsExpire",
        "ParkedWorkRetry",
        "WebhookEventsDistribute",
        "WebhookDeliveriesDeliver",
        "WebhookDeliveriesRetry",
    }


def test_every_function_logs_to_the_one_group_of_the_stack(resources: Resources) -> None:
    groups = of_type(resources, "AWS::Logs::LogGroup")
    functions = of_type(resources, "AWS::Lambda::Function")
    (group,) = {function["LoggingConfig"]["LogGroup"]["Ref"] for function in functions.values()}
    assert groups[group]["LogGroupName"] == {"Fn::Sub": "/aws/lambda/${AWS::StackName}"}
    assert {name for name in groups if not name.endswith("AccessLogs")} == {group}
    assert all(function["LoggingConfig"]["LogFormat"] == "JSON" for function in functions.values())


def test_the_stage_waits_for_the_role_of_access_logs_only_if_the_stack_sets_it(resources: Resources) -> None:
    (stage,) = of_type(resources, "AWS::ApiGateway::Stage").values()
    (tag,) = stage["Tags"]
    condition, role, _ = tag["Value"]["Fn::If"]
    assert role == {"Ref": "ApiGatewayAccount"}
    assert resources["ApiGatewayAccount"]["Condition"] == condition
    conditional = {name for name, each in resources.items() if "Condition" in each}
    assert not [
        name for name, each in resources.items() if conditional & set(as_list(each.get("DependsOn", [])))
    ]


def test_every_function_may_write_its_log(resources: Resources) -> None:
    roles = of_type(resources, "AWS::IAM::Role")
    for name in of_type(resources, "AWS::Lambda::Function"):
        policies = roles[f"{name}Role"]["ManagedPolicyArns"]
        assert any(policy.endswith("/AWSLambdaBasicExecutionRole") for policy in policies), name


def test_every_log_group_forgets(resources: Resources) -> None:
    groups = of_type(resources, "AWS::Logs::LogGroup")
    assert groups
    assert all(group["RetentionInDays"] == {"Ref": "LogRetentionDays"} for group in groups.values())


def test_a_function_may_do_named_things_with_named_keys_only(resources: Resources) -> None:
    statements = list(own_statements(resources))
    assert statements
    for role, statement in statements:
        actions = set(as_list(statement["Action"]))
        assert "*" not in as_list(statement["Resource"]), role
        if actions in ({"sqs:SendMessage"}, {"events:PutEvents"}):
            continue
        assert actions <= DYNAMODB_ACTIONS, role
        keys = statement["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
        assert keys, role
        assert "*" not in keys, role


def test_a_condition_is_named_after_the_keys_and_attributes_that_it_allows() -> None:
    """A reader of a statement sees the name only. YAML forgets it, so the test reads the template's text."""
    text = (ROOT / "template.yaml").read_text()
    allowed = {name: re.findall(r"[\w#*]+", " ".join(parts)) for name, *parts in KEY_CONDITION.findall(text)}
    assert len(allowed) == text.count("dynamodb:LeadingKeys")
    for name, keys in allowed.items():
        assert name == "-".join(key.removesuffix("*").removesuffix("#").replace("#", "_") for key in keys)
    assert len(set(map(frozenset, allowed.values()))) == len(allowed)
    assert set(re.findall(r"Condition: \*([\w-]+)", text)) == allowed.keys()


def test_a_function_may_send_to_named_queues_of_the_stack_only(resources: Resources) -> None:
    queues = of_type(resources, "AWS::SQS::Queue")
    sent_to = [
        resource
        for _, statement in own_statements(resources)
        if statement["Action"] == "sqs:SendMessage"
        for resource in as_list(statement["Resource"])
    ]
    assert sent_to
    assert all(
        resource["Fn::GetAtt"][0] in queues and resource["Fn::GetAtt"][1] == "Arn" for resource in sent_to
    )


def test_a_function_may_tell_the_named_bus_only(resources: Resources) -> None:
    tellers = {
        role.removesuffix("Role"): statement
        for role, statement in own_statements(resources)
        if "events:PutEvents" in as_list(statement["Action"])
    }
    assert tellers.keys() == {"EntitlementsRecompute", "UsageCount", "ParkedWorkRetry"}
    for name, statement in tellers.items():
        assert statement["Resource"]["Fn::Sub"].endswith(":event-bus/${EventBusName}")
        variables = resources[name]["Properties"]["Environment"]["Variables"]
        assert variables["EVENT_BUS_NAME"] == {"Ref": "EventBusName"}


def test_a_stack_takes_its_own_events_from_the_bus(resources: Resources) -> None:
    (rule,) = [each for each in of_type(resources, "AWS::Events::Rule").values() if "EventPattern" in each]
    assert rule["EventPattern"] == {
        "source": ["parity"],
        "resources": [{"Ref": "AWS::StackName"}],
        "detail-type": list(EventType),
    }
    assert rule["EventBusName"] == {"Ref": "EventBusName"}
    (target,) = rule["Targets"]
    (policy,) = of_type(resources, "AWS::SQS::QueuePolicy").values()
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert statement["Resource"] == [target["Arn"], target["DeadLetterConfig"]["Arn"]]
    assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": {"Fn::GetAtt": ["WebhookRule", "Arn"]}}}


def test_only_the_function_that_signs_may_read_secrets_of_webhooks(resources: Resources) -> None:
    readers = {
        role.removesuffix("Role")
        for role, statement in own_statements(resources)
        if "WEBHOOK_SECRETS"
        in statement.get("Condition", {}).get("ForAllValues:StringLike", {}).get("dynamodb:LeadingKeys", ())
        and statement["Action"] in {"dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"}
    }
    assert readers == {"WebhookDeliveriesDeliver"}


def test_each_group_of_each_endpoint_has_a_run_of_its_own(resources: Resources) -> None:
    (mapping,) = [
        each
        for each in of_type(resources, "AWS::Lambda::EventSourceMapping").values()
        if each["EventSourceArn"]["Fn::GetAtt"][0] == "WebhookDeliveries"
    ]
    assert mapping["BatchSize"] == 1
    assert mapping["ScalingConfig"]["MaximumConcurrency"] == MAX_ENDPOINTS * LANES
    queue = of_type(resources, "AWS::SQS::Queue")["WebhookDeliveries"]
    assert queue["FifoThroughputLimit"] == "perMessageGroupId"


def test_only_the_local_cloud_sends_webhooks_to_its_own_machine(resources: Resources) -> None:
    parameters = read_transformed(ROOT / "template.yaml", {}).document["Parameters"]
    assert parameters["AllowLoopbackWebhooks"]["Default"] == "false"
    assert "AllowLoopbackWebhooks" not in (ROOT / "samconfig.toml").read_text(encoding="utf-8")
    users = [
        name
        for name, function in of_type(resources, "AWS::Lambda::Function").items()
        if "ALLOW_LOOPBACK_WEBHOOKS" in function["Environment"]["Variables"]
    ]
    assert sorted(users) == ["WebhookDeliveriesDeliver", "WebhookEndpointsCreate", "WebhookEndpointsUpdate"]


def test_what_a_stream_cannot_deliver_ends_up_in_a_queue(resources: Resources) -> None:
    queues = of_type(resources, "AWS::SQS::Queue")
    streams = [
        mapping
        for mapping in of_type(resources, "AWS::Lambda::EventSourceMapping").values()
        if mapping["EventSourceArn"]["Fn::GetAtt"][1] == "StreamArn"
    ]
    assert streams
    for mapping in streams:
        assert mapping["DestinationConfig"]["OnFailure"]["Destination"]["Fn::GetAtt"][0] in queues
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert mapping["BisectBatchOnFunctionError"] is True
        assert mapping["MaximumRetryAttempts"] == 5
        assert mapping["MaximumRecordAgeInSeconds"] == KEPT_BY_STREAM_SECONDS
        assert mapping["FilterCriteria"]["Filters"]


def test_what_a_queue_cannot_deliver_ends_up_in_another_one(resources: Resources) -> None:
    functions, queues = of_type(resources, "AWS::Lambda::Function"), of_type(resources, "AWS::SQS::Queue")
    delivered = {
        mapping["EventSourceArn"]["Fn::GetAtt"][0]: functions[mapping["FunctionName"]["Ref"]]
        for mapping in of_type(resources, "AWS::Lambda::EventSourceMapping").values()
        if mapping["EventSourceArn"]["Fn::GetAtt"][0] in queues
    }
    assert delivered
    for name, function in delivered.items():
        redrive = queues[name]["RedrivePolicy"]
        assert redrive["deadLetterTargetArn"]["Fn::GetAtt"][0] in queues.keys() - {name}
        assert redrive["maxReceiveCount"] >= 3
        assert queues[name]["VisibilityTimeout"] >= 6 * function["Timeout"]


def test_no_stream_has_more_than_two_readers(resources: Resources) -> None:
    arns = [str(m["EventSourceArn"]) for m in of_type(resources, "AWS::Lambda::EventSourceMapping").values()]
    assert max(map(arns.count, arns)) <= 2


def alarms(resources: Resources) -> dict[str, dict[str, Any]]:
    """The alarms that watch one metric, by its name and dimensions."""
    return {
        json.dumps([each["MetricName"], *each["Dimensions"]]): each
        for each in of_type(resources, "AWS::CloudWatch::Alarm").values()
        if "MetricName" in each
    }


def test_someone_is_told_of_all_that_fails_quietly(resources: Resources) -> None:
    queues = of_type(resources, "AWS::SQS::Queue")
    failures = {name for name in queues if name.endswith("Failures")}
    assert len(failures) == 5
    watched = alarms(resources)
    expected = [
        ["IteratorAge", {"Name": "FunctionName", "Value": {"Ref": name}}]
        for name in ("EntitlementsRecompute", "UsageCount")
    ] + [
        [
            "ApproximateNumberOfMessagesVisible",
            {"Name": "QueueName", "Value": {"Fn::GetAtt": [name, "QueueName"]}},
        ]
        for name in failures
    ]
    expected.append(["UsageDrift", STACK])
    for alarm in expected:
        assert watched[json.dumps(alarm)]["ComparisonOperator"] == "GreaterThanThreshold"
    for each in of_type(resources, "AWS::CloudWatch::Alarm").values():
        assert each["AlarmActions"] == {"Fn::If": ["HasAlarmTopic", [{"Ref": "AlarmTopicArn"}], []]}


@pytest.mark.parametrize("job", ["Advance", "Aggregation", "Release"])
def test_a_job_that_falls_behind_or_whose_schedule_dies_raises_an_alarm(
    resources: Resources, job: str
) -> None:
    """No sign of life is as bad as a bad one."""
    alarm = alarms(resources)[json.dumps([f"{job}SecondsLate", STACK])]
    assert (alarm["Namespace"], alarm["TreatMissingData"]) == (NAMESPACE, "breaching")
    assert (alarm["Statistic"], alarm["ComparisonOperator"]) == ("Maximum", "GreaterThanThreshold")
    assert alarm["Threshold"] >= 300


def test_a_turn_of_a_job_is_of_a_group_of_a_queue_of_its_own(resources: Resources) -> None:
    """Of a group one message at a time is handed out, until its turn is over or has died."""
    jobs = ("SubscriptionsAdvance", "UsageAggregate", "ReservationsExpire")
    queues = of_type(resources, "AWS::SQS::Queue")
    used = set()
    for name in jobs:
        mapping = of_type(resources, "AWS::Lambda::EventSourceMapping")[f"{name}Queue"]
        queue = mapping["EventSourceArn"]["Fn::GetAtt"][0]
        used.add(queue)
        assert queues[queue]["FifoQueue"] is True
        assert mapping["BatchSize"] == 1
        assert mapping["ScalingConfig"] == {"MaximumConcurrency": {"Ref": "JobConcurrency"}}
        variables = resources[name]["Properties"]["Environment"]["Variables"]
        assert {"Ref": queue} in variables.values()
    assert len(used) == len(jobs)


def test_more_turns_at_once_than_there_are_shards_are_refused() -> None:
    parameters = read_transformed(ROOT / "template.yaml", {}).document["Parameters"]
    assert parameters["JobConcurrency"]["MaxValue"] == DUE_SHARDS


@pytest.mark.parametrize("metric", ["ParkedWork", "WebhookEndpointsFailed"])
def test_what_should_be_0_and_a_schedule_that_does_not_say_raise_an_alarm(
    resources: Resources, metric: str
) -> None:
    alarm = alarms(resources)[json.dumps([metric, STACK])]
    assert (alarm["Namespace"], alarm["TreatMissingData"]) == (NAMESPACE, "breaching")
    assert (alarm["Statistic"], alarm["Threshold"], alarm["ComparisonOperator"]) == (
        "Maximum",
        0,
        "GreaterThanThreshold",
    )


def test_each_function_has_statements_of_its_own(resources: Resources) -> None:
    functions = of_type(resources, "AWS::Lambda::Function")
    assert {f"{name}Role" for name in functions} == {role for role, _ in own_statements(resources)}


def test_every_method_but_the_preflight_asks_for_a_key(api: dict[str, Any]) -> None:
    for path, methods in api["paths"].items():
        for method, operation in methods.items():
            expected: list[Any] = [] if method == "options" else [{"KeyAuthorizer": []}]
            assert operation.get("security", []) == expected, f"{method} {path}"


def test_each_path_answers_a_preflight(api: dict[str, Any]) -> None:
    assert all("options" in methods for methods in api["paths"].values())


def test_each_gateway_response_is_a_problem(api: dict[str, Any]) -> None:
    responses = api["x-amazon-apigateway-gateway-responses"]
    assert {"DEFAULT_4XX", "DEFAULT_5XX", "UNAUTHORIZED", "MISSING_AUTHENTICATION_TOKEN"} <= set(responses)
    for name, response in responses.items():
        headers = response["responseParameters"]
        assert headers["gatewayresponse.header.Content-Type"] == "'application/problem+json'", name
        assert headers[CORS_HEADER] == {"Fn::Sub": "'${AllowedOrigin}'"}, name
        assert headers["gatewayresponse.header.Cache-Control"] == "'no-store'", name
        assert headers["gatewayresponse.header.X-Content-Type-Options"] == "'nosniff'", name
        (body,) = response["responseTemplates"].values()
        problem = json.loads(body)
        assert problem.keys() == {"type", "title", "status", "code", "detail", "requestId"}, name
        assert problem["requestId"] == "$context.requestId"
        assert headers["gatewayresponse.header.X-Request-Id"] == "context.requestId", name
        exposed = headers["gatewayresponse.header.Access-Control-Expose-Headers"].strip("'").split(", ")
        assert "X-Request-Id" in exposed, name
        waits = problem["status"] in {429, 503}
        assert waits == ("gatewayresponse.header.Retry-After" in headers) == ("Retry-After" in exposed), name
        assert problem["status"] == int(response["statusCode"]), name


def test_access_logs_are_json_and_name_the_key_by_its_id(resources: Resources) -> None:
    (stage,) = of_type(resources, "AWS::ApiGateway::Stage").values()
    log = json.loads(stage["AccessLogSetting"]["Format"])
    assert log["keyId"] == "$context.authorizer.keyId"
    assert not any("header" in value.lower() for value in log.values())


def test_the_table_outlives_its_stack(resources: Resources) -> None:
    table = resources["Table"]
    assert table["DeletionPolicy"] == table["UpdateReplacePolicy"] == "Retain"
    assert table["Properties"]["DeletionProtectionEnabled"] is True
