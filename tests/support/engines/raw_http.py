"""Requests as bytes, for what a client library would not send."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

TIMEOUT_SECONDS = 60


def send_raw(url: str, request: bytes) -> tuple[int, bytes]:
    """Sends the bytes as they are; returns the status and the body of the answer."""
    address = urlsplit(url)
    with socket.create_connection(
        (address.hostname or "", address.port or 80), TIMEOUT_SECONDS
    ) as connection:
        connection.sendall(request)
        head, _, body = b"".join(iter(lambda: connection.recv(65536), b"")).partition(b"\r\n\r\n")
    return int(head.split()[1]), body


def request_head(key: str, request_line: bytes, *headers: str) -> bytes:
    lines = ["Host: x", f"Authorization: Bearer {key}", "Connection: close", *headers]
    return b"\r\n".join([request_line, *(line.encode() for line in lines), b"", b""])
