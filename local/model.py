"""A stack as the local cloud runs it: plain values without anything of CloudFormation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

REGION = "us-east-1"
ACCOUNT_ID = "000000000000"
"""The account in local ARNs and events. Nothing outside the machine is called with it."""


@dataclass(frozen=True, slots=True)
class Function:
    """One Lambda function: its code and its settings."""

    name: str
    handler: str
    code: Path
    layers: tuple[Path, ...]
    environment: Mapping[str, str]
    memory_mb: int
    timeout_seconds: int
    log_group: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """One DynamoDB table; `definition` holds the arguments of CreateTable, `TableName` included."""

    name: str
    definition: Mapping[str, Any]
    ttl_attribute: str | None = None


@dataclass(frozen=True, slots=True)
class StreamMapping:
    """One event source mapping from a table's stream to a function."""

    name: str
    table: str
    function: str
    batch_size: int = 100
    batching_window_seconds: float = 0
    filters: tuple[Mapping[str, Any], ...] = ()
    maximum_retry_attempts: int = -1
    maximum_record_age_seconds: int = -1
    bisect_on_error: bool = False
    report_batch_item_failures: bool = False
    on_failure: str | None = None
    starting_position: str = "LATEST"


@dataclass(frozen=True, slots=True)
class Schedule:
    """One schedule of a function; without `input` the function gets EventBridge's own event."""

    name: str
    interval: timedelta
    function: str
    input: str | None = None


@dataclass(frozen=True, slots=True)
class MockResponse:
    """The fixed answer of a mock integration (the CORS preflights that SAM writes)."""

    status: int
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one path of a REST API; exactly one of `function` and `mock` is set."""

    method: str
    path: str
    function: str | None = None
    mock: MockResponse | None = None
    authorizer: str | None = None


@dataclass(frozen=True, slots=True)
class Authorizer:
    """One REQUEST authorizer. With `per_route` (HTTP APIs only) an answer counts for one route only."""

    name: str
    function: str
    identity_headers: tuple[str, ...]
    ttl_seconds: int
    per_route: bool = False


@dataclass(frozen=True, slots=True)
class GatewayResponse:
    """The gateway's answer for one response type, such as `UNAUTHORIZED`.

    `id_headers` are the names of the headers that have the request's id as their value.
    """

    status: int | None
    headers: Mapping[str, str]
    templates: Mapping[str, str]
    id_headers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class RestApi:
    """One API Gateway REST API with the one stage that the template deploys."""

    name: str
    stage: str
    routes: tuple[Route, ...]
    authorizers: Mapping[str, Authorizer] = field(default_factory=dict)
    gateway_responses: Mapping[str, GatewayResponse] = field(default_factory=dict)
    binary_media_types: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class HttpRoute:
    """One route of an HTTP API; `key` is `GET /path`, `ANY /path` or `$default`."""

    key: str
    function: str
    authorizer: str | None = None


@dataclass(frozen=True, slots=True)
class Cors:
    """The CORS configuration of an HTTP API."""

    allow_origins: tuple[str, ...]
    allow_methods: tuple[str, ...] = ()
    allow_headers: tuple[str, ...] = ()
    expose_headers: tuple[str, ...] = ()
    allow_credentials: bool = False
    max_age_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class HttpApi:
    """One API Gateway HTTP API with its one stage."""

    name: str
    routes: tuple[HttpRoute, ...]
    authorizers: Mapping[str, Authorizer] = field(default_factory=dict)
    cors: Cors | None = None
    stage: str = "$default"


@dataclass(frozen=True, slots=True)
class Queue:
    """One SQS queue; `attributes` are those of SetQueueAttributes."""

    name: str
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EventRule:
    """A rule of an event bus: the events that match the pattern, a JSON text, go to the queues."""

    name: str
    bus: str
    pattern: str
    queue_arns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QueueMapping:
    """One event source mapping from a queue to a function."""

    name: str
    queue: str
    function: str
    batch_size: int = 10
    batching_window_seconds: float = 0
    report_batch_item_failures: bool = False
    maximum_concurrency: int | None = None


@dataclass(frozen=True, slots=True)
class Stack:
    """Everything the local cloud runs."""

    functions: Mapping[str, Function]
    tables: tuple[Table, ...] = ()
    rest_apis: tuple[RestApi, ...] = ()
    http_apis: tuple[HttpApi, ...] = ()
    stream_mappings: tuple[StreamMapping, ...] = ()
    queues: tuple[Queue, ...] = ()
    queue_mappings: tuple[QueueMapping, ...] = ()
    event_rules: tuple[EventRule, ...] = ()
    schedules: tuple[Schedule, ...] = ()


def with_layer(stack: Stack, folder: Path) -> Stack:
    """The stack with this folder, too, on the path of each function that has layers."""
    functions = {
        name: replace(function, layers=(*function.layers, folder)) if function.layers else function
        for name, function in stack.functions.items()
    }
    return replace(stack, functions=functions)


def with_variables(stack: Stack, variables: Mapping[str, str]) -> Stack:
    """The stack with other values in the environments of functions that have these variables."""
    functions = {
        name: replace(
            function,
            environment={
                **function.environment,
                **{k: v for k, v in variables.items() if k in function.environment},
            },
        )
        for name, function in stack.functions.items()
    }
    return replace(stack, functions=functions)


class FunctionError(Exception):
    """A function that raised, crashed or timed out; `error_type` is the one that Lambda reports."""

    def __init__(self, function: str, error_type: str, message: str) -> None:
        super().__init__(f"{function}: {error_type}: {message}")
        self.function = function
        self.error_type = error_type
        self.message = message


Answer = tuple[str, bytes | None]
"""The name of a function and what it answered, None if it failed."""

Invoke = Callable[[str, Mapping[str, Any]], bytes]
"""Invokes a function by name with an event: the answer as raw JSON; raises FunctionError."""
