"""Publishes the dashboard of a stack: `make publish`, and what `make promote` and `make rollback` do with it.

Uses the AWS credentials and region of the environment.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from tools.dashboard import files
from tools.dashboard.files import Bucket, BuildError
from tools.stacks import read_outputs

ROOT = Path(__file__).parents[2]
BUILD = ROOT / ".aws-sam/dashboard"
PREVIOUS = ROOT / ".aws-sam/previous-dashboard"
INVALIDATED = ("/", "/index.html", "/config.json")
"""What is cached under the same name for every build."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="make publish", description="Publish the dashboard of a stack.")
    parser.add_argument("command", choices=["publish", "save", "restore"])
    parser.add_argument("--stack", required=True, help="the stack's name, such as parity-dev")
    options = parser.parse_args()
    try:
        print(run(options.command, options.stack))
    except (BotoCoreError, ClientError, BuildError) as error:
        sys.exit(f"The dashboard of {options.stack} is as it was, or in part: {error}")


def run(command: str, stack: str) -> str:
    """What was done, as a sentence."""
    if command == "save":
        return save(stack)
    outputs = read_outputs(stack)
    if "DashboardBucket" not in outputs:
        return f"{stack} has no dashboard."
    if command == "restore":
        return restore(outputs)
    return publish(outputs)


def publish(outputs: Mapping[str, str]) -> str:
    build = files.read_build(BUILD)
    files.publish(open_bucket(outputs), build, make_config(outputs), files.utc_now())
    invalidate(outputs)
    return f"Published {len(build)} files of the dashboard: {outputs['DashboardUrl']}/"


def save(stack: str) -> str:
    """Keeps what `restore` needs. A new stack, or one without a dashboard, has nothing to keep."""
    shutil.rmtree(PREVIOUS, ignore_errors=True)
    try:
        outputs = read_outputs(stack)
    except ClientError as error:
        if "does not exist" not in str(error):
            raise
        outputs = {}
    is_saved = "DashboardBucket" in outputs and files.save(open_bucket(outputs), PREVIOUS)
    return f"The dashboard of {stack} {'is kept' if is_saved else 'is new'}."


def restore(outputs: Mapping[str, str]) -> str:
    if not PREVIOUS.exists():
        return (
            "The dashboard cannot be taken back: it was new, or was not deployed by make promote from here."
        )
    files.restore(open_bucket(outputs), PREVIOUS)
    invalidate(outputs)
    return f"The dashboard is as it was: {outputs['DashboardUrl']}/"


def make_config(outputs: Mapping[str, str]) -> dict[str, Any]:
    """What the page reads when it is opened; `Config` in dashboard/src/api/config.ts."""
    sign_in = {
        "issuer": outputs["SignInIssuer"],
        "clientId": outputs["SignInClientId"],
        "signOutUrl": f"{outputs['SignInUrl']}/logout",
    }
    return {"apiUrl": "", "signIn": sign_in}


def open_bucket(outputs: Mapping[str, str]) -> Bucket:
    return Bucket(boto3.client("s3"), outputs["DashboardBucket"])


def invalidate(outputs: Mapping[str, str]) -> None:
    """CloudFront asks for the new files at once."""
    boto3.client("cloudfront").create_invalidation(
        DistributionId=outputs["DashboardDistributionId"],
        InvalidationBatch={
            "Paths": {"Quantity": len(INVALIDATED), "Items": [*INVALIDATED]},
            "CallerReference": uuid.uuid4().hex,
        },
    )


if __name__ == "__main__":
    main()
