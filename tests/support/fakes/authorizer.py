"""Asks the Lambda authorizer as the gateways do."""

from __future__ import annotations

from typing import Any

from tests.support.fakes.functions import Context, load_handler
from tests.support.fakes.gateway import load_sample_event

ARN = "arn:aws:execute-api:us-east-1:123456789012:abcdefghij/dev/GET/api/v1/customers"


def authorize(header: str | None, name: str = "Authorization") -> dict[str, Any]:
    """The policy for the core."""
    headers = None if header is None else {"Host": "api.example.com", name: header}
    event = load_sample_event("api_keys_authorize") | {"methodArn": ARN, "headers": headers}
    decision: dict[str, Any] = load_handler("api_keys/authorize").handler(event, Context())
    return decision


def authorize_at_edge(header: str | None, route: str = "GET /api/v1/entitlements") -> dict[str, Any]:
    """The yes or no for the edge."""
    headers = {"host": "edge.example.com"} | ({"authorization": header} if header else {})
    event = {"version": "2.0", "type": "REQUEST", "routeKey": route, "headers": headers}
    decision: dict[str, Any] = load_handler("api_keys/authorize").handler(event, Context())
    return decision
