"""Lambda events: payload format 1.0, and that of a REQUEST authorizer."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from local.gateway.call import RestCall
from local.gateway.event_parts import HOP_BY_HOP, describe_api, forwarded_headers
from local.gateway.request import Request
from local.gateway.rest.media import is_binary

Event = dict[str, Any]

_DROPPED = HOP_BY_HOP | {"content-length"}
_IAM_IDENTITY = (
    "accessKey",
    "accountId",
    "caller",
    "cognitoAuthenticationProvider",
    "cognitoAuthenticationType",
    "cognitoIdentityId",
    "cognitoIdentityPoolId",
    "principalOrgId",
    "user",
    "userArn",
)


def proxy_event(call: RestCall, authorizer: Mapping[str, Any] | None = None) -> Event:
    """The event of a proxy integration; `authorizer` is the context that the authorizer answered."""
    event = _shared_entries(call)
    for name in ("queryStringParameters", "multiValueQueryStringParameters", "pathParameters"):
        event[name] = event[name] or None
    context = _request_context(call) | ({"authorizer": dict(authorizer)} if authorizer else {})
    return {**event, "stageVariables": None, "requestContext": context, **_encode_body(call)}


def authorizer_event(call: RestCall) -> Event:
    """The event of a REQUEST authorizer: no body, and empty mappings where a proxy event has nulls."""
    return {
        "type": "REQUEST",
        "methodArn": call.arn,
        **_shared_entries(call),
        "stageVariables": {},
        "requestContext": _request_context(call),
    }


def _shared_entries(call: RestCall) -> Event:
    headers = _merge_headers(call.request)
    query = parse_qsl(call.request.query, keep_blank_values=True)
    return {
        "resource": call.match.route.path,
        "path": call.path,
        "httpMethod": call.request.method,
        "headers": dict(headers),
        "multiValueHeaders": _group_values(headers),
        "queryStringParameters": dict(query),
        "multiValueQueryStringParameters": _group_values(query),
        "pathParameters": dict(call.match.path_parameters),
    }


def _group_values(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return values


def _merge_headers(request: Request) -> list[tuple[str, str]]:
    """The client's headers, each name in one spelling, and the headers that the gateway sets."""
    added = forwarded_headers(request)
    spelling = {name.lower(): name for name in added}
    passed_on = [
        (spelling.setdefault(name.lower(), name), value)
        for name, value in request.headers
        if name.lower() not in _DROPPED
    ]
    return [*(pair for pair in passed_on if pair[0] not in added), *added.items()]


def _request_context(call: RestCall) -> Event:
    return {
        **describe_api(call.api.name, call.request),
        "deploymentId": "local",
        "extendedRequestId": call.ids.extended_request_id,
        "httpMethod": call.request.method,
        "identity": _describe_client(call.request),
        "path": call.request.path,
        "protocol": call.request.protocol,
        "requestId": call.ids.request_id,
        "requestTime": call.ids.request_time,
        "requestTimeEpoch": call.ids.request_time_epoch_ms,
        "resourceId": f"{zlib.crc32(call.match.route.path.encode()):08x}",
        "resourcePath": call.match.route.path,
        "stage": call.api.stage,
    }


def _describe_client(request: Request) -> Event:
    known = {"sourceIp": request.source_ip, "userAgent": request.header("user-agent")}
    return dict.fromkeys(_IAM_IDENTITY) | known


def _encode_body(call: RestCall) -> Event:
    """Base64 for a binary media type, else text. As on AWS, text loses the bytes that are not UTF-8."""
    raw = call.request.body
    binary = is_binary(call.request.header("content-type"), call.api.binary_media_types)
    text = base64.b64encode(raw).decode("ascii") if binary else raw.decode("utf-8", "replace")
    return {"body": text or None, "isBase64Encoded": binary and bool(raw)}
