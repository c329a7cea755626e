"""The requests that AWS clients make, and faults between a client and the engine."""

from __future__ import annotations

import io
import itertools
import json
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError

Send = Callable[[], AWSResponse]
Fault = Callable[[int, Send], AWSResponse | None]
"""Decides by the number of a request, from 1: an answer, an exception, or None to send the request."""

ENDPOINT = "https://dynamodb"
ALWAYS = 1_000_000


class ProcessEnded(BaseException):
    """The process has ended. Nothing in it runs after this."""


@contextmanager
def inject_fault(client: Any, fault: Fault) -> Iterator[list[str]]:  # noqa: ANN401 - botocore makes clients at run time
    """Injects a fault; gives the names of the requests that the client makes, retries included."""
    sent: list[str] = []
    lock = threading.Lock()

    def before_send(request: Any, event_name: str, **_: object) -> AWSResponse | None:  # noqa: ANN401
        with lock:
            sent.append(event_name.rpartition(".")[2])
            number = len(sent)
        return fault(number, lambda: client._endpoint._send(request))

    client.meta.events.register("before-send.dynamodb", before_send)
    try:
        yield sent
    finally:
        client.meta.events.unregister("before-send.dynamodb", before_send)


def remove_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The client and the transactions retry without a pause."""
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)
    monkeypatch.setattr("parity.dynamodb.optimistic.MAX_PAUSE_SECONDS", 0)


def no_fault(_: int, __: Send) -> None:
    """No fault."""


def end_process_after(last: int) -> Fault:
    """The process ends before it reads the answer of this request, which the engine has carried out."""

    def fault(number: int, send: Send) -> None:
        if number == last:
            send()
        if number >= last:
            raise ProcessEnded

    return fault


def end_some_processes(share: float) -> Fault:
    """A share of the requests end their process, half of them before they are carried out."""
    fair = random.Random(1)

    def fault(_: int, send: Send) -> None:
        chance = fair.random()
        if chance < share / 2:
            send()
        if chance < share:
            raise ProcessEnded

    return fault


def lose_answer(lost: int) -> Fault:
    """The engine carries out the request, and its answer is lost."""

    def fault(number: int, send: Send) -> None:
        if number == lost:
            send()
            raise ReadTimeoutError(endpoint_url=ENDPOINT)

    return fault


def refuse_connections(first: int, times: int = ALWAYS) -> Fault:
    """The request never reaches the engine."""

    def fault(number: int, _: Send) -> None:
        if first <= number < first + times:
            raise EndpointConnectionError(endpoint_url=ENDPOINT)

    return fault


def throttle_requests(first: int, times: int = ALWAYS) -> Fault:
    return _refuse_requests("com.amazon.coral.availability#ThrottlingException", first, times)


def leave_in_progress(lost: int) -> Fault:
    """The answer is lost, and the engine works on the transaction until the client stops retrying.

    What is sent then is another transaction to the engine, which knows the first by the client's token.
    """
    refused = _refuse_requests("com.amazonaws.dynamodb.v20120810#TransactionInProgressException", lost + 1, 2)

    def fault(number: int, send: Send) -> AWSResponse | None:
        return lose_answer(lost)(number, send) or refused(number, send)

    return fault


def _refuse_requests(kind: str, first: int, times: int) -> Fault:
    body = json.dumps({"__type": kind, "message": "refused"}).encode()

    def fault(number: int, _: Send) -> AWSResponse | None:
        if not first <= number < first + times:
            return None
        return AWSResponse(ENDPOINT, 400, HTTPHeaders(), RawBody(body))

    return fault


class RawBody(io.BytesIO):
    """The part of urllib3's response that botocore reads."""

    def stream(self, **_: object) -> Iterator[bytes]:
        yield self.read()


BEFORE_REQUEST = "provide-client-params"


@contextmanager
def interrupt_call(client: Any, at: int, act: Callable[[], object], *, after: bool = False) -> Iterator[None]:  # noqa: ANN401
    """Acts before the call of this number, or `after` it was carried out; calls are numbered from 1."""
    event, numbers = "after-call.dynamodb" if after else f"{BEFORE_REQUEST}.dynamodb", itertools.count(1)

    def act_once(**_: object) -> None:
        if next(numbers) == at:
            act()

    client.meta.events.register(event, act_once)
    try:
        yield
    finally:
        client.meta.events.unregister(event, act_once)


def end_process() -> None:
    raise ProcessEnded


Request = tuple[str, dict[str, Any]]
"""The operation and its parameters."""


@contextmanager
def record_requests(client: Any) -> Iterator[list[Request]]:  # noqa: ANN401 - a client of any service
    """Records the requests that the client makes, in their order."""
    requests: list[Request] = []

    def record(params: dict[str, Any], model: Any, **_: object) -> None:  # noqa: ANN401
        requests.append((model.name, params))

    client.meta.events.register(BEFORE_REQUEST, record)
    try:
        yield requests
    finally:
        client.meta.events.unregister(BEFORE_REQUEST, record)
