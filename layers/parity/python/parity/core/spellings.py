"""Names of fields in the two spellings that callers use: `planVersion` and `plan_version`."""

from __future__ import annotations

import re


def to_camel_case(name: str) -> str:
    return re.sub("_([a-z])", lambda found: found[1].upper(), name)


def to_snake_case(name: str) -> str:
    return re.sub("[A-Z]", lambda found: f"_{found[0].lower()}", name)
