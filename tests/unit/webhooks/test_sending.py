"""Requests to real receivers on this machine, of which most misbehave."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable

import pytest
import trustme

from parity.webhooks.rules.deliveries import Failure, Outcome
from parity.webhooks.service.sending import Sender
from tests.support.fakes.receivers import Answer, drip, in_turn, keep_silent, respond, run_receiver, send

BODY = '{"id":"é"}'.encode()
SIGNED = {"webhook-id": "1", "webhook-timestamp": "2", "webhook-signature": "v1,x"}
QUICK_SECONDS = 0.4
"""How long receivers that are too slow are waited for here."""


def post(url: str, sender: Sender | None = None) -> Outcome:
    return (sender or Sender(allows_loopback=True)).post(url, BODY, SIGNED)


def post_to(answer: Answer, seconds: float = 5) -> Outcome:
    with run_receiver(answer) as receiver:
        return post(receiver.url, Sender(allows_loopback=True, max_seconds=seconds))


def test_the_receiver_gets_the_bytes_that_were_signed() -> None:
    with run_receiver(respond(body=b"thanks")) as receiver:
        outcome = post(receiver.url)
    assert (outcome.status, outcome.failure, outcome.answer) == (200, None, "thanks")
    assert outcome.is_delivered
    (received,) = receiver.received
    assert received.body == BODY
    assert received.target == "/webhooks?from=parity"
    assert received.headers == {
        **SIGNED,
        "host": f"127.0.0.1:{receiver.port}",
        "content-type": "application/json",
        "content-length": str(len(BODY)),
        "user-agent": "Parity-Webhooks",
        "accept-encoding": "identity",
        "connection": "close",
    }


@pytest.mark.parametrize(
    ("answer", "status", "delivered"),
    [
        (respond("204 No Content"), 204, True),
        (respond("202 Accepted", b"x" * 5000), 202, True),
        (send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"), 200, True),
        (send(b"HTTP/1.0 200 OK\r\n\r\nuntil I hang up"), 200, True),
        (send(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), 200, True),
        (respond("200 OK", b"\xff\xfe", "Content-Encoding: gzip"), 200, True),
        (respond("302 Found", b"", "Location: http://127.0.0.1:1/"), 302, False),
        (respond("308 Permanent Redirect", b"", "Location: /elsewhere"), 308, False),
        (respond("410 Gone"), 410, False),
        (respond("429 Too Many Requests", b"", "Retry-After: 1"), 429, False),
        (respond("500 Internal Server Error", b"oh no"), 500, False),
    ],
)  # fmt: skip
def test_2xx_alone_is_delivered(answer: Answer, status: int, delivered: bool) -> None:  # noqa: FBT001
    outcome = post_to(answer)
    assert (outcome.status, outcome.is_delivered, outcome.failure) == (status, delivered, None)


def test_a_redirect_is_not_followed() -> None:
    with run_receiver(respond()) as other:
        moved = respond("307 Temporary Redirect", b"", f"Location: {other.url}")
        assert post_to(moved).status == 307
        assert other.received == []


def test_an_answer_of_10_mb_is_cut_off() -> None:
    sent: list[int] = []

    def answer(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n")
        try:
            for _ in range(1000):
                connection.sendall(b"x" * 10_000)
                sent.append(10_000)
        except OSError:
            sent.append(0)

    outcome = post_to(answer)
    assert outcome.is_delivered
    assert outcome.answer == "x" * 1000
    assert sum(sent) < 10_000_000


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (send(b""), None),
        (send(b"220 mail.example ESMTP\r\n"), None),
        (send(b"HTTP/1.1 200 OK\r\n" + b"X: 1\r\n" * 1000 + b"\r\n"), None),
        (send(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n"), None),
        (send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"), 200),
        (send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nha"), 200),
    ],
    ids=["nothing", "no HTTP", "many headers", "a long header", "half a body", "half a chunk"],
)
def test_a_receiver_that_hangs_up_half_way_has_not_answered(answer: Answer, status: int | None) -> None:
    outcome = post_to(answer)
    assert (outcome.status, outcome.failure) == (status, Failure.ANSWER_INCOMPLETE)
    assert not outcome.is_delivered


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (keep_silent, None),
        (drip(b"HTTP/1.1 200 OK\r\n", b"X: 1\r\n"), 200),
        (drip(b"HTTP/1.1 ", b"2"), None),
        (drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), None),
        (drip(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n", b"x"), 200),
        (drip(b"HTTP/1.1 200 OK\r\n\r\n", b"x"), 200),
        (drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"), 200),
    ],
    ids=["silence", "headers", "a line", "100", "a body", "a body without a length", "chunks"],
)
def test_a_receiver_that_is_slow_is_left_in_time(answer: Answer, status: int | None) -> None:
    outcome = post_to(answer, QUICK_SECONDS)
    assert (outcome.status, outcome.failure) == (status, Failure.TIMED_OUT)
    assert not outcome.is_delivered


def test_a_receiver_may_change_its_mind() -> None:
    with run_receiver(in_turn(respond("503 Service Unavailable"), send(b""), respond())) as receiver:
        assert [post(receiver.url).is_delivered for _ in range(3)] == [False, False, True]


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert post(f"http://127.0.0.1:{port}/").failure is Failure.CONNECTION_FAILED


# Names: each test says what they resolve to.


def resolving_to(*addresses: str) -> Callable[[str, int], list[str]]:
    return lambda _host, _port: list(addresses)


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["169.254.169.254"],
        ["93.184.216.34", "10.0.0.1"],
        ["93.184.216.34", "::ffff:10.0.0.1"],
        ["93.184.216.34", "64:ff9b::a00:1"],
    ],
    ids=str,
)
def test_a_name_that_leads_to_a_private_address_is_refused(addresses: list[str]) -> None:
    outcome = post("https://shop.example/", Sender(resolve=resolving_to(*addresses)))
    assert (outcome.status, outcome.failure) == (None, Failure.ADDRESS_REFUSED)


def test_without_the_local_cloud_nothing_is_sent_to_this_machine() -> None:
    with run_receiver(respond()) as receiver:
        assert post(receiver.url, Sender()).failure is Failure.ADDRESS_REFUSED
        assert receiver.received == []


def test_a_name_is_resolved_once_and_the_request_goes_where_that_led() -> None:
    """A name that leads to a public address when it is checked must not lead elsewhere after that."""
    answers = [["127.0.0.1"], ["10.0.0.1"], ["10.0.0.1"]]

    with run_receiver(respond()) as receiver:
        sender = Sender(allows_loopback=True, resolve=lambda *_: answers.pop(0))
        assert post(f"http://shop.example:{receiver.port}/", sender).is_delivered
        assert receiver.received[0].headers["host"] == f"shop.example:{receiver.port}"
    assert len(answers) == 2


def test_the_next_address_is_tried_where_one_takes_no_connection() -> None:
    with run_receiver(respond()) as receiver:
        sender = Sender(allows_loopback=True, resolve=resolving_to("127.0.0.2", "127.0.0.1"))
        assert post(f"http://shop.example:{receiver.port}/", sender).is_delivered


def raise_not_found(_host: str, _port: int) -> list[str]:
    raise socket.gaierror


def test_a_name_that_nobody_has_is_told_from_one_that_takes_too_long() -> None:
    assert post("https://shop.example/", Sender(resolve=raise_not_found)).failure is Failure.NAME_NOT_FOUND
    with run_receiver(keep_silent) as slow:

        def wait(_host: str, _port: int) -> list[str]:
            with socket.create_connection(("127.0.0.1", slow.port)) as waiting:
                waiting.sendall(b"POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n")
                waiting.recv(1)
            return []

        outcome = post("https://shop.example/", Sender(resolve=wait, max_seconds=QUICK_SECONDS))
    assert outcome.failure is Failure.TIMED_OUT


# TLS: the certificate has to be of the name, whatever address it leads to.


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def tls_context(authority: trustme.CA, *names: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    return context


def trusting(authority: trustme.CA, seconds: float = 5) -> Sender:
    def make_context() -> ssl.SSLContext:
        context = ssl.create_default_context()
        authority.configure_trust(context)
        return context

    return Sender(True, resolving_to("127.0.0.1"), make_context, seconds)  # noqa: FBT003 - as its fields are named


def test_a_certificate_of_the_name_is_accepted(authority: trustme.CA) -> None:
    with run_receiver(respond(body=b"ok"), tls_context(authority, "shop.example")) as receiver:
        outcome = post(f"https://shop.example:{receiver.port}/x", trusting(authority))
    assert (outcome.status, outcome.answer, outcome.is_delivered) == (200, "ok", True)


def test_a_certificate_of_another_name_or_of_the_address_is_refused(authority: trustme.CA) -> None:
    with run_receiver(respond(), tls_context(authority, "other.example", "127.0.0.1")) as receiver:
        outcome = post(f"https://shop.example:{receiver.port}/", trusting(authority))
    assert (outcome.status, outcome.failure) == (None, Failure.TLS_FAILED)
    assert receiver.received == []


def test_a_certificate_of_an_unknown_authority_is_refused(authority: trustme.CA) -> None:
    with run_receiver(respond(), tls_context(trustme.CA(), "shop.example")) as receiver:
        outcome = post(f"https://shop.example:{receiver.port}/", trusting(authority))
    assert outcome.failure is Failure.TLS_FAILED


def test_a_handshake_without_an_answer_is_left_in_time(authority: trustme.CA) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"https://shop.example:{server.getsockname()[1]}/"
        assert post(url, trusting(authority, QUICK_SECONDS)).failure is Failure.TIMED_OUT


def test_an_encrypted_answer_that_drips_is_left_in_time(authority: trustme.CA) -> None:
    answer = drip(b"HTTP/1.1 200 OK\r\n\r\n", b"x")
    with run_receiver(answer, tls_context(authority, "shop.example")) as receiver:
        outcome = post(f"https://shop.example:{receiver.port}/", trusting(authority, QUICK_SECONDS))
    assert (outcome.status, outcome.failure) == (200, Failure.TIMED_OUT)
