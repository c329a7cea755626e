"""The built template, as far as the emulator can make it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from samtranslator.yaml_helper import yaml_parse

from local.stack.transform import read_transformed

ROOT = Path(__file__).parents[2]
BUILD = ROOT / ".aws-sam/build"
TEMPLATE = BUILD / "rehearsal.json"
FIRST_RELEASE, NEXT_RELEASE = "1111111111", "2222222222"

NOT_WANTED = {"HasDomain", "ShiftsTraffic"}
"""The conditions of what a stack has only if a parameter asks for it. The emulator has no CodeDeploy."""

UNKNOWN_TYPES = {"AWS::Cognito::ManagedLoginBranding"}
"""What the emulator cannot make."""


def write_template(release: str) -> list[str]:
    """Writes the built template without what the emulator refuses; returns the names of that.

    AWS gives the values of parameters to the transform. The emulator gives it the defaults only.
    """
    template = yaml_parse((BUILD / "template.yaml").read_text(encoding="utf-8"))
    refused = [
        name
        for name, each in template["Resources"].items()
        if each["Type"] in UNKNOWN_TYPES or "Metrics" in each.get("Properties", {})
    ]
    for name in refused:
        del template["Resources"][name]
    template["Parameters"]["Release"]["Default"] = release
    TEMPLATE.write_text(json.dumps(template, default=str), encoding="utf-8")
    return refused


def count_resources(refused: Iterable[str]) -> int:
    """How many a stack gets."""
    resources = read_transformed(ROOT / "template.yaml", {"Runtime": "python3.13"}).resources
    wanted = {name for name, each in resources.items() if each.get("Condition") not in NOT_WANTED}
    return len(wanted - set(refused))
