"""Responses of both kinds of gateway, and the parts of a function's answer that both read alike."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from local.asgi import Send
from local.gateway.errors import GatewayError

Json = Any
"""A parsed JSON value."""

Headers = tuple[tuple[str, str], ...]

_NO_BODY_STATUSES = {204, 304}
_DROPPED = {
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
    """A response to send; its header names are in lower case."""

    status: int
    headers: Headers
    body: bytes


async def send_response(response: Response, method: str, send: Send) -> None:
    """Send a response as ASGI messages, with its body where the method and the status allow one."""
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers]
    has_body = response.status not in _NO_BODY_STATUSES
    if has_body:
        headers.append((b"content-length", str(len(response.body)).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    body = response.body if has_body and method != "HEAD" else b""
    await send({"type": "http.response.body", "body": body})


def parse_json(raw: bytes) -> Json:
    """A function's answer; raises INTEGRATION_FAILURE when it is not JSON."""
    try:
        return json.loads(raw)
    except ValueError as error:
        raise malformed_answer("not JSON") from error


def read_mapping(answer: Mapping[str, Json], name: str) -> Mapping[str, Json]:
    """A field of a function's answer that is an object, or is missing; raises INTEGRATION_FAILURE."""
    value = answer.get(name)
    if not isinstance(value, dict | None):
        raise malformed_answer(f"{name} is not an object")
    return value or {}


def parse_status(value: Json) -> int:
    """The `statusCode` of a function's answer, a number or its text; raises INTEGRATION_FAILURE."""
    text = str(value)
    if isinstance(value, bool) or not re.fullmatch(r"[2-5]\d\d", text):
        raise malformed_answer(f"statusCode {text[:20]}")
    return int(text)


def filter_headers(pairs: Iterable[tuple[str, Json]]) -> Iterator[tuple[str, str]]:
    """The headers of an answer that the client gets; raises INTEGRATION_FAILURE for an invalid header."""
    for name, value in lower_names(pairs):
        if name not in _DROPPED:
            yield _check_header(f"x-amzn-remapped-{name}" if name in _REMAPPED else name, value)


def with_content_type(headers: Headers, default: str) -> Headers:
    """The headers with a content type, the default one if they have none."""
    has_one = any(name == "content-type" for name, _ in headers)
    return headers if has_one else (("content-type", default), *headers)


def lower_names(pairs: Iterable[tuple[str, Json]]) -> list[tuple[str, Json]]:
    return [(name.lower(), value) for name, value in pairs]


def decode_base64(body: str) -> bytes:
    """Raises API_CONFIGURATION_ERROR."""
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError) as error:
        raise GatewayError("API_CONFIGURATION_ERROR", reason="body is not base64") from error


def malformed_answer(what: str) -> GatewayError:
    """The error for a function's answer that is not a valid response."""
    return GatewayError("INTEGRATION_FAILURE", reason=f"malformed proxy response: {what}")


def _check_header(name: str, value: Json) -> tuple[str, str]:
    text = str(value).lower() if isinstance(value, bool) else value
    if not isinstance(text, str) or not _HEADER_NAME.fullmatch(name) or not _HEADER_VALUE.fullmatch(text):
        raise malformed_answer(f"header {name}")
    return name, text
