"""Everything that a template describes, running: functions behind a gateway, on streams and on schedules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from local import filters
from local.engine import Engine
from local.failures import FailureLog
from local.gateway import Gateway
from local.gateway.request import Receive, Scope, Send
from local.model import RestApi, Stack
from local.runtime import FunctionPool
from local.schedule import Scheduler, next_time
from local.stack import TemplateError
from local.streams import StreamMappings
from local.tables import create_tables


class RunningStack:
    """Runs the stack that was applied last; as an ASGI app it is the gateway of that stack."""

    def __init__(self, engine: Engine, *, python: Path, state: Path, report: Callable[[str], None]) -> None:
        """`python` runs the functions; `state` gets the folders `logs` and `failures`."""
        failures = FailureLog(state / "failures")
        services = {"AWS_ENDPOINT_URL_DYNAMODB": engine.url, "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled"}
        self._database = engine.client("dynamodb")
        self._pool = FunctionPool({}, python, logs=state / "logs", services=services, report=report)
        self._streams = StreamMappings(
            engine.client("dynamodbstreams"), self._pool.invoke, failures=failures, report=report
        )
        self._scheduler = Scheduler(self._pool.invoke, failures=failures, report=report)
        self._scheduler.start()
        self._gateway: Gateway | None = None

    def apply(self, stack: Stack) -> None:
        """Run this stack from now on; what is under way ends under the old one.

        Raises TemplateError, PatternError or ScheduleError before anything but a table changes.
        """
        api = _check(stack)
        stream_arns = create_tables(self._database, stack.tables)
        _check_streams(stack, stream_arns)
        self._pool.replace(stack.functions)
        old, self._gateway = self._gateway, Gateway(api, self._pool.invoke)
        if old:
            old.close()
        self._streams.replace(stack.streams, stream_arns)
        self._scheduler.replace(stack.schedules, datetime.now(UTC))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._gateway:
            await self._gateway(scope, receive, send)

    def close(self) -> None:
        """Stop the streams and schedules first: what fails from then on is nobody's failure."""
        self._scheduler.request_stop()
        self._streams.request_stop()
        self._pool.close()
        self._streams.close()
        if self._gateway:
            self._gateway.close()


def _check(stack: Stack) -> RestApi:
    """The one API of the stack, if all that is checked only when it runs is right too."""
    for mapping in stack.streams:
        for pattern in mapping.filters:
            filters.check(pattern)
    for schedule in stack.schedules:
        next_time(schedule.expression, datetime.now(UTC))
    if len(stack.apis) != 1:
        raise TemplateError(f"The template has {len(stack.apis)} REST APIs; the local cloud serves one.")
    return stack.apis[0]


def _check_streams(stack: Stack, stream_arns: Mapping[str, str]) -> None:
    for mapping in stack.streams:
        if mapping.table not in stream_arns:
            raise TemplateError(f"{mapping.name} reads the stream of {mapping.table}, which has none.")
