from __future__ import annotations

import json
import shutil
from pathlib import Path
from unittest.mock import ANY

import pytest

from local.model import (
    Authorizer,
    Cors,
    GatewayResponse,
    HttpRoute,
    MockResponse,
    Queue,
    QueueMapping,
    Route,
    Schedule,
    Stack,
    StreamMapping,
)
from local.stack import TemplateError, load_stack

FIXTURE = Path(__file__).parent / "fixtures" / "template.yaml"
FUNCTIONS = ("authorize", "items_get", "project", "sweep")
NAMED = {"AWS::StackName": "test"}


@pytest.fixture
def template(tmp_path: Path) -> Path:
    for name in FUNCTIONS:
        (tmp_path / "functions" / name).mkdir(parents=True)
        (tmp_path / "functions" / name / "app.py").touch()
    for name in ("layers/own/python", "layers/dependencies", "built/python"):
        (tmp_path / name).mkdir(parents=True)
    return Path(shutil.copy(FIXTURE, tmp_path / "template.yaml"))


def load(template: Path, **parameters: str) -> Stack:
    layers = {"DependenciesLayer": template.parent / "built"}
    return load_stack(template, {**NAMED, **parameters}, layers)


def edit(template: Path, old: str, new: str) -> None:
    text = template.read_text()
    assert old in text
    template.write_text(text.replace(old, new))


def sentence(template: Path) -> str:
    with pytest.raises(TemplateError) as raised:
        load(template)
    text = str(raised.value)
    assert "\n" not in text
    return text


def test_a_function_runs_from_the_folders_of_its_template(template: Path) -> None:
    function = load(template).functions["test-items-get"]
    assert function.handler == "app.handler"
    assert function.code == template.parent / "functions/items_get"
    assert function.layers == (template.parent / "layers/own/python", template.parent / "built/python")
    assert (function.memory_mb, function.timeout_seconds) == (512, 10)
    assert function.log_group == "/aws/lambda/test"


def test_a_function_gets_lambdas_defaults_and_a_made_up_name(template: Path) -> None:
    function = load(template).functions["test-Project"]
    assert (function.memory_mb, function.log_group) == (128, None)


def test_intrinsic_functions_are_resolved_as_cloudformation_does(template: Path) -> None:
    environment = load(template).functions["test-items-get"].environment
    assert environment == {
        "TABLE_NAME": "test",
        "BIG": "false",
        "JOINED": "us-east-1/south",
        "SPLIT": "a",
        "SIZE": "5",
        "SUBSTITUTED": "arn:aws:dynamodb:us-east-1:000000000000:table/test"
        " 000000000000 ${Literal} https://app.example.com",
    }


def test_parameters_decide_conditions_and_conditional_resources(template: Path) -> None:
    assert "test-alarm" not in load(template).functions
    stack = load(template, Alarm="big")
    assert "test-alarm" in stack.functions
    assert stack.functions["test-items-get"].environment["BIG"] == "true"
    assert stack.functions["test-items-get"].environment["ALARM"] == "big"


def test_a_table_is_what_create_table_takes(template: Path) -> None:
    (table,) = load(template).tables
    assert table.name == table.definition["TableName"] == "test"
    assert table.ttl_attribute == "expiresAt"
    assert table.definition["StreamSpecification"] == {
        "StreamEnabled": True,
        "StreamViewType": "NEW_AND_OLD_IMAGES",
    }
    assert table.definition["GlobalSecondaryIndexes"] == [
        {
            "IndexName": "listing",
            "KeySchema": [{"AttributeName": "listingPK", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
        }
    ]
    assert "DeletionProtectionEnabled" not in table.definition


def test_routes_carry_the_default_authorizer_unless_the_event_says_none(template: Path) -> None:
    (api,) = load(template).apis
    assert Route("GET", "/items/{itemId}", "test-items-get", authorizer="KeyAuthorizer") in api.routes
    assert Route("ANY", "/open/{proxy+}", "test-items-get") in api.routes
    assert api.stage == "prod"
    assert api.binary_media_types == {"text/csv"}
    assert api.authorizers == {
        "KeyAuthorizer": Authorizer("KeyAuthorizer", "test-api-keys-authorize", ("Authorization",), 60)
    }


def test_cors_becomes_preflight_routes_without_an_authorizer(template: Path) -> None:
    (api,) = load(template, Origin="https://other.example.com").apis
    preflight = MockResponse(
        200,
        {
            "Access-Control-Allow-Origin": "https://other.example.com",
            "Access-Control-Allow-Headers": "Authorization,Content-Type",
            "Access-Control-Allow-Methods": "GET,POST",
            "Access-Control-Max-Age": "600",
        },
    )
    assert Route("OPTIONS", "/items/{itemId}", mock=preflight) in api.routes


def test_gateway_responses_keep_only_their_fixed_headers(template: Path) -> None:
    (api,) = load(template).apis
    assert api.gateway_responses["UNAUTHORIZED"] == GatewayResponse(
        401,
        {"Content-Type": "application/problem+json", "WWW-Authenticate": "Bearer"},
        {"application/json": '{"code": "unauthorized", "requestId": "$context.requestId"}'},
    )
    assert api.gateway_responses["DEFAULT_5XX"].status is None


def test_a_stream_mapping_keeps_all_that_its_poller_needs(template: Path) -> None:
    assert load(template).streams == (
        StreamMapping(
            name="ProjectChanges",
            table="test",
            function="test-Project",
            batch_size=25,
            batching_window_seconds=1,
            filters=({"eventName": ["INSERT"]},),
            maximum_retry_attempts=5,
            maximum_record_age_seconds=3600,
            bisect_on_error=True,
            report_batch_item_failures=True,
            on_failure="arn:aws:sqs:us-east-1:000000000000:test-Failures",
            starting_position="TRIM_HORIZON",
        ),
    )


def test_an_http_api_is_what_its_gateway_needs(template: Path) -> None:
    (api,) = load(template).http_apis
    assert api.name == "Edge"
    assert set(api.routes) == {
        HttpRoute("GET /items/{itemId}", "test-items-get", "EdgeAuthorizer"),
        HttpRoute("ANY /open/{proxy+}", "test-items-get"),
    }
    assert api.authorizers == {
        "EdgeAuthorizer": Authorizer(
            "EdgeAuthorizer", "test-api-keys-authorize", ("Authorization",), 60, per_route=True
        )
    }
    assert api.cors == Cors(
        allow_origins=("https://app.example.com", "https://admin.example.com"),
        allow_methods=("GET", "POST"),
        allow_headers=("Authorization",),
        expose_headers=("ETag",),
        max_age_seconds=600,
    )


def test_a_route_without_a_path_is_the_default_route(template: Path) -> None:
    edit(template, "Path: '/open/{proxy+}', Method: ANY, Auth", "Auth")
    (api,) = load(template).http_apis
    assert HttpRoute("$default", "test-items-get") in api.routes


def test_an_http_api_without_cors_answers_no_preflight(template: Path) -> None:
    text = template.read_text()
    start, end = text.index("      CorsConfiguration:"), text.index("      Auth:\n", text.index("  Edge:"))
    template.write_text(text[:start] + text[end:])
    (api,) = load(template).http_apis
    assert api.cors is None


def test_an_authorizer_without_an_identity_is_never_remembered(template: Path) -> None:
    edit(template, "Identity: {Headers: [Authorization], Context: [routeKey], ReauthorizeEvery: 60}", "")
    (api,) = load(template).http_apis
    assert api.authorizers["EdgeAuthorizer"].ttl_seconds == 0


def test_a_queue_has_the_attributes_that_sqs_takes(template: Path) -> None:
    dead, deliveries = load(template).queues
    assert dead == Queue("test-Failures")
    assert deliveries == Queue("deliveries", {"VisibilityTimeout": "60", "RedrivePolicy": ANY})
    assert json.loads(deliveries.attributes["RedrivePolicy"]) == {
        "deadLetterTargetArn": "arn:aws:sqs:us-east-1:000000000000:test-Failures",
        "maxReceiveCount": 3,
    }


def test_functions_learn_a_queue_by_url_name_and_arn(template: Path) -> None:
    environment = load(template).functions["test-Deliver"].environment
    assert environment["URL"] == "https://sqs.us-east-1.amazonaws.com/000000000000/deliveries"
    assert environment["NAME"] == "deliveries"
    assert environment["ARN"] == "arn:aws:sqs:us-east-1:000000000000:deliveries"


def test_a_queue_mapping_keeps_all_that_its_poller_needs(template: Path) -> None:
    assert load(template).queue_mappings == (
        QueueMapping(
            name="DeliverDeliveries",
            queue="deliveries",
            function="test-Deliver",
            batch_size=5,
            batching_window_seconds=1,
            report_batch_item_failures=True,
            maximum_concurrency=2,
        ),
    )


def test_a_disabled_queue_mapping_is_left_out(template: Path) -> None:
    edit(template, "BatchSize: 5\n", "BatchSize: 5\n            Enabled: false\n")
    assert load(template).queue_mappings == ()


def test_schedules_of_both_kinds_are_found_and_disabled_ones_left_out(template: Path) -> None:
    assert set(load(template).schedules) == {
        Schedule("test-SweepEveryMinute", "rate(1 minute)", "test-Sweep", '{"task": "sweep"}'),
        Schedule("nightly", "cron(0 3 * * ? *)", "test-Sweep"),
    }


def test_a_disabled_stream_mapping_is_left_out(template: Path) -> None:
    edit(template, "BatchSize: 25", "BatchSize: 25\n            Enabled: false")
    assert load(template).streams == ()


def test_a_mapping_from_something_else_than_a_table_is_idle_but_said(
    template: Path, caplog: pytest.LogCaptureFixture
) -> None:
    edit(template, "Stream: !GetAtt Table.StreamArn", "Stream: arn:aws:kinesis:us-east-1:0:stream/x")
    assert load(template).streams == ()
    assert "ProjectChanges" in caplog.text


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("Parameters:", "Parameters: [", "template.yaml: not valid YAML: line"),
        ("CodeUri: functions/sweep\n", "CodeUri: functions/nothing\n", "template.yaml: Sweep: CodeUri names"),
        (
            "CodeUri: functions/sweep\n",
            "Tags: {}\n",
            "template.yaml: Sweep: CodeUri must name a local folder",
        ),
        ("Handler: app.handler", "Handler: main.handler", "Handler is main.handler, but"),
        ("Handler: app.handler", "Handler: handler", "Handler must be <module>.<function>, not handler"),
        (
            "TABLE_NAME: !Ref Table",
            "TABLE_NAME: !Ref Tabel",
            "Environment.Variables.TABLE_NAME refers to Tabel, which is not in the template",
        ),
        (
            "!GetAtt Table.StreamArn",
            "!GetAtt Tabel.StreamArn",
            "ProjectChanges: EventSourceArn refers to Tabel",
        ),
        (
            "!FindInMap [Sizes, small, items]",
            "!FindInMap [Sizes, big, items]",
            "SIZE has a malformed Fn::FindInMap",
        ),
        ("!If [HasAlarm,", "!If [HasAlram,", "ALARM refers to the condition HasAlram"),
        ("!Ref Zones", "!ImportValue Zones", "uses Fn::ImportValue, which the local cloud does not know"),
        (
            "Layers: [!Ref OwnLayer,",
            "Layers: ['arn:aws:lambda:::layer:x:1',",
            "which is not a layer of this template",
        ),
        ("ContentUri: layers/own", "ContentUri: layers/none", "Layers needs"),
        ("Default: 'north, south'", "MinLength: 1", "template.yaml: Parameters: Zones has no default"),
        (
            "FunctionPayloadType: REQUEST",
            "FunctionPayloadType: TOKEN",
            "KeyAuthorizer is not a Lambda authorizer",
        ),
        (
            "EnableSimpleResponses: true",
            "EnableSimpleResponses: false",
            "template.yaml: Edge: Auth.Authorizers.EdgeAuthorizer.EnableSimpleResponses is not true",
        ),
        (
            "AuthorizerPayloadFormatVersion: '2.0'",
            "AuthorizerPayloadFormatVersion: '1.0'",
            "EdgeAuthorizer.AuthorizerPayloadFormatVersion is 1.0, but only 2.0 is emulated",
        ),
        ("Context: [routeKey]", "QueryStrings: [key]", "that is neither a header nor the route key"),
        (
            "Path: '/items/{itemId}', Method: get}\n        EdgeOpen",
            "Path: '/items/{itemId}', Method: get, PayloadFormatVersion: '1.0'}\n        EdgeOpen",
            "Edge: Body.GET /items/{itemId}.PayloadFormatVersion is 1.0, but only 2.0 is emulated",
        ),
        (
            "      CorsConfiguration:",
            "      StageName: live\n      CorsConfiguration:",
            "template.yaml: Edge: StageName must be $default",
        ),
        (
            "QueueName: deliveries",
            "QueueName: deliveries.fifo\n      FifoQueue: true",
            "template.yaml: Deliveries: FifoQueue is true",
        ),
        (
            "VisibilityTimeout: 60",
            "VisibilityTimeout: 9",
            "names a queue whose VisibilityTimeout, 9 s, is less than the function's 10 s",
        ),
        (
            "Queue: !GetAtt Deliveries.Arn",
            "Queue: arn:aws:sqs:us-east-1:000000000000:other",
            "DeliverDeliveries: EventSourceArn names other, which is not in this template",
        ),
        (
            "BatchSize: 5\n",
            "BatchSize: 5\n            FilterCriteria: {Filters: [{Pattern: '{}'}]}\n",
            "DeliverDeliveries: FilterCriteria is set",
        ),
        (
            '{"eventName": ["INSERT"]}',
            "{eventName",
            "ProjectChanges: FilterCriteria has a Pattern that is not JSON",
        ),
        (
            "StartingPosition: TRIM_HORIZON",
            "Unknown: x",
            "template.yaml: Resource with id [ProjectChanges] is invalid.",
        ),
    ],
)
def test_a_broken_template_is_one_sentence_that_says_where(
    template: Path, old: str, new: str, named: str
) -> None:
    edit(template, old, new)
    assert named in sentence(template)


def test_a_template_that_does_not_exist_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=r"missing\.yaml: the file cannot be read: No such file"):
        load_stack(tmp_path / "missing.yaml")


def test_a_file_that_is_no_template_is_one_sentence(template: Path) -> None:
    template.write_text("hello")
    assert sentence(template) == "template.yaml: the template has no Resources."


def test_a_parameter_that_the_template_does_not_declare_is_refused(template: Path) -> None:
    with pytest.raises(TemplateError, match="Orgin is given but not declared"):
        load(template, Orgin="x")
