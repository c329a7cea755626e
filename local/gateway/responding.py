"""HTTP responses: a function's, a mock's, and the gateway's own."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from local.gateway.call import Call, Ids
from local.gateway.errors import GatewayError
from local.gateway.media import is_binary
from local.model import GatewayResponse, MockResponse, RestApi

Json = Any
"""A parsed JSON value."""

_FIELDS = {"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"}
_HOP_BY_HOP = {
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
_DEFAULT_TEMPLATE = '{"message":$context.error.messageString}'
_CONTEXT = re.compile(r"\$context\.(error\.messageString|error\.message|error\.responseType|requestId)\b")


@dataclass(frozen=True, slots=True)
class Response:
    """A response as it is sent; header names in lower case."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def function_response(raw: bytes, call: Call) -> Response:
    """The response in a function's answer; raises INTEGRATION_FAILURE for one that AWS calls malformed."""
    answer = _parsed(raw)
    headers = tuple(_function_headers(answer))
    if not any(name == "content-type" for name, _ in headers):
        headers = (("content-type", "application/json"), *headers)
    return Response(_status(answer.get("statusCode")), headers, _body(answer, call))


def mock_response(mock: MockResponse) -> Response:
    """The fixed answer of a mock integration."""
    headers = (("content-type", "application/json"), *_lower(mock.headers.items()))
    return Response(mock.status, headers, b"")


def gateway_response(error: GatewayError, api: RestApi, ids: Ids) -> Response:
    """What the template says for an error, for its class (DEFAULT_4XX, DEFAULT_5XX), or what AWS says."""
    own = _configured(error, api)
    headers = {"content-type": "application/json", **dict(_lower(own.headers.items()))}
    body = _render(own.templates.get("application/json", _DEFAULT_TEMPLATE), error, ids)
    return Response(own.status or error.status, tuple(headers.items()), body.encode())


def with_ids(response: Response, ids: Ids) -> Response:
    """The response with the ids that AWS adds to every one."""
    added = (("x-amzn-requestid", ids.request_id), ("x-amz-apigw-id", ids.extended_request_id))
    return replace(response, headers=(*response.headers, *added))


def _configured(error: GatewayError, api: RestApi) -> GatewayResponse:
    fallback = "DEFAULT_4XX" if error.status < 500 else "DEFAULT_5XX"  # noqa: PLR2004 - the class of a status
    none = GatewayResponse(None, {}, {})
    return api.gateway_responses.get(error.response_type) or api.gateway_responses.get(fallback, none)


def _render(template: str, error: GatewayError, ids: Ids) -> str:
    values = {
        "error.message": error.message or "",
        "error.messageString": json.dumps(error.message),
        "error.responseType": error.response_type,
        "requestId": ids.request_id,
    }
    return _CONTEXT.sub(lambda match: values[match[1]], template)


def _parsed(raw: bytes) -> Mapping[str, Any]:
    try:
        answer = json.loads(raw)
    except ValueError as error:
        raise _malformed("not JSON") from error
    if not isinstance(answer, dict):
        raise _malformed("not an object")
    if unknown := sorted(answer.keys() - _FIELDS):
        raise _malformed(f"unknown fields {', '.join(unknown)}")
    return answer


def _status(value: Json) -> int:
    text = str(value)
    if isinstance(value, bool) or not re.fullmatch(r"[2-5]\d\d", text):
        raise _malformed(f"statusCode {text[:20]}")
    return int(text)


def _body(answer: Mapping[str, Any], call: Call) -> bytes:
    """Base64 is decoded only for a client whose Accept header starts with a binary media type, as on AWS."""
    body = answer.get("body")
    if body is None:
        return b""
    if not isinstance(body, str):
        raise _malformed("body is not a string")
    accepts_binary = is_binary(call.request.header("accept"), call.api.binary_media_types)
    if answer.get("isBase64Encoded") is not True or not accepts_binary:
        return body.encode("utf-8", "replace")
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError) as error:
        raise GatewayError("API_CONFIGURATION_ERROR", reason="body is not base64") from error


def _function_headers(answer: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    single = _mapping(answer, "headers")
    multiple = _mapping(answer, "multiValueHeaders")
    repeated = {name.lower() for name in multiple}
    pairs = [(name, value) for name, value in single.items() if name.lower() not in repeated]
    for name, values in multiple.items():
        pairs += [(name, value) for value in (values if isinstance(values, list) else [values])]
    for name, value in _lower(pairs):
        if name not in _HOP_BY_HOP:
            yield _checked_header(f"x-amzn-remapped-{name}" if name in _REMAPPED else name, value)


def _mapping(answer: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = answer.get(name)
    if not isinstance(value, dict | None):
        raise _malformed(f"{name} is not an object")
    return value or {}


def _checked_header(name: str, value: Json) -> tuple[str, str]:
    text = str(value).lower() if isinstance(value, bool) else value
    if not isinstance(text, str) or not _HEADER_NAME.fullmatch(name) or not _HEADER_VALUE.fullmatch(text):
        raise _malformed(f"header {name}")
    return name, text


def _lower(pairs: Iterable[tuple[str, Any]]) -> list[tuple[str, Any]]:
    return [(name.lower(), value) for name, value in pairs]


def _malformed(what: str) -> GatewayError:
    return GatewayError("INTEGRATION_FAILURE", reason=f"malformed proxy response: {what}")
