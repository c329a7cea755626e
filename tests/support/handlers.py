"""Loads handlers from their files and calls them as Lambda does."""

from __future__ import annotations

import importlib.util
import json
from dataclasses import dataclass, field
from functools import cache
from types import ModuleType
from typing import Any

from tests.support.events import ROOT, rest_event

REMAINING_MILLISECONDS = 10_000

ROUTES = {
    "customers/create": ("POST", "/api/v1/customers"),
    "customers/list": ("GET", "/api/v1/customers"),
    "customers/import": ("POST", "/api/v1/customers/import"),
    "customers/get": ("GET", "/api/v1/customers/{customerId}"),
    "customers/update": ("PATCH", "/api/v1/customers/{customerId}"),
    "customers/archive": ("DELETE", "/api/v1/customers/{customerId}"),
    "customers/unarchive": ("POST", "/api/v1/customers/{customerId}/unarchive"),
    "api_keys/create": ("POST", "/api/v1/api-keys"),
    "api_keys/list": ("GET", "/api/v1/api-keys"),
    "api_keys/revoke": ("DELETE", "/api/v1/api-keys/{keyId}"),
}


@cache
def load(operation: str) -> ModuleType:
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
        self.body = json.loads(self.text) if self.text else None


def call(operation: str, *, context: Context | None = None, **request: Any) -> Reply:  # noqa: ANN401
    """Calls the handler of an operation with a gateway event; the arguments are those of `rest_event`."""
    method, resource = ROUTES[operation]
    return invoke(operation, rest_event(method, resource, **request), context)


def invoke(operation: str, event: dict[str, Any], context: Context | None = None) -> Reply:
    answer = load(operation).handler(event, context or Context())
    headers = {name.lower(): values[0] for name, values in answer["multiValueHeaders"].items()}
    return Reply(int(answer["statusCode"]), headers, answer["body"] or "")
