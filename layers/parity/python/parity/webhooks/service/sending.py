"""One request to a receiver, and what became of it."""

from __future__ import annotations

import ssl
import time
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from urllib3 import HTTPConnectionPool
from urllib3.connection import HTTPConnection
from urllib3.exceptions import HTTPError

from parity.webhooks.rules.deliveries import MAX_ANSWER_CHARACTERS, Failure, Outcome
from parity.webhooks.service.connecting import (
    Deadline,
    SendingError,
    connect,
    resolve_in_time,
    resolve_name,
    start_tls,
)

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Mapping
    from urllib.parse import SplitResult

    from urllib3 import BaseHTTPResponse

    from parity.webhooks.service.connecting import Resolve

MAX_SECONDS = 10.0
"""For all of it: the name, the connection, the request and the answer."""

MAX_ANSWER_BYTES = 64 * 1024
"""What is beyond is not read."""

PORTS = {"https": 443, "http": 80}
HEADERS = {
    "Accept-Encoding": "identity",
    "Connection": "close",
    "Content-Type": "application/json",
    "User-Agent": "Parity-Webhooks",
}


class _ConnectedBefore(HTTPConnection):
    """Uses a connection that was made and checked before."""

    def __init__(self, *arguments: Any, connected: socket.socket, **settings: Any) -> None:  # noqa: ANN401
        super().__init__(*arguments, **settings)
        self._connected = connected

    def connect(self) -> None:
        self.sock = self._connected


class _Pool(HTTPConnectionPool):
    ConnectionCls = _ConnectedBefore


@dataclass
class Sender:
    """Sends requests. Tests give it names and certificates of their own."""

    allows_loopback: bool = False
    resolve: Resolve = resolve_name
    make_context: Callable[[], ssl.SSLContext] = ssl.create_default_context
    max_seconds: float = MAX_SECONDS

    @cached_property
    def context(self) -> ssl.SSLContext:
        """Made once: it reads the certificates of all authorities."""
        return self.make_context()

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Outcome:
        """Whatever the receiver does is an outcome. A redirect is an answer, and is not followed."""
        started = time.monotonic()
        status, failure, answer = None, None, b""
        with Deadline(self.max_seconds) as deadline:
            try:
                with closing(self._connect(urlsplit(url), deadline)) as connected:
                    response = _request(urlsplit(url), body, headers, connected, deadline)
                    status = response.status
                    answer = _read(response, deadline)
            except SendingError as error:
                failure = error.failure
        return Outcome(
            status=status,
            failure=failure,
            answer=answer.decode(errors="replace")[:MAX_ANSWER_CHARACTERS],
            duration_milliseconds=round((time.monotonic() - started) * 1000),
        )

    def _connect(self, url: SplitResult, deadline: Deadline) -> socket.socket:
        host, port = url.hostname or "", url.port or PORTS[url.scheme]
        addresses = resolve_in_time(self.resolve, host, port, deadline)
        connected = connect(addresses, port, deadline, allows_loopback=self.allows_loopback)
        return start_tls(connected, host, self.context, deadline) if url.scheme == "https" else connected


def _request(
    url: SplitResult, body: bytes, headers: Mapping[str, str], connected: socket.socket, deadline: Deadline
) -> BaseHTTPResponse:
    """The answer with its body unread. Raises SendingError."""
    pool = _Pool(url.hostname or "", connected=connected)
    try:
        return pool.urlopen(
            "POST",
            url._replace(scheme="", netloc="", path=url.path or "/").geturl(),
            body=body,
            headers={"Host": url.netloc, **HEADERS, **headers},
            timeout=deadline.seconds_left,
            retries=False,
            redirect=False,
            assert_same_host=False,
            preload_content=False,
            decode_content=False,
            enforce_content_length=True,  # not the default of the urllib3 of older runtimes
        )
    except (HTTPError, OSError) as error:
        raise SendingError(deadline.failure(Failure.ANSWER_INCOMPLETE)) from error


def _read(response: BaseHTTPResponse, deadline: Deadline) -> bytes:
    """The first bytes of the answer's body. Raises SendingError if it ends early, or not in time."""
    answer = b""
    try:
        while len(answer) < MAX_ANSWER_BYTES and (part := response.read(MAX_ANSWER_BYTES - len(answer))):
            answer += part
    except (HTTPError, OSError) as error:
        raise SendingError(deadline.failure(Failure.ANSWER_INCOMPLETE)) from error
    if deadline.is_over:
        raise SendingError(Failure.TIMED_OUT)
    return answer
