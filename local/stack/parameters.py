"""Parameters and pseudo parameters, which `Ref` resolves without a resource."""

from __future__ import annotations

from collections.abc import Mapping

from local.model import ACCOUNT_ID, REGION
from local.stack.errors import Place, TemplateError
from local.stack.names import STACK_NAME
from local.stack.transform import Document, Value

_PSEUDO_PARAMETERS = {
    "AWS::AccountId": ACCOUNT_ID,
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::StackName": STACK_NAME,
    "AWS::URLSuffix": "amazonaws.com",
}


def read_parameters(document: Document, given: Mapping[str, str], file: str) -> dict[str, Value]:
    """Values by name: what is given, else the default. `AWS::StackName` and the like may be given, too."""
    declared: Mapping[str, Document] = document.get("Parameters") or {}
    for name in given:
        if name not in declared and name not in _PSEUDO_PARAMETERS:
            raise TemplateError(f"{file}: Parameters: {name} is given but not declared.")
    values = {name: _read_value(name, declared[name], given, file) for name in declared}
    return {**_PSEUDO_PARAMETERS, **given, **values}


def _read_value(name: str, declaration: Document, given: Mapping[str, str], file: str) -> Value:
    value = given.get(name, declaration.get("Default"))
    if value is None:
        raise Place(file, "Parameters", (name,)).error("has no default and no value was given")
    is_list = "List" in str(declaration.get("Type"))
    return [item.strip() for item in str(value).split(",")] if is_list else str(value)
