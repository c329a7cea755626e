"""Lambda events: payload format 1.0, and that of a REQUEST authorizer."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from local.gateway.event_parts import HOP_BY_HOP, forwarding_headers
from local.gateway.request import Request
from local.gateway.rest.call import Call
from local.gateway.rest.media import is_binary
from local.model import ACCOUNT_ID

Event = dict[str, Any]

_NOT_PASSED_ON = HOP_BY_HOP | {"content-length"}
_NO_IDENTITY = (
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


def proxy_event(call: Call, authorizer: Mapping[str, Any] | None = None) -> Event:
    """The event of a proxy integration; `authorizer` is what the authorizer passes on."""
    event = _common(call)
    for name in ("queryStringParameters", "multiValueQueryStringParameters", "pathParameters"):
        event[name] = event[name] or None
    context = _request_context(call) | ({"authorizer": dict(authorizer)} if authorizer else {})
    return {**event, "stageVariables": None, "requestContext": context, **_body(call)}


def authorizer_event(call: Call) -> Event:
    """The event of a REQUEST authorizer: no body, and empty mappings where a proxy event has nulls."""
    return {
        "type": "REQUEST",
        "methodArn": call.method_arn,
        **_common(call),
        "stageVariables": {},
        "requestContext": _request_context(call),
    }


def _common(call: Call) -> Event:
    headers = _headers(call.request)
    query = parse_qsl(call.request.query, keep_blank_values=True)
    return {
        "resource": call.match.route.path,
        "path": call.path,
        "httpMethod": call.request.method,
        "headers": dict(headers),
        "multiValueHeaders": _multi(headers),
        "queryStringParameters": dict(query),
        "multiValueQueryStringParameters": _multi(query),
        "pathParameters": dict(call.match.path_parameters),
    }


def _multi(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return values


def _headers(request: Request) -> list[tuple[str, str]]:
    """The client's headers under one spelling per name, and the ones that the gateway sets."""
    added = forwarding_headers(request)
    spelling = {name.lower(): name for name in added}
    passed_on = [
        (spelling.setdefault(name.lower(), name), value)
        for name, value in request.headers
        if name.lower() not in _NOT_PASSED_ON
    ]
    return [*(pair for pair in passed_on if pair[0] not in added), *added.items()]


def _request_context(call: Call) -> Event:
    host = call.request.header("host") or "localhost"
    return {
        "accountId": ACCOUNT_ID,
        "apiId": call.api.name,
        "deploymentId": "local",
        # With its port, unlike on AWS, so that a URL made of it works here too.
        "domainName": host,
        "domainPrefix": host.split(".", 1)[0],
        "extendedRequestId": call.ids.extended_request_id,
        "httpMethod": call.request.method,
        "identity": _identity(call.request),
        "path": call.request.path,
        "protocol": call.request.protocol,
        "requestId": call.ids.request_id,
        "requestTime": call.ids.received,
        "requestTimeEpoch": call.ids.received_epoch_ms,
        "resourceId": f"{zlib.crc32(call.match.route.path.encode()):08x}",
        "resourcePath": call.match.route.path,
        "stage": call.api.stage,
    }


def _identity(request: Request) -> Event:
    known = {"sourceIp": request.source_ip, "userAgent": request.header("user-agent")}
    return dict.fromkeys(_NO_IDENTITY) | known


def _body(call: Call) -> Event:
    """Text unless the content type is a binary media type; bytes that are not UTF-8 are lost, as on AWS."""
    raw = call.request.body
    binary = is_binary(call.request.header("content-type"), call.api.binary_media_types)
    text = base64.b64encode(raw).decode("ascii") if binary else raw.decode("utf-8", "replace")
    return {"body": text or None, "isBase64Encoded": binary and bool(raw)}
