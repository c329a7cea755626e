"""The role that deploys a stage, and the boundary of what it deploys, against the template."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

import pytest
from samtranslator.yaml_helper import yaml_parse

from local.stack.transform import read_transformed
from tests.support import ROOT
from tools.transformed import ALL

BOUNDARY = {
    "Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/${AWS::StackName}-boundary",
}
OF_AWS = {
    "AWSLambdaBasicExecutionRole": {"logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"},
    "AWSLambdaDynamoDBExecutionRole": {
        "dynamodb:DescribeStream",
        "dynamodb:GetRecords",
        "dynamodb:GetShardIterator",
        "dynamodb:ListStreams",
    },
    "AWSLambdaSQSQueueExecutionRole": {
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
    },
    "AWSXrayWriteOnlyAccess": {"xray:PutTraceSegments", "xray:PutTelemetryRecords"},
    "AWSCodeDeployRoleForLambdaLimited": {
        "cloudwatch:DescribeAlarms",
        "lambda:GetAlias",
        "lambda:GetProvisionedConcurrencyConfig",
        "lambda:UpdateAlias",
    },
    "AmazonAPIGatewayPushToCloudWatchLogs": {"logs:PutLogEvents", "logs:DescribeLogStreams"},
}
"""What the policies of AWS allow that the template gives to roles, as far as Parity needs it."""

ACTIONS_BY_TYPE = {
    "AWS::Lambda::Function": "lambda:CreateFunction",
    "AWS::Lambda::Version": "lambda:PublishVersion",
    "AWS::Lambda::Alias": "lambda:CreateAlias",
    "AWS::Lambda::LayerVersion": "lambda:PublishLayerVersion",
    "AWS::Lambda::Permission": "lambda:AddPermission",
    "AWS::Lambda::EventSourceMapping": "lambda:CreateEventSourceMapping",
    "AWS::CodeDeploy::Application": "codedeploy:CreateApplication",
    "AWS::CodeDeploy::DeploymentGroup": "codedeploy:CreateDeploymentGroup",
    "AWS::DynamoDB::Table": "dynamodb:CreateTable",
    "AWS::SQS::Queue": "sqs:CreateQueue",
    "AWS::SQS::QueuePolicy": "sqs:SetQueueAttributes",
    "AWS::Events::Rule": "events:PutRule",
    "AWS::CloudWatch::Alarm": "cloudwatch:PutMetricAlarm",
    "AWS::CloudWatch::Dashboard": "cloudwatch:PutDashboard",
    "AWS::Logs::LogGroup": "logs:CreateLogGroup",
    "AWS::IAM::Role": "iam:CreateRole",
    "AWS::ApiGateway::RestApi": "apigateway:POST",
    "AWS::ApiGateway::Deployment": "apigateway:POST",
    "AWS::ApiGateway::Stage": "apigateway:POST",
    "AWS::ApiGateway::Account": "apigateway:PATCH",
    "AWS::ApiGatewayV2::Api": "apigateway:POST",
    "AWS::ApiGatewayV2::Stage": "apigateway:POST",
    "AWS::ApiGatewayV2::DomainName": "apigateway:POST",
    "AWS::ApiGatewayV2::ApiMapping": "apigateway:POST",
    "AWS::S3::Bucket": "s3:CreateBucket",
    "AWS::S3::BucketPolicy": "s3:PutBucketPolicy",
    "AWS::CloudFront::Distribution": "cloudfront:CreateDistribution",
    "AWS::CloudFront::Function": "cloudfront:CreateFunction",
    "AWS::CloudFront::OriginAccessControl": "cloudfront:CreateOriginAccessControl",
    "AWS::CloudFront::ResponseHeadersPolicy": "cloudfront:CreateResponseHeadersPolicy",
    "AWS::Cognito::ManagedLoginBranding": "cognito-idp:CreateManagedLoginBranding",
    "AWS::Cognito::UserPool": "cognito-idp:CreateUserPool",
    "AWS::Cognito::UserPoolClient": "cognito-idp:CreateUserPoolClient",
    "AWS::Cognito::UserPoolDomain": "cognito-idp:CreateUserPoolDomain",
    "AWS::Cognito::UserPoolGroup": "cognito-idp:CreateGroup",
}
"""The action that creates each type of resource of the template."""

Statement = dict[str, Any]


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return dict(read_transformed(ROOT / "template.yaml", ALL).resources)


@pytest.fixture(scope="module")
def bootstrap() -> dict[str, Any]:
    text = (ROOT / "deploy/bootstrap.yaml").read_text(encoding="utf-8")
    resources: dict[str, Any] = yaml_parse(text)["Resources"]
    return {name: resource["Properties"] for name, resource in resources.items()}


@pytest.fixture(scope="module")
def deploys(bootstrap: dict[str, Any]) -> list[Statement]:
    (policy,) = bootstrap["DeployRole"]["Policies"]
    statements: list[Statement] = policy["PolicyDocument"]["Statement"]
    return statements


def as_list(value: Any) -> list[Any]:  # noqa: ANN401 - one value or a list of them, as IAM allows
    return value if isinstance(value, list) else [value]


def is_allowed(statements: list[Statement], action: str) -> bool:
    return any(fnmatchcase(action, each) for statement in statements for each in as_list(statement["Action"]))


def roles_of(template: dict[str, Any]) -> list[dict[str, Any]]:
    return [each["Properties"] for each in template.values() if each["Type"] == "AWS::IAM::Role"]


def name_of(policy: Any) -> str:  # noqa: ANN401 - a text or an intrinsic
    return str(policy["Fn::Sub"] if isinstance(policy, dict) else policy).rpartition("/")[2]


def list_actions(role: dict[str, Any]) -> Iterator[str]:
    for policy in role.get("Policies", ()):
        for statement in policy["PolicyDocument"]["Statement"]:
            yield from as_list(statement["Action"])
    for managed in role["ManagedPolicyArns"]:
        yield from OF_AWS[name_of(managed)]


def test_every_role_of_the_stack_has_the_boundary_if_it_is_wanted(template: dict[str, Any]) -> None:
    roles = roles_of(template)
    assert len(roles) > 60
    for role in roles:
        condition, boundary, none = role["PermissionsBoundary"]["Fn::If"]
        assert (condition, boundary, none) == ("HasBoundary", BOUNDARY, {"Ref": "AWS::NoValue"})


def test_the_boundary_takes_nothing_from_the_functions(
    template: dict[str, Any], bootstrap: dict[str, Any]
) -> None:
    limit = bootstrap["Boundary"]["PolicyDocument"]["Statement"]
    needed = {action for role in roles_of(template) for action in list_actions(role)}
    assert {"dynamodb:Query", "sqs:SendMessage", "events:PutEvents"} <= needed
    assert not {action for action in needed if not is_allowed(limit, action)}


def test_the_boundary_gives_nobody_power_over_roles_or_code(bootstrap: dict[str, Any]) -> None:
    limit = bootstrap["Boundary"]["PolicyDocument"]["Statement"]
    actions = {action for statement in limit for action in as_list(statement["Action"])}
    services = {action.partition(":")[0] for action in actions}
    assert services == {"dynamodb", "sqs", "events", "logs", "xray", "cloudwatch", "lambda"}
    assert not any("*" in action for action in actions)
    of_lambda = {action for action in actions if action.startswith("lambda:")}
    assert of_lambda == {"lambda:GetAlias", "lambda:GetProvisionedConcurrencyConfig", "lambda:UpdateAlias"}


def test_the_role_may_shift_the_traffic_of_its_stack_only(deploys: list[Statement]) -> None:
    """What CloudFormation does with CodeDeploy when an alias gets a new version."""
    for action in ("CreateDeployment", "GetDeployment", "StopDeployment", "RegisterApplicationRevision"):
        (statement,) = [each for each in deploys if is_allowed([each], f"codedeploy:{action}")]
        assert all(":parity-${Stage}-*" in each["Fn::Sub"] for each in statement["Resource"])
    assert is_allowed(deploys, "codedeploy:GetDeploymentConfig")


def test_the_role_may_create_all_that_the_template_has(
    template: dict[str, Any], deploys: list[Statement]
) -> None:
    types = {resource["Type"] for resource in template.values()}
    assert types == ACTIONS_BY_TYPE.keys()
    assert not {each for each in types if not is_allowed(deploys, ACTIONS_BY_TYPE[each])}


def test_the_role_changes_roles_with_the_boundary_only_and_never_itself(
    bootstrap: dict[str, Any], deploys: list[Statement]
) -> None:
    giving = {"iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:PutRolePermissionsBoundary"}
    for statement in deploys:
        if giving & set(as_list(statement["Action"])):
            assert statement["Condition"] == {
                "StringEquals": {"iam:PermissionsBoundary": {"Ref": "Boundary"}}
            }
    assert not is_allowed(deploys, "iam:DeleteRolePermissionsBoundary")
    changed = [each for each in deploys if any(a.startswith("iam:") for a in as_list(each["Action"]))]
    resources = {str(each["Resource"]["Fn::Sub"]).rpartition("/")[2] for each in changed}
    assert resources == {"parity-${Stage}-*"}
    assert not bootstrap["DeployRole"]["RoleName"]["Fn::Sub"].startswith("parity-${Stage}-")


def test_both_policies_are_within_what_iam_allows(
    bootstrap: dict[str, Any], deploys: list[Statement]
) -> None:
    """IAM counts no spaces. An intrinsic is longer than what it becomes."""
    boundary = bootstrap["Boundary"]["PolicyDocument"]
    assert len(json.dumps(deploys, separators=(",", ":"))) < 10_240
    assert len(json.dumps(boundary, separators=(",", ":"))) < 6_144


def test_the_role_never_takes_the_data_away(deploys: list[Statement]) -> None:
    for action in ("dynamodb:DeleteTable", "dynamodb:DeleteBackup", "cloudformation:DeleteStack"):
        assert not is_allowed(deploys, action)


def test_the_role_lets_nobody_in_to_the_dashboard(deploys: list[Statement]) -> None:
    for action in ("AdminCreateUser", "AdminAddUserToGroup", "AdminSetUserPassword", "DeleteUserPool"):
        assert not is_allowed(deploys, f"cognito-idp:{action}")


def test_the_role_publishes_the_dashboard(deploys: list[Statement]) -> None:
    """What `make publish` calls."""
    for action in ("s3:ListBucket", "s3:GetObject", "s3:PutObject", "s3:DeleteObject"):
        assert is_allowed(deploys, action)
    assert is_allowed(deploys, "cloudfront:CreateInvalidation")


def test_only_a_job_in_the_environment_of_the_stage_takes_the_role(bootstrap: dict[str, Any]) -> None:
    (trust,) = bootstrap["DeployRole"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert trust["Condition"] == {
        "StringEquals": {
            "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
            "token.actions.githubusercontent.com:sub": {"Fn::Sub": "repo:${Repository}:environment:${Stage}"},
        }
    }
