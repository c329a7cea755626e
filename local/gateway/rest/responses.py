"""HTTP responses: a function's, a mock's, and the gateway's own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from local.gateway.errors import GatewayError
from local.gateway.ids import Ids
from local.gateway.responses import (
    Response,
    checked_headers,
    checked_status,
    decoded,
    lower_case,
    malformed,
    mapping_of,
)
from local.gateway.rest.call import Call
from local.gateway.rest.media import is_binary
from local.model import GatewayResponse, MockResponse, RestApi

_FIELDS = {"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"}
_DEFAULT_TEMPLATE = '{"message":$context.error.messageString}'
_CONTEXT = re.compile(r"\$context\.(error\.messageString|error\.message|error\.responseType|requestId)\b")


def function_response(raw: bytes, call: Call) -> Response:
    """The response in a function's answer; raises INTEGRATION_FAILURE for one that AWS calls malformed."""
    answer = _parsed(raw)
    headers = tuple(_function_headers(answer))
    if not any(name == "content-type" for name, _ in headers):
        headers = (("content-type", "application/json"), *headers)
    return Response(checked_status(answer.get("statusCode")), headers, _body(answer, call))


def mock_response(mock: MockResponse) -> Response:
    """The fixed answer of a mock integration."""
    headers = (("content-type", "application/json"), *lower_case(mock.headers.items()))
    return Response(mock.status, headers, b"")


def gateway_response(error: GatewayError, api: RestApi, ids: Ids) -> Response:
    """What the template says for an error, for its class (DEFAULT_4XX, DEFAULT_5XX), or what AWS says."""
    own = _configured(error, api)
    headers = {"content-type": "application/json", **dict(lower_case(own.headers.items()))}
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
        raise malformed("not JSON") from error
    if not isinstance(answer, dict):
        raise malformed("not an object")
    if unknown := sorted(answer.keys() - _FIELDS):
        raise malformed(f"unknown fields {', '.join(unknown)}")
    return answer


def _body(answer: Mapping[str, Any], call: Call) -> bytes:
    """Base64 is decoded only for a client whose Accept header starts with a binary media type, as on AWS."""
    body = answer.get("body")
    if body is None:
        return b""
    if not isinstance(body, str):
        raise malformed("body is not a string")
    accepts_binary = is_binary(call.request.header("accept"), call.api.binary_media_types)
    is_encoded = answer.get("isBase64Encoded") is True
    return decoded(body) if is_encoded and accepts_binary else body.encode("utf-8", "replace")


def _function_headers(answer: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    single = mapping_of(answer, "headers")
    multiple = mapping_of(answer, "multiValueHeaders")
    repeated = {name.lower() for name in multiple}
    pairs = [(name, value) for name, value in single.items() if name.lower() not in repeated]
    for name, values in multiple.items():
        pairs += [(name, value) for value in (values if isinstance(values, list) else [values])]
    return checked_headers(pairs)
