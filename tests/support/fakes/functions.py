"""Loads handlers from their files and calls them as Lambda does."""

from __future__ import annotations

import importlib.util
import json
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from types import ModuleType
from typing import Any

import pytest

from tests.support import ROOT
from tests.support.builders.moments import MOMENT
from tests.support.fakes.gateway import make_rest_event

REMAINING_MILLISECONDS = 10_000

ROUTES = {
    "customers/create": ("POST", "/api/v1/customers"),
    "customers/list": ("GET", "/api/v1/customers"),
    "customers/import": ("POST", "/api/v1/customers/import"),
    "customers/preview": ("GET", "/api/v1/customers/identifier"),
    "customers/get": ("GET", "/api/v1/customers/{customerId}"),
    "customers/update": ("PATCH", "/api/v1/customers/{customerId}"),
    "customers/archive": ("DELETE", "/api/v1/customers/{customerId}"),
    "customers/unarchive": ("POST", "/api/v1/customers/{customerId}/unarchive"),
    "customers/erase": ("POST", "/api/v1/customers/{customerId}/erase"),
    "customer_tokens/create": ("POST", "/api/v1/customers/{customerId}/tokens"),
    "subscriptions/create": ("POST", "/api/v1/subscriptions/create"),
    "subscriptions/list": ("GET", "/api/v1/subscriptions"),
    "subscriptions/get": ("GET", "/api/v1/subscriptions/{subscriptionId}"),
    "subscriptions/update": ("POST", "/api/v1/subscriptions/{subscriptionId}/update"),
    "subscriptions/preview": ("POST", "/api/v1/subscriptions/{subscriptionId}/update/preview"),
    "subscriptions/cancel": ("POST", "/api/v1/subscriptions/{subscriptionId}/cancel"),
    "subscriptions/undo": ("POST", "/api/v1/subscriptions/{subscriptionId}/undo"),
    "subscriptions/pay": ("POST", "/api/v1/subscriptions/{subscriptionId}/payment"),
    "entitlements/list": ("GET", "/api/v1/customers/{customerId}/entitlements"),
    "entitlements/check": ("GET", "/api/v1/entitlements"),
    "entitlements/check_batch": ("POST", "/api/v1/entitlements/check"),
    "report/event": ("POST", "/api/v1/report/event"),
    "report/events": ("POST", "/api/v1/report/events"),
    "report/usage": ("POST", "/api/v1/report/usage"),
    "reservations/create": ("POST", "/api/v1/customers/{customerId}/reservations"),
    "reservations/list": ("GET", "/api/v1/customers/{customerId}/reservations"),
    "reservations/confirm": ("POST", "/api/v1/customers/{customerId}/reservations/{reservationId}/confirm"),
    "reservations/release": ("POST", "/api/v1/customers/{customerId}/reservations/{reservationId}/release"),
    "usage/query": ("GET", "/api/v1/customers/{customerId}/usage"),
    "usage/periods": ("GET", "/api/v1/customers/{customerId}/usage/{feature}/periods"),
    "usage/alerts": ("GET", "/api/v1/customers/{customerId}/alerts"),
    "alerts/list": ("GET", "/api/v1/alerts"),
    "usage/reset": ("POST", "/api/v1/customers/{customerId}/usage/{feature}/reset"),
    "overrides/set": ("PUT", "/api/v1/customers/{customerId}/overrides/{feature}"),
    "overrides/list": ("GET", "/api/v1/customers/{customerId}/overrides"),
    "overrides/remove": ("DELETE", "/api/v1/customers/{customerId}/overrides/{feature}"),
    "activity/list": ("GET", "/api/v1/customers/{customerId}/activity"),
    "grants/create": ("POST", "/api/v1/customers/{customerId}/grants"),
    "grants/list": ("GET", "/api/v1/customers/{customerId}/grants"),
    "grants/remove": ("DELETE", "/api/v1/customers/{customerId}/grants/{grantId}"),
    "plan_migrations/get": ("GET", "/api/v1/catalog/plans/{plan}/migrations/{version}"),
    "plan_subscribers/count": ("GET", "/api/v1/catalog/plans/{plan}/subscribers"),
    "api_keys/create": ("POST", "/api/v1/api-keys"),
    "api_keys/list": ("GET", "/api/v1/api-keys"),
    "api_keys/revoke": ("DELETE", "/api/v1/api-keys/{keyId}"),
    "webhook_endpoints/create": ("POST", "/api/v1/webhook-endpoints"),
    "webhook_endpoints/list": ("GET", "/api/v1/webhook-endpoints"),
    "webhook_endpoints/get": ("GET", "/api/v1/webhook-endpoints/{endpointId}"),
    "webhook_endpoints/update": ("PATCH", "/api/v1/webhook-endpoints/{endpointId}"),
    "webhook_endpoints/delete": ("DELETE", "/api/v1/webhook-endpoints/{endpointId}"),
    "webhook_endpoints/rotate": ("POST", "/api/v1/webhook-endpoints/{endpointId}/rotate"),
    "webhook_endpoints/test": ("POST", "/api/v1/webhook-endpoints/{endpointId}/test"),
    "webhook_logs/list": ("GET", "/api/v1/webhook/logs"),
    "webhook_logs/resend": ("POST", "/api/v1/webhook/logs/{deliveryId}/resend"),
    "features/create": ("POST", "/api/v1/catalog/features"),
    "features/list": ("GET", "/api/v1/catalog/features"),
    "features/get": ("GET", "/api/v1/catalog/features/{feature}"),
    "features/update": ("PATCH", "/api/v1/catalog/features/{feature}"),
    "features/archive": ("DELETE", "/api/v1/catalog/features/{feature}"),
    "plans/create": ("POST", "/api/v1/catalog/plans"),
    "plans/list": ("GET", "/api/v1/catalog/plans"),
    "plans/get": ("GET", "/api/v1/catalog/plans/{plan}"),
    "plans/update": ("PATCH", "/api/v1/catalog/plans/{plan}"),
    "plans/archive": ("DELETE", "/api/v1/catalog/plans/{plan}"),
    "plans/publish": ("POST", "/api/v1/catalog/plans/{plan}/publish"),
    "plans/discard": ("DELETE", "/api/v1/catalog/plans/{plan}/discard"),
    "plan_features/list": ("GET", "/api/v1/catalog/plans/{plan}/features"),
    "plan_features/add": ("POST", "/api/v1/catalog/plans/{plan}/features"),
    "plan_features/update": ("PATCH", "/api/v1/catalog/plans/{plan}/features/{feature}"),
    "plan_features/remove": ("DELETE", "/api/v1/catalog/plans/{plan}/features/{feature}"),
    "plan_prices/list": ("GET", "/api/v1/catalog/plans/{plan}/prices"),
    "plan_prices/replace": ("POST", "/api/v1/catalog/plans/{plan}/prices/bulk"),
}

EDGE_OPERATIONS = (
    "entitlements/check",
    "entitlements/check_batch",
    "report/event",
    "report/events",
    "report/usage",
)
"""Those that the edge has, too."""


@cache
def load_handler(operation: str) -> ModuleType:
    """The module of `functions/<operation>/app.py`."""
    path = ROOT / "functions" / operation / "app.py"
    spec = importlib.util.spec_from_file_location(f"handler_{operation.replace('/', '_')}", path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@dataclass
class Context:
    """The parts of Lambda's context that the code reads."""

    remaining_milliseconds: int = REMAINING_MILLISECONDS
    aws_request_id: str = "8f507cfc-xmpl-4697-b07a-ac58fc914c95"
    function_name: str = "parity-test"

    def get_remaining_time_in_millis(self) -> int:
        return self.remaining_milliseconds


@dataclass
class Reply:
    """A handler's answer as a client would see it."""

    status: int
    headers: dict[str, str]
    text: str
    body: Any = field(init=False)

    def __post_init__(self) -> None:
        is_csv = self.headers.get("content-type", "").startswith("text/csv")
        self.body = json.loads(self.text) if self.text and not is_csv else None


def call(operation: str, *, context: Context | None = None, **request: Any) -> Reply:  # noqa: ANN401
    """Calls the handler of an operation with a gateway event; the arguments are those of `rest_event`."""
    method, resource = ROUTES[operation]
    return invoke(operation, make_rest_event(method, resource, **request), context)


def invoke(operation: str, event: dict[str, Any], context: Context | None = None) -> Reply:
    return to_reply(load_handler(operation).handler(event, context or Context()))


def to_reply(answer: dict[str, Any]) -> Reply:
    """Of a handler with or without a resolver: they write headers in different ways."""
    headers = answer.get("headers") or {
        name: values[0] for name, values in answer["multiValueHeaders"].items()
    }
    lower_case = {name.lower(): value for name, value in headers.items()}
    return Reply(int(answer["statusCode"]), lower_case, answer["body"] or "")


def set_clock(monkeypatch: pytest.MonkeyPatch, operation: str, moment: datetime = MOMENT) -> None:
    """The time at which the handler of an operation believes to be called."""
    monkeypatch.setattr(load_handler(operation), "now", lambda: moment)
