"""The template, the handlers, the API description and the sample events have the same operations."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from local.stack.transform import read_transformed
from parity.api_keys.rules.api_keys import ApiKeyKind, generate_key, new_api_key
from parity.api_keys.store.api_keys import api_key_store
from parity.core.times import now
from parity.entitlements.api import batch
from parity.metering.api import events
from parity.subscriptions.store.migration_queue import MigrationQueue
from parity.usage.api import reports
from tests.support import ROOT
from tests.support.fakes.functions import EDGE_OPERATIONS, ROUTES, Context, Reply, invoke, load_handler
from tests.support.fakes.gateway import load_sample_event
from tests.support.scenarios.sample_events import prepare_event
from tools import openapi

CREATED = {
    "customers/create",
    "customer_tokens/create",
    "api_keys/create",
    "subscriptions/create",
    "features/create",
    "plans/create",
    "plan_features/add",
    "reservations/create",
    "grants/create",
    "webhook_endpoints/create",
}
EMPTY = {
    "customers/archive",
    "api_keys/revoke",
    "features/archive",
    "plans/archive",
    "plans/discard",
    "plan_features/remove",
    "overrides/remove",
    "grants/remove",
    "webhook_endpoints/delete",
}
STATUSES = {201: CREATED, 202: {"webhook_endpoints/test", "webhook_logs/resend"}, 204: EMPTY}
"""Of the answers that are not 200."""

INNER = {
    "api_keys/authorize",
    "entitlements/recompute",
    "subscriptions/advance",
    "plan_migrations/migrate",
    "plan_migrations/resume",
    "usage/count",
    "usage/aggregate",
    "reservations/expire",
    "parked_work/retry",
    "webhook_events/distribute",
    "webhook_deliveries/deliver",
    "webhook_deliveries/retry",
}
"""The operations that no client calls."""

Paths = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def description() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(openapi.TARGET.read_text())
    return document


def list_operations(paths: dict[str, Any]) -> set[tuple[str, str]]:
    return {
        (method.upper(), path) for path, methods in paths.items() for method in methods if method != "options"
    }


def read_gateway(type_name: str) -> Paths:
    transformed = read_transformed(ROOT / "template.yaml", {})
    (api,) = [each for each in transformed.resources.values() if each["Type"] == type_name]
    paths: Paths = api["Properties"]["Body"]["paths"]
    return paths


def list_routes(paths: Paths) -> set[tuple[str, str, str]]:
    """The operation, method and path of each route."""
    folders = read_transformed(ROOT / "template.yaml", {}).folders
    routes = set()
    for path, methods in paths.items():
        for method, operation in methods.items():
            if method != "options":
                uri = operation["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"]
                (name,) = re.findall(r"\$\{(\w+?)(?:Aliaslive|\.Arn)\}", uri)
                folder = folders[name].resolve().relative_to(ROOT / "functions")
                routes.add((str(folder), method.upper(), path))
    return routes


def test_the_core_has_a_route_for_each_described_operation(description: dict[str, Any]) -> None:
    core = list_operations(read_gateway("AWS::ApiGateway::RestApi"))
    assert core == list_operations(description["paths"]) == set(ROUTES.values())


def test_each_route_of_the_core_leads_to_the_function_of_its_operation() -> None:
    expected = {(operation, *route) for operation, route in ROUTES.items()}
    assert list_routes(read_gateway("AWS::ApiGateway::RestApi")) == expected


def test_the_edge_routes_lead_to_the_same_functions_with_and_without_a_slash() -> None:
    """There a slash at the end makes another path."""
    routes = [(operation, *ROUTES[operation]) for operation in EDGE_OPERATIONS]
    expected = {
        (operation, method, path + end) for operation, method, path in routes for end in ("", "/{proxy+}")
    }
    assert list_routes(read_gateway("AWS::ApiGatewayV2::Api")) == expected


def test_each_function_is_routed_or_inner_and_has_a_sample_event() -> None:
    folders = {f"{app.parents[1].name}/{app.parent.name}" for app in ROOT.glob("functions/*/*/app.py")}
    assert folders == ROUTES.keys() | INNER
    names = {folder.replace("/", "_") for folder in folders}
    at_the_edge = {
        f"{operation.replace('/', '_')}_edge" for operation in (*EDGE_OPERATIONS, "api_keys/authorize")
    }
    assert {event.stem for event in ROOT.glob("events/*.json")} == names | at_the_edge


@pytest.mark.parametrize("operation", ROUTES)
def test_each_handler_answers_its_sample_event(
    operation: str, monkeypatch: pytest.MonkeyPatch, queue: MigrationQueue
) -> None:
    event = prepare_event(operation, monkeypatch, queue)
    assert (event["httpMethod"], event["resource"]) == ROUTES[operation]
    expected = next((status for status, operations in STATUSES.items() if operation in operations), 200)
    reply = invoke(operation, event)
    assert reply.status == expected, reply.text
    check_common_headers(reply)


@pytest.mark.parametrize("operation", EDGE_OPERATIONS)
def test_each_handler_answers_its_sample_event_of_the_edge(
    operation: str, monkeypatch: pytest.MonkeyPatch, queue: MigrationQueue
) -> None:
    event = prepare_event(operation, monkeypatch, queue, gateway="edge")
    method, path = ROUTES[operation]
    assert (event["routeKey"], event["rawPath"]) == (f"{method} {path}", path)
    assert invoke(operation, event).status == 200


@pytest.mark.parametrize("operation", ROUTES)
def test_each_handler_refuses_a_body_that_is_not_utf_8_with_the_same_headers(operation: str) -> None:
    event = load_sample_event(operation.replace("/", "_")) | {"body": "/w==", "isBase64Encoded": True}
    reply = invoke(operation, event)
    assert reply.status == 400 or operation == "entitlements/check"
    check_common_headers(reply)


def check_common_headers(reply: Reply) -> None:
    headers = {name: reply.headers[name] for name in ("cache-control", "x-content-type-options")}
    assert headers == {"cache-control": "no-store", "x-content-type-options": "nosniff"}
    assert {"Retry-After", "X-Request-Id"} <= set(reply.headers["access-control-expose-headers"].split(", "))
    assert reply.headers["x-request-id"]
    if reply.status >= 400:
        assert reply.body["requestId"] == reply.headers["x-request-id"]


@pytest.mark.parametrize(
    ("operation", "outcome"),
    [
        ("entitlements/recompute", {"batchItemFailures": []}),
        ("subscriptions/advance", {"shards": 0}),
        ("plan_migrations/migrate", None),
        ("plan_migrations/resume", {"resumed": 16}),
        ("usage/count", {"batchItemFailures": []}),
        ("usage/aggregate", {"shards": 0}),
        ("reservations/expire", {"shards": 0}),
        ("parked_work/retry", {"done": 0, "failed": 0, "parked": 0}),
        ("webhook_events/distribute", {"batchItemFailures": []}),
        ("webhook_deliveries/deliver", None),
        ("webhook_deliveries/retry", {"queued": 0, "complete": True}),
    ],
)
def test_each_inner_function_handles_its_sample_event(
    operation: str, outcome: object, monkeypatch: pytest.MonkeyPatch, queue: MigrationQueue
) -> None:
    event = prepare_event(operation, monkeypatch, queue)
    assert load_handler(operation).handler(event, Context()) == outcome


def test_the_sample_event_of_the_authorizer_is_answered_with_a_policy_for_its_api(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    key = generate_key(ApiKeyKind.READ_ONLY)
    api_key_store().create(new_api_key(key, "Sample", now()))
    event = load_sample_event("api_keys_authorize")
    event["headers"]["Authorization"] = f"Bearer {key}"
    decision = load_handler("api_keys/authorize").handler(event, Context())
    resources = [
        each for statement in decision["policyDocument"]["Statement"] for each in statement["Resource"]
    ]
    assert resources
    assert all(each.startswith(event["methodArn"].split("/GET/")[0]) for each in resources)


def test_the_committed_description_is_generated_from_the_handlers() -> None:
    assert openapi.TARGET.read_text() == openapi.text()


@pytest.mark.parametrize(
    ("schema", "fields", "required"),
    [
        ("UsageReportModel", reports.FIELDS, {*reports.TEXTS, "value"}),
        ("EventModel", events.FIELDS, set(events.REQUIRED)),
        ("CheckModel", set(batch.NAMES.values()), {"customerId", "featureId"}),
    ],
)
def test_the_fields_that_a_handler_without_models_reads_are_described(
    schema: str, fields: set[str], required: set[str], description: dict[str, Any]
) -> None:
    described = description["components"]["schemas"][schema]
    assert (set(described["properties"]), set(described["required"])) == (fields, required)


def test_the_description_is_valid_openapi(description: dict[str, Any]) -> None:
    assert description["openapi"].startswith("3.1.")
    OpenAPIV31SpecValidator(description).validate()


def test_every_operation_has_a_summary_and_every_error_is_a_problem(description: dict[str, Any]) -> None:
    described = [each for methods in description["paths"].values() for each in methods.values()]
    assert len({each["operationId"] for each in described}) == len(described) == len(ROUTES)
    for operation in described:
        assert operation["summary"]
        for status, response in operation["responses"].items():
            if status >= "400":
                (schema,) = response["content"].values()
                assert schema == {"schema": {"$ref": "#/components/schemas/Problem"}}, operation[
                    "operationId"
                ]
