"""What a deployed stack says of itself."""

from __future__ import annotations

from typing import Any

import boto3


def read_outputs(stack: str) -> dict[str, str]:
    """The stack's outputs by name. Uses the AWS credentials and region of the environment."""
    client: Any = boto3.client("cloudformation")
    (found,) = client.describe_stacks(StackName=stack)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", ())}
