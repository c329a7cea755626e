"""The responses of an HTTP API: of functions, and of the gateway itself."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from local.gateway.errors import GatewayError
from local.gateway.responses import (
    Json,
    Response,
    decode_base64,
    filter_headers,
    malformed_answer,
    parse_json,
    parse_status,
    read_mapping,
    with_content_type,
)

_FIXED_ANSWERS = {
    "ACCESS_DENIED": (403, "Forbidden"),
    "INTEGRATION_TIMEOUT": (503, "Service Unavailable"),
    "REQUEST_TOO_LARGE": (413, "Request Entity Too Large"),
}
_JSON = ("content-type", "application/json")


def function_response(raw: bytes) -> Response:
    """The response of a function's answer. An answer without `statusCode` is the body of a response with 200.

    Raises INTEGRATION_FAILURE for a status or a header that cannot be sent.
    """
    answer = parse_json(raw)
    if isinstance(answer, dict) and "statusCode" in answer:
        return _read_response(answer)
    return Response(200, (_JSON,), _to_text(answer, raw).encode("utf-8", "replace"))


def gateway_response(error: GatewayError) -> Response:
    """The fixed answer to an error, which no template changes and which has no details of a failure."""
    status, message = _FIXED_ANSWERS.get(error.response_type, (error.status, error.message))
    if status >= 500 and error.response_type not in _FIXED_ANSWERS:  # noqa: PLR2004 - the class of a status
        status, message = 500, "Internal Server Error"
    return Response(status, (_JSON,), json.dumps({"message": message}, separators=(",", ":")).encode())


def _read_response(answer: Mapping[str, Any]) -> Response:
    body = answer.get("body")
    text = "" if body is None else _to_text(body, json.dumps(body).encode())
    headers = (*_read_cookies(answer), *filter_headers(_read_headers(answer)))
    is_encoded = answer.get("isBase64Encoded") is True
    content = decode_base64(text) if is_encoded else text.encode("utf-8", "replace")
    status = parse_status(answer["statusCode"])
    return Response(status, with_content_type(headers, "text/plain;charset=UTF-8"), content)


def _read_headers(answer: Mapping[str, Any]) -> Iterator[tuple[str, Json]]:
    for name, value in read_mapping(answer, "headers").items():
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        yield name, str(value) if is_number else value


def _read_cookies(answer: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    cookies = answer.get("cookies") or []
    if not isinstance(cookies, list):
        raise malformed_answer("cookies is not a list")
    return filter_headers(("set-cookie", cookie) for cookie in cookies)


def _to_text(value: Json, raw: bytes) -> str:
    return value if isinstance(value, str) else raw.decode()
