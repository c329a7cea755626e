"""Receivers of webhooks on this machine, which behave as well or as badly as a test wants."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

Answer = Callable[[socket.socket], None]
"""Answers one request, whose head and body were read before."""

PATIENCE_SECONDS = 5
"""How long a receiver waits for its sender, so that no test hangs."""


@dataclass(frozen=True)
class Received:
    target: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """`received` are the requests in the order in which they came, `most_at_once` how many overlapped."""

    url: str
    port: int
    received: list[Received] = field(default_factory=list)
    most_at_once: int = 0
    _open: set[object] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def serving(self) -> Iterator[None]:
        request = object()
        with self._lock:
            self._open.add(request)
            self.most_at_once = max(self.most_at_once, len(self._open))
        try:
            yield
        finally:
            with self._lock:
                self._open.remove(request)


def respond(status: str = "200 OK", body: bytes = b"", *headers: str) -> Answer:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return send("\r\n".join([*lines, "", ""]).encode() + body)


def send(content: bytes) -> Answer:
    """Sends these bytes and hangs up."""
    return lambda connection: connection.sendall(content)


def drip(start: bytes, drop: bytes) -> Answer:
    """Sends the start, and then a drop every few milliseconds for as long as somebody reads."""

    def answer(connection: socket.socket) -> None:
        connection.sendall(start)
        for _ in range(PATIENCE_SECONDS * 100):
            connection.sendall(drop)
            threading.Event().wait(0.01)

    return answer


def keep_silent(connection: socket.socket) -> None:
    """Waits until the sender hangs up."""
    connection.recv(1)


def in_turn(*answers: Answer) -> Answer:
    """A receiver that changes its mind: one answer after the other, and from the start again."""
    following = cycle(answers)

    def answer(connection: socket.socket) -> None:
        next(following)(connection)

    return answer


@contextmanager
def run_receiver(answer: Answer, context: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """A receiver that listens on a free port, by TLS with a context."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        receiver = Receiver(f"http://127.0.0.1:{port}/webhooks?from=parity", port)
        arguments: Any = (server, receiver, answer, context)
        threading.Thread(target=_accept, args=arguments, daemon=True).start()
        yield receiver
        with suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)


def _accept(
    server: socket.socket, receiver: Receiver, answer: Answer, context: ssl.SSLContext | None
) -> None:
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        threading.Thread(target=_serve, args=(connection, receiver, answer, context), daemon=True).start()


def _serve(
    connection: socket.socket, receiver: Receiver, answer: Answer, context: ssl.SSLContext | None
) -> None:
    with suppress(OSError), connection:
        connection.settimeout(PATIENCE_SECONDS)
        if context:
            with context.wrap_socket(connection, server_side=True) as encrypted:
                _answer(encrypted, receiver, answer)
        else:
            _answer(connection, receiver, answer)


def _answer(connection: socket.socket, receiver: Receiver, answer: Answer) -> None:
    receiver.received.append(_read_request(connection))
    with receiver.serving():
        answer(connection)


def _read_request(connection: socket.socket) -> Received:
    content = b""
    while b"\r\n\r\n" not in content:
        content += _receive(connection)
    head, _, body = content.partition(b"\r\n\r\n")
    request_line, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    while len(body) < int(headers["content-length"]):
        body += _receive(connection)
    return Received(request_line.split(" ")[1], headers, body)


def _receive(connection: socket.socket) -> bytes:
    part = connection.recv(65536)
    if not part:
        raise ConnectionResetError
    return part
