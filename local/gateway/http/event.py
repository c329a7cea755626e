"""Lambda events: payload format 2.0, and that of a REQUEST authorizer."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

from local.gateway.event_parts import HOP_BY_HOP, forwarding_headers
from local.gateway.http.call import STAGE, Call
from local.gateway.request import Request
from local.model import ACCOUNT_ID

Event = dict[str, Any]

_TEXT = {"application/javascript", "application/json", "application/xml"}
_ELSEWHERE = HOP_BY_HOP | {"content-length", "cookie"}
"""Headers that are dropped, or that the event carries in another way."""


def proxy_event(call: Call, authorizer: Mapping[str, Any] | None = None) -> Event:
    """The event of a proxy integration; `authorizer` is the context that the authorizer answered.

    What a request lacks is left out, as on AWS.
    """
    context = _request_context(call)
    if call.match.route.authorizer:
        context["authorizer"] = {"lambda": authorizer}
    return {"version": "2.0", **_common(call), "requestContext": context, **_body(call.request)}


def authorizer_event(call: Call, identity: Sequence[str]) -> Event:
    """The event of a REQUEST authorizer: no body, and what identifies the client."""
    return {
        "version": "2.0",
        "type": "REQUEST",
        "routeArn": call.route_arn,
        "identitySource": list(identity),
        **_common(call),
        "requestContext": _request_context(call),
    }


def _common(call: Call) -> Event:
    event: Event = {
        "routeKey": call.match.route.key,
        "rawPath": call.path,
        "rawQueryString": call.request.query,
        "headers": _headers(call.request),
    }
    optional = {
        "cookies": _cookies(call.request),
        "queryStringParameters": _joined(parse_qsl(call.request.query, keep_blank_values=True)),
        "pathParameters": dict(call.match.path_parameters),
    }
    return event | {name: value for name, value in optional.items() if value}


def _joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    values: dict[str, str] = {}
    for name, value in pairs:
        values[name] = f"{values[name]},{value}" if name in values else value
    return values


def _headers(request: Request) -> dict[str, str]:
    added = {name.lower(): value for name, value in forwarding_headers(request).items()}
    lower_case = [(name.lower(), value) for name, value in request.headers]
    passed_on = [pair for pair in lower_case if pair[0] not in _ELSEWHERE and pair[0] not in added]
    return {**_joined(passed_on), **added, "content-length": str(len(request.body))}


def _cookies(request: Request) -> list[str]:
    lines = (value for name, value in request.headers if name.lower() == "cookie")
    return [cookie.strip() for line in lines for cookie in line.split(";") if cookie.strip()]


def _request_context(call: Call) -> Event:
    host = call.request.header("host") or "localhost"
    return {
        "accountId": ACCOUNT_ID,
        "apiId": call.api.name,
        # With its port, unlike on AWS, so that a URL made of it works here too.
        "domainName": host,
        "domainPrefix": host.split(".", 1)[0],
        "http": {
            "method": call.request.method,
            "path": call.path,
            "protocol": call.request.protocol,
            "sourceIp": call.request.source_ip,
            "userAgent": call.request.header("user-agent") or "",
        },
        "requestId": call.ids.extended_request_id,
        "routeKey": call.match.route.key,
        "stage": STAGE,
        "time": call.ids.received,
        "timeEpoch": call.ids.received_epoch_ms,
    }


def _body(request: Request) -> Event:
    """Text for a few content types, base64 for all others and for none.

    Recorded on AWS by MiniStack (its pull request 766): forms and `application/*+json` come as base64 too.
    """
    if not request.body:
        return {"isBase64Encoded": False}
    media_type = (request.header("content-type") or "").partition(";")[0].strip().lower()
    if media_type.startswith("text/") or media_type in _TEXT:
        return {"body": request.body.decode("utf-8", "replace"), "isBase64Encoded": False}
    return {"body": base64.b64encode(request.body).decode("ascii"), "isBase64Encoded": True}
