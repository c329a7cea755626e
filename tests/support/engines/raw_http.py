"""Requests as bytes, for what a client library would not send."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

TIMEOUT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """The names of the headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def send_raw(url: str, request: bytes) -> RawAnswer:
    """Sends the bytes as they are. A server may answer, and close the connection, before it has read all."""
    address = urlsplit(url)
    with socket.create_connection(
        (address.hostname or "", address.port or 80), TIMEOUT_SECONDS
    ) as connection:
        with suppress(ConnectionError):
            connection.sendall(request)
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        headers = {name.lower(): value for name, value in answer.getheaders()}
        return RawAnswer(answer.status, headers, answer.read())


def request_head(key: str, request_line: bytes, *headers: str) -> bytes:
    lines = ["Host: x", f"Authorization: Bearer {key}", "Connection: close", *headers]
    return b"\r\n".join([request_line, *(line.encode() for line in lines), b"", b""])
