"""The names and ARNs that CloudFormation gives to resources."""

from __future__ import annotations

import re

from local.model import ACCOUNT_ID, REGION

STACK_NAME = "parity"

_NAME_PROPERTIES = {
    "AWS::Lambda::Function": "FunctionName",
    "AWS::Lambda::Alias": "FunctionName",
    "AWS::Lambda::LayerVersion": "LayerName",
    "AWS::DynamoDB::Table": "TableName",
    "AWS::SQS::Queue": "QueueName",
    "AWS::SNS::Topic": "TopicName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::Events::Rule": "Name",
    "AWS::Scheduler::Schedule": "Name",
}

_RESOURCE_PREFIXES = {
    "AWS::Lambda::Function": "function:",
    "AWS::Lambda::Alias": "function:",
    "AWS::Lambda::LayerVersion": "layer:",
    "AWS::DynamoDB::Table": "table/",
    "AWS::Events::Rule": "rule/",
    "AWS::IAM::Role": "role/",
}

_REF_IS_ARN = {"AWS::Lambda::Alias", "AWS::Lambda::LayerVersion", "AWS::SNS::Topic"}


def name_property(resource_type: str) -> str | None:
    """The property that may hold a resource's physical name."""
    return _NAME_PROPERTIES.get(resource_type)


def default_name(resource_type: str, logical_id: str, stack_name: str) -> str:
    """The name of a resource that the template does not name; for an API and a stage, its logical id."""
    return logical_id if resource_type.startswith("AWS::ApiGateway") else f"{stack_name}-{logical_id}"


def arn(resource_type: str, name: str) -> str:
    """An ARN of the usual form, which is the real one for the types that the local cloud runs."""
    service = resource_type.split("::")[1].lower()
    return f"arn:aws:{service}:{REGION}:{ACCOUNT_ID}:{_RESOURCE_PREFIXES.get(resource_type, '')}{name}"


def queue_url(name: str) -> str:
    """A queue's URL on AWS. A client of a local engine uses only its path."""
    return f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT_ID}/{name}"


def reference(resource_type: str, name: str) -> str:
    """The value of `Ref`."""
    if resource_type == "AWS::SQS::Queue":
        return queue_url(name)
    return arn(resource_type, name) if resource_type in _REF_IS_ARN else name


def attribute(resource_type: str, name: str, attribute_name: str) -> str:
    """The value of `Fn::GetAtt`; for an attribute that exists only on AWS, `<name>.<attribute>`."""
    if attribute_name == "Arn":
        return arn(resource_type, name)
    if attribute_name == "StreamArn":
        return f"{arn(resource_type, name)}/stream/local"
    if attribute_name == "QueueName":
        return name
    if attribute_name == "QueueUrl":
        return queue_url(name)
    return f"{name}.{attribute_name}"


def function_name(arn_or_name: str) -> str | None:
    """The function in a name, an ARN or the URI of an integration; None for another ARN or URI."""
    if match := re.search(r":function:([^:/]+)", arn_or_name):
        return match[1]
    return None if ":" in arn_or_name else arn_or_name


def streamed_table(stream_arn: str) -> str | None:
    """The table whose stream has this ARN; None for another ARN."""
    match = re.search(r":table/([^/]+)/stream/", stream_arn)
    return match[1] if match else None


def queue_name(queue_arn: str) -> str | None:
    """The queue that has this ARN; None for another ARN."""
    match = re.fullmatch(r"arn:[^:]+:sqs:[^:]*:[^:]*:([^:]+)", queue_arn)
    return match[1] if match else None
