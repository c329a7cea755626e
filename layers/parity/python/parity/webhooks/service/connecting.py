"""A connection to a receiver, whom nobody has checked: where it leads, and for how long it may be used.

A name is resolved once, every address that it has is checked, and the connection is made to one of these. So
a name cannot lead elsewhere between the check and the request. The certificate is checked against the name.
"""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from parity.webhooks.rules.addresses import AddressRefusedError, check_addresses
from parity.webhooks.rules.deliveries import Failure

if TYPE_CHECKING:
    from collections.abc import Callable
    from ssl import SSLContext
    from typing import Self

    Resolve = Callable[[str, int], list[str]]
    """Returns the addresses of a name. Raises OSError."""

MAX_ADDRESSES_TRIED = 3
CONNECT_SECONDS = 3.0
"""For one address, so that there is time for another one."""


class SendingError(Exception):
    """No answer began. `failure` says why."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure)
        self.failure = failure


class Deadline:
    """A context manager: the socket that it watches is shut down when the time is over.

    A timeout of the socket itself starts again with each byte that a slow receiver sends.
    """

    def __init__(self, seconds: float) -> None:
        self._ends_at = time.monotonic() + seconds
        self._watched: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._shut_down)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def watch(self, connected: socket.socket) -> None:
        connected.settimeout(self.seconds_left)
        self._watched = connected
        if self.is_over:
            self._shut_down()

    @property
    def seconds_left(self) -> float:
        return max(self._ends_at - time.monotonic(), 0.001)

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self._ends_at

    def failure(self, otherwise: Failure) -> Failure:
        """Why something failed: the time was over, or another reason."""
        return Failure.TIMED_OUT if self.is_over else otherwise

    def _shut_down(self) -> None:
        if self._watched:
            with suppress(OSError):  # closed already
                # Not the method of an SSLSocket, which changes what the waiting thread uses.
                socket.socket.shutdown(self._watched, socket.SHUT_RDWR)


def resolve_name(host: str, port: int) -> list[str]:
    """IPv4 addresses first: functions reach the internet by them. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = dict.fromkeys(str(address[0]) for *_, address in found)
    return sorted(addresses, key=lambda address: ":" in address)


def resolve_in_time(resolve: Resolve, host: str, port: int, deadline: Deadline) -> list[str]:
    """The addresses of a name. Raises SendingError.

    Nothing can interrupt the system's resolver, so it works in a thread that may outlive the deadline.
    """
    found: SimpleQueue[list[str] | None] = SimpleQueue()

    def work() -> None:
        try:
            found.put(resolve(host, port))
        except (OSError, UnicodeError):
            found.put(None)

    threading.Thread(target=work, daemon=True).start()
    try:
        addresses = found.get(timeout=deadline.seconds_left)
    except Empty as error:
        raise SendingError(Failure.TIMED_OUT) from error
    if not addresses:
        raise SendingError(Failure.NAME_NOT_FOUND)
    return addresses


def connect(addresses: list[str], port: int, deadline: Deadline, *, allows_loopback: bool) -> socket.socket:
    """A connection to the first address that takes one.

    Raises SendingError, also if one of the addresses may not be sent to.
    """
    try:
        check_addresses(addresses, allows_loopback=allows_loopback)
    except AddressRefusedError as error:
        raise SendingError(Failure.ADDRESS_REFUSED) from error
    for address in addresses[:MAX_ADDRESSES_TRIED]:
        with suppress(OSError):
            seconds = min(CONNECT_SECONDS, deadline.seconds_left)
            connected = socket.create_connection((address, port), timeout=seconds)
            deadline.watch(connected)
            return connected
    raise SendingError(deadline.failure(Failure.CONNECTION_FAILED))


def start_tls(connected: socket.socket, host: str, context: SSLContext, deadline: Deadline) -> socket.socket:
    """Raises SendingError, also if the certificate is not of that name."""
    encrypted = context.wrap_socket(connected, server_hostname=host, do_handshake_on_connect=False)
    deadline.watch(encrypted)
    try:
        encrypted.do_handshake()
    except OSError as error:
        encrypted.close()
        raise SendingError(deadline.failure(Failure.TLS_FAILED)) from error
    return encrypted
