from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from botocore.exceptions import EndpointConnectionError

from local.asgi import Receive, Scope, Send
from local.clock import Clock, ClockPage
from local.clock.moves import FunctionRuns, MoveReport
from local.docs_page import Site
from tests.unit.local.gateway.harness import Answer, send

DAY = timedelta(days=1)


class FakeMover:
    """Moves the clock and nothing else."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.error: Exception | None = None

    def move(self, choose_target: Callable[[datetime], datetime]) -> MoveReport:
        if self.error:
            raise self.error
        self.clock.move_to(choose_target(self.clock.now()))
        runs = FunctionRuns(runs=2, failed=1, totals=Counter(advanced=5))
        return MoveReport(steps=3, ran={"advance": runs}, expired_items=4)


async def gateway(scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 418, "headers": []})
    await send({"type": "http.response.body", "body": b""})


@pytest.fixture
def clock(tmp_path: Path) -> Clock:
    return Clock(tmp_path / "clock")


@pytest.fixture
def mover(clock: Clock) -> FakeMover:
    return FakeMover(clock)


@pytest.fixture
def site(clock: Clock, mover: FakeMover) -> Site:
    return Site([ClockPage(clock, mover)], gateway)


def post(site: Site, body: object) -> Answer:
    return send(site, "POST", "/local/clock", body=json.dumps(body).encode())


@pytest.mark.parametrize("path", ["/local/clock", "/local/clock/"])
def test_the_clock_can_be_read(site: Site, clock: Clock, path: str) -> None:
    clock.move_to(clock.now() + DAY)
    before = clock.now()
    answer = send(site, "GET", path).json()
    assert before <= datetime.fromisoformat(answer["now"]) <= clock.now()
    assert answer["offsetSeconds"] == clock.offset.total_seconds()


def test_a_move_is_answered_with_what_ran(site: Site, clock: Clock) -> None:
    before = clock.now()
    reply = post(site, {"advance": "P1D"})
    answer = reply.json()
    assert (reply.status, reply.header("content-type")) == (200, "application/json")
    assert datetime.fromisoformat(answer["now"]) >= before + DAY
    assert (answer["steps"], answer["expiredItems"]) == (3, 4)
    assert answer["ran"] == [{"function": "advance", "runs": 2, "failed": 1, "totals": {"advanced": 5}}]


def test_a_wrong_field_is_a_problem_that_names_it(site: Site, clock: Clock) -> None:
    reply = post(site, {"advance": "soon"})
    assert (reply.status, reply.header("content-type")) == (400, "application/problem+json")
    assert [error["pointer"] for error in reply.json()["errors"]] == ["#/advance"]
    assert clock.offset == timedelta(0)


def test_a_body_over_the_limit_is_refused(site: Site) -> None:
    reply = send(site, "POST", "/local/clock", body=b"x" * (10 * 1024 * 1024 + 1))
    assert (reply.status, reply.header("content-type")) == (413, "application/problem+json")


def test_an_engine_that_fails_is_told_from_a_wrong_request(site: Site, mover: FakeMover) -> None:
    mover.error = EndpointConnectionError(endpoint_url="http://engine")
    reply = post(site, {"advance": "P1D"})
    assert (reply.status, reply.json()["code"]) == (503, "engine_unavailable")


def test_other_methods_are_refused(site: Site) -> None:
    reply = send(site, "DELETE", "/local/clock")
    assert (reply.status, reply.header("allow")) == (405, "GET, HEAD, POST")


def test_other_paths_are_the_gateways(site: Site) -> None:
    assert send(site, "GET", "/local/clocks").status == 418
