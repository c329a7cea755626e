"""Lambda events: payload format 2.0, and that of a REQUEST authorizer."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

from local.gateway.call import HttpCall
from local.gateway.event_parts import HOP_BY_HOP, describe_api, forwarded_headers
from local.gateway.request import Request

Event = dict[str, Any]

_TEXT_TYPES = {"application/javascript", "application/json", "application/xml"}
_DROPPED = HOP_BY_HOP | {"content-length", "cookie"}
"""Headers that the event does not have, or has in another form."""


def proxy_event(call: HttpCall, authorizer: Mapping[str, Any] | None = None) -> Event:
    """The event of a proxy integration; `authorizer` is the context that the authorizer answered.

    As on AWS, it has no entry for anything that the request does not have.
    """
    context = _request_context(call)
    if call.match.route.authorizer:
        context["authorizer"] = {"lambda": authorizer}
    return {
        "version": "2.0",
        **_shared_entries(call),
        "requestContext": context,
        **_encode_body(call.request),
    }


def authorizer_event(call: HttpCall, identity: Sequence[str]) -> Event:
    """The event of a REQUEST authorizer: no body, and what identifies the client."""
    return {
        "version": "2.0",
        "type": "REQUEST",
        "routeArn": call.arn,
        "identitySource": list(identity),
        **_shared_entries(call),
        "requestContext": _request_context(call),
    }


def _shared_entries(call: HttpCall) -> Event:
    event: Event = {
        "routeKey": call.match.route.key,
        "rawPath": call.path,
        "rawQueryString": call.request.query,
        "headers": _merge_headers(call.request),
    }
    optional = {
        "cookies": _list_cookies(call.request),
        "queryStringParameters": _join_values(parse_qsl(call.request.query, keep_blank_values=True)),
        "pathParameters": dict(call.match.path_parameters),
    }
    return event | {name: value for name, value in optional.items() if value}


def _join_values(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    values: dict[str, str] = {}
    for name, value in pairs:
        values[name] = f"{values[name]},{value}" if name in values else value
    return values


def _merge_headers(request: Request) -> dict[str, str]:
    added = {name.lower(): value for name, value in forwarded_headers(request).items()}
    lower_case = [(name.lower(), value) for name, value in request.headers]
    passed_on = [pair for pair in lower_case if pair[0] not in _DROPPED and pair[0] not in added]
    return {**_join_values(passed_on), **added, "content-length": str(len(request.body))}


def _list_cookies(request: Request) -> list[str]:
    lines = (value for name, value in request.headers if name.lower() == "cookie")
    return [cookie.strip() for line in lines for cookie in line.split(";") if cookie.strip()]


def _request_context(call: HttpCall) -> Event:
    return {
        **describe_api(call.api.name, call.request),
        "http": {
            "method": call.request.method,
            "path": call.path,
            "protocol": call.request.protocol,
            "sourceIp": call.request.source_ip,
            "userAgent": call.request.header("user-agent") or "",
        },
        "requestId": call.ids.extended_request_id,
        "routeKey": call.match.route.key,
        "stage": call.api.stage,
        "time": call.ids.request_time,
        "timeEpoch": call.ids.request_time_epoch_ms,
    }


def _encode_body(request: Request) -> Event:
    """Text for a few content types, base64 for all others and for none.

    Recorded on AWS by MiniStack (its pull request 766): forms and `application/*+json` come as base64 too.
    """
    if not request.body:
        return {"isBase64Encoded": False}
    media_type = (request.header("content-type") or "").partition(";")[0].strip().lower()
    if media_type.startswith("text/") or media_type in _TEXT_TYPES:
        return {"body": request.body.decode("utf-8", "replace"), "isBase64Encoded": False}
    return {"body": base64.b64encode(request.body).decode("ascii"), "isBase64Encoded": True}
