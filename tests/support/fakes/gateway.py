"""Events as API Gateway sends them: payload format 1.0 of a REST API, and 2.0 of an HTTP API."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import parse_qsl

from tests.support import ROOT

KEY_CALLER = {
    "principalId": "key_0123456789abcdef",
    "keyId": "key_0123456789abcdef",
    "keyKind": "sk",
    "name": "sk_4fQz%E2%80%A69Kd2",
}
"""What the authorizer says of a caller with a secret key."""


def load_sample_event(function: str) -> dict[str, Any]:
    """The committed sample event of a function, such as `customers_create`."""
    event: dict[str, Any] = json.loads((ROOT / "events" / f"{function}.json").read_text())
    return event


def make_rest_event(
    method: str,
    resource: str,
    *,
    parameters: dict[str, str] | None = None,
    query: str = "",
    body: Any = None,  # noqa: ANN401
    headers: dict[str, str] | None = None,
    caller: dict[str, str] | None = None,
) -> dict[str, Any]:
    """`body` is sent as it is when it is text, as base64 when bytes, else as JSON. `query` is as in a URL.

    Without a `caller`, it has a secret key.
    """
    path = resource
    for name, value in (parameters or {}).items():
        path = path.replace(f"{{{name}}}", value)
    pairs = parse_qsl(query, keep_blank_values=True)
    sent = {"Host": "api.example.com", "X-Forwarded-Proto": "https", "Content-Type": "application/json"}
    sent |= headers or {}
    return {
        "resource": resource,
        "path": path,
        "httpMethod": method,
        "headers": sent,
        "multiValueHeaders": {name: [value] for name, value in sent.items()},
        "queryStringParameters": dict(pairs) or None,
        "multiValueQueryStringParameters": {n: [v for m, v in pairs if m == n] for n, _ in pairs} or None,
        "pathParameters": parameters,
        "stageVariables": None,
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "abcdefghij",
            "authorizer": caller or KEY_CALLER,
            "domainName": "api.example.com",
            "httpMethod": method,
            "identity": {"sourceIp": "203.0.113.7", "userAgent": "python-httpx/0.28.1"},
            "path": f"/dev{path}",
            "requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
            "requestTimeEpoch": 1_764_000_000_000,
            "resourcePath": resource,
            "stage": "dev",
        },
        **_make_body(body),
    }


def make_http_event(method: str, path: str, *, query: str = "", body: Any = None) -> dict[str, Any]:  # noqa: ANN401
    """The arguments are those of `make_rest_event`. Empty fields are left out here, not null."""
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": f"{method} {path}",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {"host": "edge.example.com", "content-type": "application/json"},
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "klmnopqrst",
            "domainName": "edge.example.com",
            "http": {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "203.0.113.7"},
            "requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
            "routeKey": f"{method} {path}",
            "stage": "$default",
        },
        "isBase64Encoded": False,
    }
    if query:
        event["queryStringParameters"] = dict(parse_qsl(query, keep_blank_values=True))
    if body is not None:
        event |= _make_body(body)
    return event


def _make_body(body: Any) -> dict[str, Any]:  # noqa: ANN401
    if isinstance(body, bytes):
        return {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}
    text = body if body is None or isinstance(body, str) else json.dumps(body)
    return {"body": text, "isBase64Encoded": False}
