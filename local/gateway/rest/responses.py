"""The responses of a REST API: of functions, of mocks, and of the gateway itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from local.gateway.call import RestCall
from local.gateway.errors import GatewayError
from local.gateway.ids import Ids
from local.gateway.responses import (
    Response,
    decode_base64,
    filter_headers,
    lower_names,
    malformed_answer,
    parse_json,
    parse_status,
    read_mapping,
    with_content_type,
)
from local.gateway.rest.media import is_binary
from local.model import GatewayResponse, MockResponse, RestApi

_FIELDS = {"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"}
_DEFAULT_TEMPLATE = '{"message":$context.error.messageString}'
_CONTEXT = re.compile(r"\$context\.(error\.messageString|error\.message|error\.responseType|requestId)\b")


def function_response(raw: bytes, call: RestCall) -> Response:
    """The response of a function's answer; raises INTEGRATION_FAILURE for one that AWS calls malformed."""
    answer = _parse_answer(raw)
    headers = with_content_type(tuple(_merge_headers(answer)), "application/json")
    return Response(parse_status(answer.get("statusCode")), headers, _encode_body(answer, call))


def mock_response(mock: MockResponse) -> Response:
    headers = (("content-type", "application/json"), *lower_names(mock.headers.items()))
    return Response(mock.status, headers, b"")


def gateway_response(error: GatewayError, api: RestApi, ids: Ids) -> Response:
    """The template's response for an error or its class (DEFAULT_4XX, DEFAULT_5XX), else the one of AWS."""
    own = _find_gateway_response(error, api)
    named = {**own.headers, **dict.fromkeys(own.id_headers, ids.request_id)}
    headers = {"content-type": "application/json", **dict(lower_names(named.items()))}
    body = _render_template(own.templates.get("application/json", _DEFAULT_TEMPLATE), error, ids)
    return Response(own.status or error.status, tuple(headers.items()), body.encode())


def with_ids(response: Response, ids: Ids) -> Response:
    """The response with the ids that AWS adds to every response."""
    added = (("x-amzn-requestid", ids.request_id), ("x-amz-apigw-id", ids.extended_request_id))
    return replace(response, headers=(*response.headers, *added))


def _find_gateway_response(error: GatewayError, api: RestApi) -> GatewayResponse:
    fallback = "DEFAULT_4XX" if error.status < 500 else "DEFAULT_5XX"  # noqa: PLR2004 - the class of a status
    none = GatewayResponse(None, {}, {})
    return api.gateway_responses.get(error.response_type) or api.gateway_responses.get(fallback, none)


def _render_template(template: str, error: GatewayError, ids: Ids) -> str:
    values = {
        "error.message": error.message or "",
        "error.messageString": json.dumps(error.message),
        "error.responseType": error.response_type,
        "requestId": ids.request_id,
    }
    return _CONTEXT.sub(lambda match: values[match[1]], template)


def _parse_answer(raw: bytes) -> Mapping[str, Any]:
    answer = parse_json(raw)
    if not isinstance(answer, dict):
        raise malformed_answer("not an object")
    if unknown := sorted(answer.keys() - _FIELDS):
        raise malformed_answer(f"unknown fields {', '.join(unknown)}")
    return answer


def _encode_body(answer: Mapping[str, Any], call: RestCall) -> bytes:
    """As on AWS, base64 is decoded only when the Accept header begins with a binary media type."""
    body = answer.get("body")
    if body is None:
        return b""
    if not isinstance(body, str):
        raise malformed_answer("body is not a string")
    accepts_binary = is_binary(call.request.header("accept"), call.api.binary_media_types)
    is_encoded = answer.get("isBase64Encoded") is True
    return decode_base64(body) if is_encoded and accepts_binary else body.encode("utf-8", "replace")


def _merge_headers(answer: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    single = read_mapping(answer, "headers")
    multiple = read_mapping(answer, "multiValueHeaders")
    repeated = {name.lower() for name in multiple}
    pairs = [(name, value) for name, value in single.items() if name.lower() not in repeated]
    for name, values in multiple.items():
        pairs += [(name, value) for value in (values if isinstance(values, list) else [values])]
    return filter_headers(pairs)
