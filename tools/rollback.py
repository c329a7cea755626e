"""Takes a stack back to how it was before the last `make promote` (docs/deployment.md).

`save` writes the template and parameters of the stack as it is; `restore` deploys them. The template says
where in S3 the code is, so nothing is built again.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

ROOT = Path(__file__).parent.parent
SAM = ROOT / ".venvs/sam/bin/sam"
TEMPLATE = ROOT / ".aws-sam/previous.yaml"
PARAMETERS = ROOT / ".aws-sam/previous.json"
AT_ONCE = {"TrafficShift": "none"}
"""A version that has failed gets no more calls, in place of fewer ones step by step."""


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="make rollback", description="Take a stack back to its last version."
    )
    parser.add_argument("command", choices=["save", "restore"])
    parser.add_argument("--stack", required=True, help="the stack's name, such as parity-dev")
    parser.add_argument("--stage", required=True, help="the environment in samconfig.toml, such as dev")
    options = parser.parse_args()
    try:
        sys.exit(save(options.stack) if options.command == "save" else restore(options.stack, options.stage))
    except (BotoCoreError, ClientError) as error:
        sys.exit(f"What {options.stack} is now cannot be read: {error}")


def save(stack: str) -> str | None:
    """Keeps the stack as it is, if it is one that can be gone back to."""
    client: Any = boto3.client("cloudformation")
    for file in (TEMPLATE, PARAMETERS):
        file.unlink(missing_ok=True)
    found = find_stack(client, stack)
    if found is None:
        print(f"{stack} is new: there is nothing to go back to.")
        return None
    body = client.get_template(StackName=stack, TemplateStage="Original")["TemplateBody"]
    TEMPLATE.write_text(body if isinstance(body, str) else json.dumps(body, default=str), encoding="utf-8")
    given = {each["ParameterKey"]: each["ParameterValue"] for each in found.get("Parameters", ())}
    given |= {name: value for name, value in AT_ONCE.items() if name in given}
    # In quotes, as an empty value is one, too: SAM keeps the present value of a parameter that is left out.
    quoted = [f'{name}="{value}"' for name, value in given.items()]
    PARAMETERS.write_text(json.dumps(quoted), encoding="utf-8")
    return None


def find_stack(client: Any, name: str) -> dict[str, Any] | None:  # noqa: ANN401 - a boto3 client
    """None if there is none, or one whose creation has never succeeded."""
    try:
        (found,) = client.describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    return dict(found) if found["StackStatus"] not in {"REVIEW_IN_PROGRESS", "ROLLBACK_COMPLETE"} else None


def restore(stack: str, stage: str) -> int | str:
    """SAM's exit status, or what is wrong."""
    if not TEMPLATE.exists():
        return f"{stack} cannot be taken back: it was new, or was not deployed by make promote from here."
    config = ["--config-file", str(ROOT / "samconfig.toml"), "--config-env", stage]
    given = ["--parameter-overrides", *json.loads(PARAMETERS.read_text(encoding="utf-8"))]
    command = [str(SAM), "deploy", *config, "--stack-name", stack, "--template-file", str(TEMPLATE)]
    return subprocess.run([*command, "--no-confirm-changeset", *given], check=False, cwd=ROOT).returncode


if __name__ == "__main__":
    main()
