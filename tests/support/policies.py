"""What a function's role in the template allows, against what the function does."""

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
from parity.aws.fifo_queue import fifo_queue
from parity.dynamodb.table import Table
from parity.subscriptions.store.migration_queue import MigrationQueue
from parity.usage.store.reports import once_table
from parity.webhooks.store.delivery_queue import delivery_queue
from tests.support import ROOT
from tests.support.fakes.clients import Request, record_requests
from tests.support.fakes.functions import Context, load_handler
from tests.support.fakes.jobs import QUEUES, create_due_queue, receive_turns, sum_turns

ACTIONS_OF_TRANSACTIONS = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}
"""The action that each part of a transaction needs."""

BUS = "bus"
"""The event bus of the stack."""

ALL_ATTRIBUTES = frozenset({"*"})
EXPRESSIONS = ("UpdateExpression", "ConditionExpression", "ProjectionExpression")
NAME = re.compile(r"(?<![\w:])#?[A-Za-z]\w*\b(?!\()")
KEYWORDS = frozenset({"SET", "REMOVE", "ADD", "DELETE", "AND", "OR", "NOT", "BETWEEN", "IN"})

PARTITION = re.compile(r"\b\w*PK = (:\w+)")


@dataclass(frozen=True, slots=True)
class Access:
    """One thing that a function did: to the table, to one of its indexes, to a queue, or to the bus."""

    action: str
    resource: str
    leading_key: str | None = None
    attributes: frozenset[str] = ALL_ATTRIBUTES
    returned: str | None = None


@dataclass(frozen=True, slots=True)
class Permission:
    """One action on one resource with one pattern of leading keys, taken from a statement.

    None allows every key, every attribute, or every form of what a write returns.
    """

    action: str
    resource: str
    pattern: str | None = None
    attributes: frozenset[str] | None = None
    returned: frozenset[str] | None = None

    def allows(self, deed: Access) -> bool:
        return (
            (self.action, self.resource) == (deed.action, deed.resource)
            and (self.pattern is None or fnmatchcase(deed.leading_key or "", self.pattern))
            and (self.attributes is None or deed.attributes <= self.attributes)
            and (self.returned is None or deed.returned is None or deed.returned in self.returned)
        )


def list_accesses(requests: list[Request]) -> set[Access]:
    return {deed for operation, parameters in requests for deed in _list_accesses_of(operation, parameters)}


def _list_accesses_of(operation: str, parameters: dict[str, Any]) -> Iterator[Access]:
    match operation:
        case "SendMessage" | "SendMessageBatch":
            yield Access("sqs:SendMessage", parameters["QueueUrl"].rpartition("/")[2].removesuffix(".fifo"))
        case "PutEvents":
            yield Access("events:PutEvents", BUS)
        case "TransactWriteItems":
            yield from map(_access_of_part, parameters["TransactItems"])
        case "BatchGetItem" | "BatchWriteItem":
            yield from _list_accesses_of_batch(operation, parameters["RequestItems"])
        case "Query":
            yield _access_of_query(parameters)
        case _:
            yield _access_of_item(operation, parameters)


def _list_accesses_of_batch(operation: str, by_table: dict[str, Any]) -> Iterator[Access]:
    for of_table in by_table.values():
        parts = (
            [{"Key": key} for key in of_table["Keys"]]
            if operation == "BatchGetItem"
            else [part for write in of_table for part in write.values()]
        )
        yield from (_access_of_item(operation, part) for part in parts)


def _access_of_query(parameters: dict[str, Any]) -> Access:
    (placeholder,) = PARTITION.findall(parameters["KeyConditionExpression"])
    value = parameters["ExpressionAttributeValues"][placeholder]["S"]
    index = parameters.get("IndexName")
    return Access("dynamodb:Query", f"index/{index}" if index else "table", value)


def _access_of_part(part: dict[str, Any]) -> Access:
    """Of a transaction."""
    ((kind, write),) = part.items()
    return _access_of_item(ACTIONS_OF_TRANSACTIONS[kind], write)


def _access_of_item(operation: str, parameters: dict[str, Any]) -> Access:
    return Access(
        f"dynamodb:{operation}",
        "table",
        (parameters.get("Item") or parameters["Key"])["PK"]["S"],
        _list_attributes(operation, parameters),
        parameters.get("ReturnValues"),
    )


def _list_attributes(operation: str, parameters: dict[str, Any]) -> frozenset[str]:
    """The attributes that a request reads or writes; all if it names none to read, or deletes."""
    names_none = operation.endswith("GetItem") and "ProjectionExpression" not in parameters
    if operation in {"DeleteItem", "BatchWriteItem"} or names_none:
        return ALL_ATTRIBUTES
    expressions = " ".join(parameters.get(name, "") for name in EXPRESSIONS)
    placeholders = parameters.get("ExpressionAttributeNames", {})
    named = {placeholders.get(name, name) for name in NAME.findall(expressions)} - KEYWORDS
    return frozenset({*named, *parameters.get("Item", ()), *parameters.get("Key", ())})


@cache
def read_permissions() -> dict[str, set[Permission]]:
    """The permissions of each operation, such as `customers/create`, without those that SAM adds."""
    transformed = read_transformed(ROOT / "template.yaml", {})
    folders = {name: folder.resolve() for name, folder in transformed.folders.items()}
    return {
        str(folders[name].relative_to(ROOT / "functions")): set(
            _list_permissions_of(transformed.resources[f"{name}Role"])
        )
        for name in folders
        if f"{name}Role" in transformed.resources
    }


def _list_permissions_of(role: dict[str, Any]) -> Iterator[Permission]:
    for policy in role["Properties"]["Policies"]:
        if policy["PolicyName"].endswith("SQSPolicy"):
            continue
        for statement in policy["PolicyDocument"]["Statement"]:
            condition = statement.get("Condition", {})
            limits = condition.get("ForAllValues:StringLike", {})
            returned = condition.get("StringEqualsIfExists", {}).get("dynamodb:ReturnValues")
            limited = (_to_set(limits.get("dynamodb:Attributes")), _to_set(returned))
            for action in _to_list(statement["Action"]):
                for resource in _to_list(statement["Resource"]):
                    for pattern in limits.get("dynamodb:LeadingKeys", [None]):
                        yield Permission(action, _name_resource(resource), pattern, *limited)


def _to_set(values: list[str] | None) -> frozenset[str] | None:
    return None if values is None else frozenset(values)


def _name_resource(resource: dict[str, Any]) -> str:
    if text := str(resource.get("Fn::Sub", "")):
        return BUS if text.endswith(":event-bus/${EventBusName}") else text.removeprefix("${Table.Arn}/")
    name = resource["Fn::GetAtt"][0]
    return "table" if name == "Table" else name.lower()


def _to_list(value: Any) -> list[Any]:  # noqa: ANN401 - one value or a list of them, as IAM allows
    return value if isinstance(value, list) else [value]


class AccessLog:
    """What each function did."""

    def __init__(self, table: Table, queue: MigrationQueue) -> None:
        queues = (
            queue.client,
            delivery_queue().client,
            *(fifo_queue(name).client for name in QUEUES.values()),
        )
        self._clients = (table.client, *queues, once_table().client, event_bus().client)
        self.done: defaultdict[str, set[Access]] = defaultdict(set)

    def run(self, operation: str, event: dict[str, Any]) -> Any:  # noqa: ANN401 - whatever it answers
        with ExitStack() as stack:
            asked = [stack.enter_context(record_requests(client)) for client in self._clients]
            outcome = load_handler(operation).handler(event, Context())
        self.done[operation] |= {deed for requests in asked for deed in list_accesses(requests)}
        return outcome

    def run_job(self, operation: str) -> dict[str, Any]:
        """The schedule of a job, and the turns that it asks for; returns their sums."""
        queue = create_due_queue(operation)
        self.run(operation, {})
        return sum_turns([self.run(operation, event) for event in receive_turns(queue)])

    def list_denied(self) -> list[tuple[str, Access]]:
        return [
            (operation, deed)
            for operation, done in self.done.items()
            for deed in done
            if not any(permission.allows(deed) for permission in read_permissions()[operation])
        ]

    def list_unused(self) -> set[tuple[str, Permission]]:
        return {
            (operation, permission)
            for operation, granted in read_permissions().items()
            for permission in granted
            if not any(permission.allows(deed) for deed in self.done[operation])
        }
