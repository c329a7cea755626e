"""HTTP responses: a function's and the gateway's own."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from local.gateway.errors import GatewayError
from local.gateway.responses import (
    Json,
    Response,
    checked_headers,
    checked_status,
    decoded,
    malformed,
    mapping_of,
)

_ANSWERS = {
    "ACCESS_DENIED": (403, "Forbidden"),
    "INTEGRATION_TIMEOUT": (503, "Service Unavailable"),
    "REQUEST_TOO_LARGE": (413, "Request Entity Too Large"),
}
_JSON = ("content-type", "application/json")


def function_response(raw: bytes) -> Response:
    """The response in a function's answer: as it says, or made of it when it has no `statusCode`.

    Raises INTEGRATION_FAILURE for a status or a header that cannot be sent.
    """
    try:
        answer = json.loads(raw)
    except ValueError as error:
        raise malformed("not JSON") from error
    if isinstance(answer, dict) and "statusCode" in answer:
        return _structured(answer)
    return Response(200, (_JSON,), _text(answer, raw).encode("utf-8", "replace"))


def gateway_response(error: GatewayError) -> Response:
    """HTTP APIs have fixed words, which no template changes; of a failure the client learns nothing."""
    status, message = _ANSWERS.get(error.response_type, (error.status, error.message))
    if status >= 500 and error.response_type not in _ANSWERS:  # noqa: PLR2004 - the class of a status
        status, message = 500, "Internal Server Error"
    return Response(status, (_JSON,), json.dumps({"message": message}, separators=(",", ":")).encode())


def _structured(answer: Mapping[str, Any]) -> Response:
    body = answer.get("body")
    text = "" if body is None else _text(body, json.dumps(body).encode())
    headers = (*_cookies(answer), *checked_headers(_own_headers(answer)))
    if not any(name == "content-type" for name, _ in headers):
        headers = (("content-type", "text/plain;charset=UTF-8"), *headers)
    content = decoded(text) if answer.get("isBase64Encoded") is True else text.encode("utf-8", "replace")
    return Response(checked_status(answer["statusCode"]), headers, content)


def _own_headers(answer: Mapping[str, Any]) -> Iterator[tuple[str, Json]]:
    for name, value in mapping_of(answer, "headers").items():
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        yield name, str(value) if is_number else value


def _cookies(answer: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    cookies = answer.get("cookies") or []
    if not isinstance(cookies, list):
        raise malformed("cookies is not a list")
    return checked_headers(("set-cookie", cookie) for cookie in cookies)


def _text(value: Json, raw: bytes) -> str:
    return value if isinstance(value, str) else raw.decode()
