"""What every function, log group and gateway response of the template has to keep to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.stack.transform import read_transformed

ROOT = Path(__file__).parents[2]
DYNAMODB_ACTIONS = {"GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"}
CORS_HEADER = "gatewayresponse.header.Access-Control-Allow-Origin"

Resources = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def resources() -> Resources:
    transformed = read_transformed(ROOT / "template.yaml", {"Runtime": "python3.13"})
    return dict(transformed.resources)


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


def test_each_function_ends_before_the_gateway_gives_up(resources: Resources) -> None:
    assert all(each["Timeout"] < 29 for each in of_type(resources, "AWS::Lambda::Function").values())


def test_each_function_logs_to_a_group_of_its_own_that_forgets(resources: Resources) -> None:
    groups = of_type(resources, "AWS::Logs::LogGroup")
    used = []
    for function in of_type(resources, "AWS::Lambda::Function").values():
        group = function["LoggingConfig"]["LogGroup"]["Ref"]
        name = function["FunctionName"]["Fn::Sub"]
        assert groups[group]["LogGroupName"] == {"Fn::Sub": f"/aws/lambda/{name}"}
        used.append(group)
    assert len(set(used)) == len(used)
    assert all("RetentionInDays" in group for group in groups.values())


def test_a_function_may_do_named_things_with_named_keys_only(resources: Resources) -> None:
    statements = list(own_statements(resources))
    assert statements
    for role, statement in statements:
        actions = {action.removeprefix("dynamodb:") for action in as_list(statement["Action"])}
        assert actions <= DYNAMODB_ACTIONS, role
        assert "*" not in as_list(statement["Resource"]), role
        keys = statement["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
        assert keys, role
        assert "*" not in keys, role


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
        (body,) = response["responseTemplates"].values()
        problem = json.loads(body)
        assert problem.keys() == {"type", "title", "status", "code", "detail"}, name
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
