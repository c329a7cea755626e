from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from local.asgi import Message
from local.gateway import RestGateway
from local.gateway.base import MAX_PAYLOAD_BYTES
from local.gateway.request import MAX_BODY_BYTES
from tests.unit.local.gateway.harness import API, Functions, Local

MIB = 1024 * 1024


@pytest.fixture
def local() -> Iterator[Local]:
    functions = Functions()
    gateway = RestGateway(API, functions)
    yield Local(functions, gateway)
    gateway.close()


def test_a_declared_body_over_the_limit_is_refused_before_it_is_read(local: Local) -> None:
    def never() -> Message:
        raise AssertionError

    headers = (("Content-Length", str(MAX_BODY_BYTES + 1)),)
    answer = local.send("POST", "/items", headers=headers, messages=never)
    assert (answer.status, answer.json()) == (413, {"message": "Request Too Long"})


def test_an_endless_body_is_refused_as_soon_as_it_is_over_the_limit(local: Local) -> None:
    chunks = 0

    def endless() -> Message:
        nonlocal chunks
        chunks += 1
        return {"type": "http.request", "body": b"x" * MIB, "more_body": True}

    assert local.send("POST", "/items", messages=endless).status == 413
    assert chunks == 11
    assert local.functions.calls == []


def test_a_body_in_pieces_is_put_together(local: Local) -> None:
    pieces = iter([(b"ab", True), (b"", True), (b"c", False)])

    def piece() -> Message:
        body, more = next(pieces)
        return {"type": "http.request", "body": body, "more_body": more}

    local.send("POST", "/items", messages=piece)
    assert local.functions.event["body"] == "abc"


def test_a_body_cut_off_by_the_client_reaches_nobody(local: Local) -> None:
    messages = iter([{"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.disconnect"}])
    local.send("POST", "/items", messages=lambda: next(messages))
    assert local.functions.calls == []


def test_an_event_over_lambdas_limit_is_refused_though_its_body_is_not(local: Local) -> None:
    assert local.send("POST", "/items", body=b"x" * (MAX_PAYLOAD_BYTES - 10_000)).status == 200
    assert local.send("POST", "/items", body=b"x" * MAX_PAYLOAD_BYTES).status == 413
    assert local.send("POST", "/items", body=b'"' * (MAX_PAYLOAD_BYTES // 2)).status == 413
    csv = (("Content-Type", "text/csv"),)
    assert local.send("POST", "/items", headers=csv, body=b"x" * (MAX_PAYLOAD_BYTES * 4 // 5)).status == 413
    assert len(local.functions.calls) == 1


@pytest.mark.parametrize(
    ("target", "status"),
    [
        (b"/items/%zz", 400),
        (b"/items/%", 400),
        (b"/items/%2", 400),
        (b"/items?q=%g0", 400),
        (b"/items/caf\xc3\xa9", 400),
        (b"/items?q=\xff", 400),
        (b"http://other.example/items", 404),
        (b"*", 404),
        (b"/items/" + b"a" * 9000, 414),
        (b"/items?" + b"a" * 9000, 414),
        (b"/items/%ff", 200),
        (b"/items?q=%ff", 200),
    ],
)
def test_an_odd_target_gets_a_clean_answer(local: Local, target: bytes, status: int) -> None:
    assert local.send("GET", target).status == status


@pytest.mark.parametrize(
    "raw", [(b"X-Name", b"caf\xe9"), (b"X-Name", b"\xf0\x9f\x92\xa9"), (b"X-\xff", b"a")]
)
def test_headers_that_are_not_ascii_are_refused(local: Local, raw: tuple[bytes, bytes]) -> None:
    answer = local.send("GET", "/items", raw_headers=[raw])
    assert (answer.status, answer.json()) == (400, {"message": "Bad Request"})


def test_headers_over_the_quota_are_refused(local: Local) -> None:
    assert local.send("GET", "/items", headers=(("X-Big", "a" * 10_200),)).status == 200
    assert local.send("GET", "/items", headers=(("X-Big", "a" * 10_240),)).status == 431


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    target=st.binary(max_size=60),
    name=st.binary(min_size=1, max_size=10),
    value=st.binary(max_size=20),
    body=st.binary(max_size=60),
)
def test_no_request_breaks_the_gateway(
    local: Local, target: bytes, name: bytes, value: bytes, body: bytes
) -> None:
    answer = local.send("POST", b"/items" + target, raw_headers=[(name, value)], body=body)
    assert answer.status < 500
