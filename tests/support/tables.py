"""The table as the template declares it, for tests that need one without the local cloud."""

from __future__ import annotations

from functools import cache
from typing import Any

from samtranslator.yaml_helper import yaml_parse

from tests.support.events import ROOT

CREATE_TABLE = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")


@cache
def table_definition(name: str) -> dict[str, Any]:
    """The arguments of CreateTable."""
    template = yaml_parse((ROOT / "template.yaml").read_text())
    properties = template["Resources"]["Table"]["Properties"]
    return {"TableName": name, **{key: properties[key] for key in CREATE_TABLE}}
