"""Responses as both kinds of gateway send them, and the headers that functions may set."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from local.gateway.errors import GatewayError
from local.gateway.request import Send

Json = Any
"""A parsed JSON value."""

_NO_BODY_STATUSES = {204, 304}
_NOT_PASSED_ON = {
    "connection",
    "content-length",
    "keep-alive",
    "proxy-authenticate",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
}
_REMAPPED = {"date", "server", "www-authenticate"}
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")


@dataclass(frozen=True, slots=True)
class Response:
    """A response as it is sent; header names in lower case."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


async def send_response(response: Response, method: str, send: Send) -> None:
    """Send it as ASGI messages, the body only where the method and the status allow one."""
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers]
    has_body = response.status not in _NO_BODY_STATUSES
    if has_body:
        headers.append((b"content-length", str(len(response.body)).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    body = response.body if has_body and method != "HEAD" else b""
    await send({"type": "http.response.body", "body": body})


def mapping_of(answer: Mapping[str, Json], name: str) -> Mapping[str, Json]:
    """A field of a function's answer that is an object, empty if it is missing."""
    value = answer.get(name)
    if not isinstance(value, dict | None):
        raise malformed(f"{name} is not an object")
    return value or {}


def checked_status(value: Json) -> int:
    """A function's `statusCode`, a number or its text; raises INTEGRATION_FAILURE."""
    text = str(value)
    if isinstance(value, bool) or not re.fullmatch(r"[2-5]\d\d", text):
        raise malformed(f"statusCode {text[:20]}")
    return int(text)


def checked_headers(pairs: Iterable[tuple[str, Json]]) -> Iterator[tuple[str, str]]:
    """The headers of a function that reach the client; raises INTEGRATION_FAILURE for impossible ones."""
    for name, value in lower_case(pairs):
        if name not in _NOT_PASSED_ON:
            yield _checked_header(f"x-amzn-remapped-{name}" if name in _REMAPPED else name, value)


def lower_case(pairs: Iterable[tuple[str, Json]]) -> list[tuple[str, Json]]:
    return [(name.lower(), value) for name, value in pairs]


def decoded(body: str) -> bytes:
    """A body that claims to be base64; raises API_CONFIGURATION_ERROR."""
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError) as error:
        raise GatewayError("API_CONFIGURATION_ERROR", reason="body is not base64") from error


def malformed(what: str) -> GatewayError:
    """The error for a function's answer that is no response."""
    return GatewayError("INTEGRATION_FAILURE", reason=f"malformed proxy response: {what}")


def _checked_header(name: str, value: Json) -> tuple[str, str]:
    text = str(value).lower() if isinstance(value, bool) else value
    if not isinstance(text, str) or not _HEADER_NAME.fullmatch(name) or not _HEADER_VALUE.fullmatch(text):
        raise malformed(f"header {name}")
    return name, text
