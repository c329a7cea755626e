"""An HTTP request as the gateway reads it, with its limits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.asgi import Receive, Scope
from local.gateway.errors import GatewayError

MAX_BODY_BYTES = 10 * 1024 * 1024
MAX_URL_BYTES = 8192
MAX_HEADER_BYTES = 10_240
"""API Gateway's quota for the request line and the header values together."""

RAW_HEADERS = "raw_headers"
"""In the state of a scope, the headers as the client wrote them; see `local.gateway.header_case`."""

_BAD_PERCENT_ENCODING = re.compile(r"%(?![0-9A-Fa-f]{2})")


@dataclass(frozen=True, slots=True)
class Request:
    """One request. `path` is percent-encoded as sent, `query` is the text after the question mark."""

    method: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    source_ip: str
    port: int
    protocol: str

    def header(self, name: str) -> str | None:
        """The last value of a header, whatever the case of its name."""
        wanted = name.lower()
        return next((value for key, value in reversed(self.headers) if key.lower() == wanted), None)


def read_head(scope: Scope) -> Request:
    """The request without its body; raises GatewayError for one that is malformed or over a quota."""
    request = Request(
        method=scope["method"],
        path=_decode_url(scope["raw_path"]),
        query=_decode_url(scope["query_string"]),
        headers=_read_headers(scope),
        body=b"",
        source_ip=(scope.get("client") or ("127.0.0.1", 0))[0],
        port=(scope.get("server") or ("127.0.0.1", 0))[1] or 0,
        protocol=f"HTTP/{scope['http_version']}",
    )
    _check_head_size(request)
    return request


def _check_head_size(request: Request) -> None:
    url_bytes = len(request.path) + len(request.query)
    if url_bytes > MAX_URL_BYTES:
        raise GatewayError("DEFAULT_4XX", status=414, message="Request URI too long")
    if url_bytes + sum(len(value) for _, value in request.headers) > MAX_HEADER_BYTES:
        raise GatewayError("DEFAULT_4XX", status=431, message="Request header fields too large")


async def read_body(request: Request, receive: Receive) -> bytes:
    """The whole body; raises REQUEST_TOO_LARGE once its declared or its received size is over the limit."""
    declared = request.header("content-length") or ""
    _check_body_size(int(declared) if declared.isdecimal() else 0)
    body = bytearray()
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            # The body is incomplete, and the client no longer reads the answer.
            raise GatewayError("DEFAULT_4XX")
        body += message.get("body", b"")
        _check_body_size(len(body))
        more = message.get("more_body", False)
    return bytes(body)


def _check_body_size(size_bytes: int) -> None:
    if size_bytes > MAX_BODY_BYTES:
        raise GatewayError("REQUEST_TOO_LARGE")


def _read_headers(scope: Scope) -> tuple[tuple[str, str], ...]:
    state: Mapping[str, Any] = scope.get("state") or {}
    raw: list[tuple[bytes, bytes]] = state.get(RAW_HEADERS) or scope["headers"]
    return tuple((_decode_ascii(name), _decode_ascii(value)) for name, value in raw)


def _decode_ascii(raw: bytes) -> str:
    try:
        return raw.decode("ascii")
    except UnicodeDecodeError as error:
        raise GatewayError("DEFAULT_4XX", reason="bytes that are not ASCII") from error


def _decode_url(raw: bytes) -> str:
    text = _decode_ascii(raw)
    if _BAD_PERCENT_ENCODING.search(text):
        raise GatewayError("DEFAULT_4XX", reason="bad percent-encoding")
    return text
