"""`/local/clock`: reads and moves the clock over HTTP. It exists only in the local cloud."""

from __future__ import annotations

import asyncio
import json
from typing import Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from local.asgi import Receive, Scope, Send
from local.clock.clock import Clock
from local.clock.moves import MoveReport
from local.clock.requests import Target, read_target
from local.gateway.errors import GatewayError
from local.gateway.request import read_body, read_head
from local.gateway.responses import Response, send_response
from parity.core.errors import ParityError
from parity.core.times import to_iso
from parity.http.problem import CONTENT_TYPE, Problem, problem_from_error

PATH = "/local/clock"


class Mover(Protocol):
    """`ClockMover`."""

    def move(self, choose_target: Target) -> MoveReport: ...


class ClockPage:
    """An ASGI app. A move is answered when all that it caused has run."""

    def __init__(self, clock: Clock, mover: Mover) -> None:
        self._clock = clock
        self._mover = mover

    def serves(self, scope: Scope) -> bool:
        path: str = scope["path"]
        return path.removesuffix("/") == PATH

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send_response(await self._respond(scope, receive), scope["method"], send)

    async def _respond(self, scope: Scope, receive: Receive) -> Response:
        match scope["method"]:
            case "GET" | "HEAD":
                return _json(200, self._describe_clock())
            case "POST":
                return await self._move(scope, receive)
        problem = Problem(405, "method_not_allowed", "The clock is read with GET and moved with POST.")
        return _problem(problem, ("allow", "GET, HEAD, POST"))

    async def _move(self, scope: Scope, receive: Receive) -> Response:
        try:
            target = read_target(await read_body(read_head(scope), receive))
            report = await asyncio.to_thread(self._mover.move, target)
        except ParityError as error:
            return _problem(problem_from_error(error))
        except GatewayError as error:
            return _problem(
                Problem(error.status, "bad_request", error.message or "The request is malformed.")
            )
        except (BotoCoreError, ClientError) as error:
            return _problem(Problem(503, "engine_unavailable", f"The engine failed during the move: {error}"))
        return _json(200, {**self._describe_clock(), **report.to_json()})

    def _describe_clock(self) -> dict[str, Any]:
        return {"now": to_iso(self._clock.now()), "offsetSeconds": self._clock.offset.total_seconds()}


def _json(status: int, body: dict[str, Any]) -> Response:
    return Response(status, (("content-type", "application/json"),), json.dumps(body).encode())


def _problem(problem: Problem, *headers: tuple[str, str]) -> Response:
    return Response(problem.status, (("content-type", CONTENT_TYPE), *headers), problem.to_json().encode())
