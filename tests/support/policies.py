"""What the statements of a function's role in the template let it do."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

from local.stack.transform import read_transformed
from parity.aws.event_bus import event_bus
from parity.dynamodb.table import Table
from parity.subscriptions.store.migration_queue import MigrationQueue
from parity.usage.store.reports import once_table
from tests.support import ROOT
from tests.support.fakes.clients import Request, recorded
from tests.support.fakes.functions import Context, load

TRANSACTION = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}
"""What a part of a transaction has to be allowed."""

BUS = "bus"
"""The one that the stack was told of."""

PARTITION = re.compile(r"\b\w*PK = (:\w+)")


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that a function did: to the table, to one of its indexes, to a queue, or to the bus."""

    action: str
    resource: str
    leading_key: str | None = None


@dataclass(frozen=True, slots=True)
class Permission:
    """One action on one resource with one pattern of leading keys, taken from a statement."""

    action: str
    resource: str
    pattern: str | None = None

    def allows(self, deed: Deed) -> bool:
        same = (self.action, self.resource) == (deed.action, deed.resource)
        return same and (self.pattern is None or fnmatchcase(deed.leading_key or "", self.pattern))


def deeds(requests: list[Request]) -> set[Deed]:
    return {deed for operation, parameters in requests for deed in _deeds(operation, parameters)}


def _deeds(operation: str, parameters: dict[str, Any]) -> Iterator[Deed]:
    match operation:
        case "SendMessage":
            yield Deed("sqs:SendMessage", parameters["QueueUrl"].rpartition("/")[2])
        case "PutEvents":
            yield Deed("events:PutEvents", BUS)
        case "TransactWriteItems":
            yield from map(_part, parameters["TransactItems"])
        case "BatchGetItem":
            for of_table in parameters["RequestItems"].values():
                yield from (_on_item(operation, key) for key in of_table["Keys"])
        case "Query":
            (placeholder,) = PARTITION.findall(parameters["KeyConditionExpression"])
            value = parameters["ExpressionAttributeValues"][placeholder]["S"]
            index = parameters.get("IndexName")
            yield Deed(f"dynamodb:{operation}", f"index/{index}" if index else "table", value)
        case _:
            yield _on_item(operation, parameters.get("Item") or parameters["Key"])


def _part(part: dict[str, Any]) -> Deed:
    """Of a transaction."""
    ((kind, write),) = part.items()
    return _on_item(TRANSACTION[kind], write.get("Item") or write["Key"])


def _on_item(operation: str, item: dict[str, Any]) -> Deed:
    return Deed(f"dynamodb:{operation}", "table", item["PK"]["S"])


@cache
def permissions() -> dict[str, set[Permission]]:
    """By operation, such as `customers/create`; without what SAM adds for streams and queues."""
    transformed = read_transformed(ROOT / "template.yaml", {})
    folders = {name: folder.resolve() for name, folder in transformed.folders.items()}
    return {
        str(folders[name].relative_to(ROOT / "functions")): set(
            _granted(transformed.resources[f"{name}Role"])
        )
        for name in folders
        if f"{name}Role" in transformed.resources
    }


def _granted(role: dict[str, Any]) -> Iterator[Permission]:
    for policy in role["Properties"]["Policies"]:
        if policy["PolicyName"].endswith("SQSPolicy"):
            continue
        for statement in policy["PolicyDocument"]["Statement"]:
            keys = (
                statement.get("Condition", {}).get("ForAllValues:StringLike", {}).get("dynamodb:LeadingKeys")
            )
            for action in _as_list(statement["Action"]):
                for resource in _as_list(statement["Resource"]):
                    for pattern in keys or [None]:
                        yield Permission(action, _resource(resource), pattern)


def _resource(resource: dict[str, Any]) -> str:
    if text := str(resource.get("Fn::Sub", "")):
        return BUS if text.endswith(":event-bus/${EventBusName}") else text.removeprefix("${Table.Arn}/")
    name = resource["Fn::GetAtt"][0]
    return "table" if name == "Table" else name.lower()


def _as_list(value: Any) -> list[Any]:  # noqa: ANN401 - one value or a list of them, as IAM allows
    return value if isinstance(value, list) else [value]


class Watch:
    """What each function did."""

    def __init__(self, table: Table, queue: MigrationQueue) -> None:
        self._clients = (table.client, queue.client, once_table().client, event_bus().client)
        self.done: defaultdict[str, set[Deed]] = defaultdict(set)

    def run(self, operation: str, event: dict[str, Any]) -> Any:  # noqa: ANN401 - whatever it answers
        with ExitStack() as stack:
            asked = [stack.enter_context(recorded(client)) for client in self._clients]
            outcome = load(operation).handler(event, Context())
        self.done[operation] |= {deed for requests in asked for deed in deeds(requests)}
        return outcome

    def denied(self) -> list[tuple[str, Deed]]:
        return [
            (operation, deed)
            for operation, done in self.done.items()
            for deed in done
            if not any(permission.allows(deed) for permission in permissions()[operation])
        ]

    def unused(self) -> set[tuple[str, Permission]]:
        return {
            (operation, permission)
            for operation, granted in permissions().items()
            for permission in granted
            if not any(permission.allows(deed) for deed in self.done[operation])
        }
