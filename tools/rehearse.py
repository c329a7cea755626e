"""Rehearses deployments on an emulator of AWS: `make rehearse` (docs/deployment.md).

SAM deploys what `make build` has built. Each step looks at the stacks that it leaves.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from samtranslator.yaml_helper import yaml_parse

from local.engine import Engine
from local.stack.transform import read_transformed

ROOT = Path(__file__).parent.parent
SAM = ROOT / ".venvs/sam/bin/sam"
EMULATOR = ROOT / ".venvs/rehearsal/bin/python"
BUILD = ROOT / ".aws-sam/build"
ROLLBACK = (sys.executable, "-m", "tools.rollback")
RUNTIME = "file://.aws-sam/runtime.yaml"
SERVICES = "apigateway,cloudformation,dynamodb,dynamodbstreams,events,iam,lambda,logs,monitoring,s3,sqs,sts"
CHANGED_DAYS = 14
DOMAIN = "api.example.com"
CERTIFICATE = "arn:aws:acm:us-east-1:000000000000:certificate/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"
OF_THE_ACCOUNT = {"ApiGatewayAccount", "ApiGatewayLogsWriter"}
"""What `ApiGatewayLogsRole=keep` leaves to another stack."""

NAME_WITHIN_AN_API = "$default"
"""The stage of every HTTP API."""

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
        template = ["--template-file", str(BUILD / "rehearsal.json")]
        config = ["--config-file", str(ROOT / "samconfig.toml"), "--config-env", stage]
        self._run(str(SAM), "deploy", *config, "--no-confirm-changeset", *template, *given)

    def save(self, stage: str) -> None:
        self._run(*ROLLBACK, "save", "--stack", f"parity-{stage}", "--stage", stage)

    def roll_back(self, stage: str) -> None:
        self._run(*ROLLBACK, "restore", "--stack", f"parity-{stage}", "--stage", stage)

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

    def list_functions(self) -> list[str]:
        pages = self.engine.client("lambda").get_paginator("list_functions").paginate()
        return [each["FunctionName"] for page in pages for each in page["Functions"]]

    def list_tables(self) -> list[str]:
        return list(self.engine.client("dynamodb").list_tables()["TableNames"])

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


def write_template() -> int:
    """Writes the built template without what the emulator refuses; returns how many resources stacks get."""
    template = yaml_parse((BUILD / "template.yaml").read_text(encoding="utf-8"))
    refused = [
        name for name, each in template["Resources"].items() if "Metrics" in each.get("Properties", {})
    ]
    for name in refused:
        del template["Resources"][name]
    (BUILD / "rehearsal.json").write_text(json.dumps(template, default=str), encoding="utf-8")
    print(f"Left out, as the emulator has no alarms of several metrics: {', '.join(refused)}.")
    document = read_transformed(ROOT / "template.yaml", {"Runtime": "python3.13"}).document
    of_a_domain = [
        name for name, each in document["Resources"].items() if each.get("Condition") == "HasDomain"
    ]
    return len(document["Resources"]) - len(refused) - len(of_a_domain)


def rehearse(account: Account, count: int, say: Callable[[str], None]) -> None:
    """Creates, repeats, changes, creates beside, and deletes. `count` is how many resources a stack has."""
    account.save("dev")
    account.deploy("dev")
    created = account.list_resources("parity-dev")
    expect(len(created) == count, f"parity-dev has {len(created)} resources in place of {count}.")
    say(f"create: {count} resources of parity-dev")

    account.deploy("dev")
    expect(account.read_status("parity-dev") == "CREATE_COMPLETE", "A deployment without changes made some.")
    say("no change: nothing was updated")

    account.save("dev")
    changed = (f"LogRetentionDays={CHANGED_DAYS}", "ApiGatewayLogsRole=keep", "EventKeysAcrossHours=false")
    account.deploy("dev", *changed)
    check_update(account, created)
    say(f"update: parameters changed, {count - 2} resources are the same ones")

    account.roll_back("dev")
    days = account.read_retention_days("parity-dev")
    expect(days != CHANGED_DAYS, "The rollback has not taken the parameters back.")
    expect(account.list_resources("parity-dev").keys() == created.keys(), "The rollback lacks resources.")
    say("rollback: parity-dev is as it was before the update")

    account.deploy("dev", *changed, f"DomainName={DOMAIN}", f"CertificateArn={CERTIFICATE}")
    check_domain(account)
    say(f"own name: both APIs are mapped to {DOMAIN}")

    account.deploy("staging", "ApiGatewayLogsRole=keep")
    beside = account.list_resources("parity-staging")
    shared = set(beside.values()) & set(created.values()) - {NAME_WITHIN_AN_API}
    expect(not shared, f"parity-dev and parity-staging share {', '.join(shared)}.")
    say(f"side by side: {len(beside)} resources of parity-staging, none of them shared")

    account.delete("parity-dev")
    check_deletion(account, beside)
    say("delete: parity-dev is gone, its table and parity-staging are not")


def check_update(account: Account, created: Mapping[str, str]) -> None:
    updated = account.list_resources("parity-dev")
    gone = created.keys() - updated.keys()
    expect(
        gone == {"ApiGatewayAccount", "ApiGatewayLogsWriter"}, f"The update has removed {', '.join(gone)}."
    )
    replaced = {name for name, physical in updated.items() if created.get(name) != physical}
    expect(not replaced, f"The update has replaced {', '.join(replaced)}.")
    days = account.read_retention_days("parity-dev")
    expect(days == CHANGED_DAYS, f"Logs are kept for {days} days in place of {CHANGED_DAYS}.")


def check_domain(account: Account) -> None:
    outputs = account.read_outputs("parity-dev")
    urls = (outputs["ApiUrl"], outputs["EdgeUrl"])
    expect(urls == (f"https://{DOMAIN}", f"https://{DOMAIN}/edge"), f"The URLs are {' and '.join(urls)}.")
    keys = account.list_mapping_keys()
    expect(keys == {"", "edge"}, f"{DOMAIN} is mapped at {', '.join(sorted(keys))}.")


def check_deletion(account: Account, beside: Mapping[str, str]) -> None:
    left = [name for name in account.list_functions() if name.startswith("parity-dev-")]
    expect(not left, f"Functions of parity-dev are left: {', '.join(left)}.")
    expect("parity-dev" in account.list_tables(), "The table of parity-dev was deleted with its stack.")
    expect(account.list_resources("parity-staging") == beside, "parity-staging is not as it was.")


def main() -> None:
    started = time.monotonic()

    def say(sentence: str) -> None:
        print(f"{time.monotonic() - started:6.1f} s  {sentence}", flush=True)

    count = write_template()
    with TemporaryDirectory() as folder:
        engine = Engine.start(EMULATOR, Path(folder), services=SERVICES)
        try:
            rehearse(Account(engine), count, say)
        except RehearsalError as error:
            sys.exit(f"The rehearsal failed: {error}")
        finally:
            engine.close()


if __name__ == "__main__":
    main()
