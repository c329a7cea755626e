"""A running stack: functions that gateways, streams, queues and schedules invoke."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local.asgi import Receive, Scope, Send
from local.clock import Clock, ClockMover, describe_lost_offset
from local.clock.table import delete_expired, list_due_moments
from local.engine import Engine
from local.event_bus import create_event_rules
from local.event_sources.deliveries import Deliveries
from local.event_sources.queues import QueueMappings, create_queues, send_to_queue
from local.event_sources.streams import Positions, StreamMappings, check_filters
from local.failures import FailureLog
from local.gateway import Domain, HttpGateway, RestGateway
from local.model import Answer, Stack, Table
from local.runtime import FunctionPool
from local.scheduler import Scheduler
from local.stack import TemplateError
from local.table_creation import create_tables

EDGE_BASE_PATH = "edge"
"""Where the HTTP API is, as if a custom domain mapped it beside the REST API."""

DELIVERY_SECONDS = 30
"""How long a step of the clock waits for streams and queues."""


class RunningStack:
    """Runs the stack that was applied last. As an ASGI app it serves the APIs of that stack."""

    def __init__(
        self,
        engine: Engine,
        *,
        python: Path,
        state: Path,
        report: Callable[[str], None],
        data: Path | None = None,
    ) -> None:
        """`python` runs the functions; `state` gets the folders `logs` and `failures`.

        `data` gets the clock and the positions in streams, if these stay with the table.
        """
        failures = FailureLog(state / "failures")
        services = {
            "AWS_ENDPOINT_URL_DYNAMODB": engine.url_of("dynamodb"),
            "AWS_ENDPOINT_URL_EVENTBRIDGE": engine.url_of("events"),
            "AWS_ENDPOINT_URL_SQS": engine.url_of("sqs"),
            "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
        }
        self._report = report
        clock = (data or state) / "clock"
        if data and (sentence := describe_lost_offset(clock)):
            report(sentence)
        self.clock = Clock(clock)
        self._database = engine.client("dynamodb")
        self._sqs = engine.client("sqs")
        self._events = engine.client("events")
        self._pool = FunctionPool(
            {}, python, logs=state / "logs", services=services, report=report, clock=self.clock.file
        )
        self._deliveries = Deliveries(self._pool.invoke)
        self._streams = StreamMappings(
            engine.client("dynamodbstreams"),
            self._deliveries.invoke,
            failures=failures,
            report=report,
            send=self._send_failure,
            positions=Positions(data / "positions.json" if data else None),
        )
        self._queues = QueueMappings(self._sqs, self._deliveries.invoke, report=report)
        self._scheduler = Scheduler(self._pool.invoke, failures=failures, report=report, now=self.clock.now)
        self._scheduler.start()
        self.mover = ClockMover(self.clock, self._scheduler, self)
        self._tables: tuple[Table, ...] = ()
        self._gateways: tuple[RestGateway | HttpGateway, ...] = ()
        self._domain: Domain | None = None

    def apply(self, stack: Stack) -> None:
        """Run this stack from now on; running requests and invocations end in the old one.

        Raises TemplateError or PatternError before anything except the tables changes.
        """
        _check_stack(stack)
        stream_arns = create_tables(self._database, stack.tables)
        _check_streams(stack, stream_arns)
        self._tables = stack.tables
        self._pool.replace(stack.functions)
        self._replace_gateways(stack)
        self._replace_queues(stack)
        self._streams.replace(stack.stream_mappings, stream_arns)
        self._scheduler.replace(stack.schedules, self.clock.now())

    @property
    def has_edge(self) -> bool:
        """Whether there is an HTTP API."""
        return len(self._gateways) > 1

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._domain:
            await self._domain(scope, receive, send)

    def list_due_moments(self) -> list[datetime]:
        """When the work that waits for a schedule is due, the earliest first."""
        return sorted(moment for table in self._tables for moment in list_due_moments(self._database, table))

    def wait_for_deliveries(self) -> None:
        """Wait until streams and queues have nothing to deliver, for at most 30 seconds.

        A batch of a stream that keeps failing takes all that time. Streams are read with almost no pauses.
        """
        with self._streams.hurry():
            self._deliveries.wait_until_idle([self._streams, self._queues], DELIVERY_SECONDS)

    @contextmanager
    def hurry_deliveries(self) -> Iterator[None]:
        """Read the streams with almost no pauses, and keep what functions answer, during the block."""
        with self._streams.hurry(), self._deliveries.keep_answers():
            yield

    def take_answers(self) -> list[Answer]:
        """What functions answered to deliveries since this was asked last."""
        return self._deliveries.take_answers()

    def delete_expired(self, now: datetime) -> int:
        """Delete the items whose time to live has passed; returns how many there were."""
        return sum(delete_expired(self._database, table, now) for table in self._tables)

    def close(self) -> None:
        """Stop all pollers and the scheduler before the functions, whose end is no failure then."""
        self._scheduler.request_stop()
        self._streams.request_stop()
        self._queues.request_stop()
        self._pool.close()
        self._streams.close()
        self._queues.close()
        for gateway in self._gateways:
            gateway.close()

    def _replace_gateways(self, stack: Stack) -> None:
        rest = RestGateway(stack.rest_apis[0], self._pool.invoke)
        edge = [HttpGateway(api, self._pool.invoke) for api in stack.http_apis]
        old, self._gateways = self._gateways, (rest, *edge)
        self._domain = Domain(rest, dict(zip([EDGE_BASE_PATH], edge, strict=False)))
        for gateway in old:
            gateway.close()

    def _replace_queues(self, stack: Stack) -> None:
        """Report an engine without queues. Everything else works without them."""
        try:
            create_queues(self._sqs, stack.queues)
            create_event_rules(self._events, stack.event_rules)
        except (ClientError, BotoCoreError) as error:
            self._report(f"The engine has no queues, so functions on queues are idle: {error}")
        else:
            self._queues.replace(stack.queue_mappings)

    def _send_failure(self, destination: str, record: Mapping[str, Any]) -> None:
        try:
            send_to_queue(self._sqs, destination, record)
        except (ClientError, BotoCoreError) as error:
            self._report(f"A failure was not sent to {destination}: {error}")


def _check_stack(stack: Stack) -> None:
    """Raise PatternError or TemplateError for what the template may have and the local cloud cannot run."""
    check_filters(stack.stream_mappings)
    if len(stack.rest_apis) != 1:
        raise TemplateError(f"The template has {len(stack.rest_apis)} REST APIs; the local cloud serves one.")
    if len(stack.http_apis) > 1:
        raise TemplateError(f"The template has {len(stack.http_apis)} HTTP APIs; the local cloud serves one.")


def _check_streams(stack: Stack, stream_arns: Mapping[str, str]) -> None:
    for mapping in stack.stream_mappings:
        if mapping.table not in stream_arns:
            raise TemplateError(f"{mapping.name} reads the stream of {mapping.table}, which has none.")
