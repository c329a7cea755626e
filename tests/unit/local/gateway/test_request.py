from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from local.asgi import Message
from local.gateway.request import MAX_BODY_BYTES
from local.runtime.limits import EVENT_LIMIT_BYTES
from tests.unit.local.gateway.apis import Kind
from tests.unit.local.gateway.harness import GatewayClient, Headers

MIB = 1024 * 1024
TEXT: Headers = (("Content-Type", "text/plain"),)


def test_a_declared_body_over_the_limit_is_refused_before_it_is_read(
    client: GatewayClient, kind: Kind
) -> None:
    def never() -> Message:
        raise AssertionError

    headers = (("Content-Length", str(MAX_BODY_BYTES + 1)),)
    answer = client.send("POST", "/items", headers=headers, messages=never)
    assert (answer.status, answer.json()) == kind.request_too_large


def test_an_endless_body_is_refused_as_soon_as_it_is_over_the_limit(client: GatewayClient) -> None:
    chunks = 0

    def endless() -> Message:
        nonlocal chunks
        chunks += 1
        return {"type": "http.request", "body": b"x" * MIB, "more_body": True}

    assert client.send("POST", "/items", messages=endless).status == 413
    assert chunks == 11
    assert client.functions.calls == []


def test_a_body_in_pieces_is_joined(client: GatewayClient) -> None:
    pieces = iter([(b"ab", True), (b"", True), (b"c", False)])

    def piece() -> Message:
        body, more = next(pieces)
        return {"type": "http.request", "body": body, "more_body": more}

    client.send("POST", "/items", headers=TEXT, messages=piece)
    assert client.functions.event["body"] == "abc"


def test_an_incomplete_body_reaches_no_function(client: GatewayClient) -> None:
    messages = iter([{"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.disconnect"}])
    client.send("POST", "/items", messages=lambda: next(messages))
    assert client.functions.calls == []


def test_an_event_over_lambdas_limit_is_refused_though_its_body_is_not(
    client: GatewayClient, kind: Kind
) -> None:
    def post(body: bytes, headers: Headers = TEXT) -> int:
        return client.send("POST", "/items", headers=headers, body=body).status

    assert post(b"x" * (EVENT_LIMIT_BYTES - 10_000)) == 200
    assert post(b"x" * EVENT_LIMIT_BYTES) == 413
    assert post(b'"' * (EVENT_LIMIT_BYTES // 2)) == 413
    binary = (("Content-Type", kind.binary_content_type),)
    assert post(b"x" * (EVENT_LIMIT_BYTES * 4 // 5), binary) == 413
    assert len(client.functions.calls) == 1


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
def test_a_malformed_target_is_refused_and_an_unusual_one_is_not(
    client: GatewayClient, target: bytes, status: int
) -> None:
    assert client.send("GET", target).status == status


@pytest.mark.parametrize(
    "raw", [(b"X-Name", b"caf\xe9"), (b"X-Name", b"\xf0\x9f\x92\xa9"), (b"X-\xff", b"a")]
)
def test_headers_that_are_not_ascii_are_refused(client: GatewayClient, raw: tuple[bytes, bytes]) -> None:
    answer = client.send("GET", "/items", raw_headers=[raw])
    assert (answer.status, answer.json()) == (400, {"message": "Bad Request"})


def test_headers_over_the_quota_are_refused(client: GatewayClient) -> None:
    assert client.send("GET", "/items", headers=(("X-Big", "a" * 10_200),)).status == 200
    assert client.send("GET", "/items", headers=(("X-Big", "a" * 10_240),)).status == 431


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    target=st.binary(max_size=60),
    name=st.binary(min_size=1, max_size=10),
    value=st.binary(max_size=20),
    body=st.binary(max_size=60),
)
def test_no_request_breaks_the_gateway(
    client: GatewayClient, target: bytes, name: bytes, value: bytes, body: bytes
) -> None:
    answer = client.send("POST", b"/items" + target, raw_headers=[(name, value)], body=body)
    assert answer.status < 500
