"""An account of the emulator, to which SAM deploys, and what can be seen in it."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from local.engine import Engine
from tools.rehearsal.template import ROOT, TEMPLATE

SAM = ROOT / ".venvs/sam/bin/sam"
ROLLBACK = (sys.executable, "-m", "tools.rollback")
PUBLISH = (sys.executable, "-m", "tools.dashboard", "publish")
RUNTIME = "file://.aws-sam/runtime.yaml"
DOMAIN = "api.example.com"
CALLED_BY_VERSION = "parity-dev-entitlements-check"
ALIAS = "live"

Resources = dict[str, str]
"""The physical id of each resource, by its logical id."""


class RehearsalError(Exception):
    """A stack is not as it should be; its text is one sentence."""


def expect(condition: object, sentence: str) -> None:
    if not condition:
        raise RehearsalError(sentence)


@dataclass(frozen=True)
class Account:
    """An account of the emulator."""

    engine: Engine

    def deploy(self, stage: str, *parameters: str) -> None:
        """Deploys the build as `make promote` does, with these parameters."""
        given = ["--parameter-overrides", f"Stage={stage}", RUNTIME, *parameters]
        template = ["--template-file", str(TEMPLATE)]
        config = ["--config-file", str(ROOT / "samconfig.toml"), "--config-env", stage]
        self._run(str(SAM), "deploy", *config, "--no-confirm-changeset", *template, *given)

    def save(self, stage: str) -> None:
        self._run(*ROLLBACK, "save", "--stack", f"parity-{stage}", "--stage", stage)

    def roll_back(self, stage: str) -> None:
        self._run(*ROLLBACK, "restore", "--stack", f"parity-{stage}", "--stage", stage)

    def publish(self, stack: str) -> None:
        self._run(*PUBLISH, "--stack", stack)

    def read_file(self, bucket: str, key: str) -> bytes:
        return bytes(self.engine.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read())

    def delete(self, stack: str) -> None:
        self._run(str(SAM), "delete", "--stack-name", stack, "--no-prompts")

    def list_resources(self, stack: str) -> Resources:
        """The resources of a stack, all of which have to be complete."""
        pages = self.engine.client("cloudformation").get_paginator("list_stack_resources")
        found = [each for page in pages.paginate(StackName=stack) for each in page["StackResourceSummaries"]]
        for each in found:
            status = each["ResourceStatus"]
            expect(status.endswith("_COMPLETE"), f"{each['LogicalResourceId']} of {stack} is {status}.")
        return {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in found}

    def read_status(self, stack: str) -> str:
        return str(self._describe(stack)["StackStatus"])

    def read_outputs(self, stack: str) -> dict[str, str]:
        return {each["OutputKey"]: each["OutputValue"] for each in self._describe(stack)["Outputs"]}

    def list_mapping_keys(self) -> set[str]:
        """The paths of the domain at which an API is."""
        found = self.engine.client("apigatewayv2").get_api_mappings(DomainName=DOMAIN)["Items"]
        return {each.get("ApiMappingKey", "") for each in found}

    def read_retention_days(self, stack: str) -> int:
        groups = self.engine.client("logs").describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{stack}")
        return int(groups["logGroups"][0]["retentionInDays"])

    def read_release(self) -> str:
        """The release of the version that gets the calls of a function with an alias."""
        client = self.engine.client("lambda")
        return str(
            client.get_function_configuration(FunctionName=CALLED_BY_VERSION, Qualifier=ALIAS)["Description"]
        )

    def list_versions(self) -> list[str]:
        """Of a function with an alias, all that are kept."""
        found = self.engine.client("lambda").list_versions_by_function(FunctionName=CALLED_BY_VERSION)
        return [each["Version"] for each in found["Versions"] if each["Version"] != "$LATEST"]

    def list_functions(self) -> list[str]:
        pages = self.engine.client("lambda").get_paginator("list_functions").paginate()
        return [each["FunctionName"] for page in pages for each in page["Functions"]]

    def list_kept(self) -> set[str]:
        """What a stack leaves behind: tables, buckets and user pools."""
        buckets = self.engine.client("s3").list_buckets()["Buckets"]
        pools = self.engine.client("cognito-idp").list_user_pools(MaxResults=60)["UserPools"]
        tables = self.engine.client("dynamodb").list_tables()["TableNames"]
        return {*tables, *(each["Name"] for each in buckets), *(each["Id"] for each in pools)}

    def _describe(self, stack: str) -> dict[str, Any]:
        (found,) = self.engine.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
        return dict(found)

    def _run(self, *command: str) -> None:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": os.environ.get("HOME", "/"),
            "AWS_ENDPOINT_URL": self.engine.url,
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "SAM_CLI_TELEMETRY": "0",
        }
        done = subprocess.run(command, check=False, cwd=ROOT, env=environment, text=True, capture_output=True)
        expect(done.returncode == 0, f"{command[0]} failed:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
