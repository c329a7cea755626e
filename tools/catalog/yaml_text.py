"""A catalogue as YAML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from tools.catalog.normal_form import CatalogueError

Json = dict[str, Any]


class UniqueKeys(yaml.SafeLoader):
    """Refuses a key that is given twice: the first one would be lost without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002
        keys = [self.construct_object(key, deep=deep) for key, _ in node.value]
        if twice := {key for key in keys if keys.count(key) > 1}:
            raise CatalogueError(f"line {node.start_mark.line + 1}: {twice.pop()!r} is given twice.")
        return super().construct_mapping(node, deep)


def read_yaml(text: str) -> dict[str, dict[str, Json]]:
    """The features and plans by their identifiers. Raises CatalogueError."""
    try:
        document = yaml.load(text, UniqueKeys) or {}  # noqa: S506 - it is a safe loader
    except yaml.YAMLError as error:
        raise CatalogueError(f"It is no YAML: {error}") from error
    if not isinstance(document, dict) or not document.keys() <= {"features", "plans"}:
        raise CatalogueError("A catalogue has features and plans, and nothing else.")
    sections = {name: document.get(name) or {} for name in ("features", "plans")}
    for name, entries in sections.items():
        if not isinstance(entries, dict) or not all(isinstance(each, dict) for each in entries.values()):
            raise CatalogueError(f"{name} must have fields by identifier.")
    return sections


def write_yaml(catalogue: Mapping[str, Any], *, in_order: bool = True) -> str:
    """In the order of the catalogue, or by name, in which two of them can be compared."""
    return yaml.safe_dump(dict(catalogue), sort_keys=not in_order, allow_unicode=True, width=120)
