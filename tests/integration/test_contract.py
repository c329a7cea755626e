"""The template, the handlers, the API description and the sample events speak of the same operations."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from local.stack.transform import read_transformed
from parity import customer_import
from parity.domain.api_keys import ApiKeyKind, generate, new_api_key
from parity.domain.times import now
from parity.store.api_keys import api_key_store
from tests.support.customers import stored_customer
from tests.support.events import ROOT, sample_event
from tests.support.handlers import ROUTES, Context, invoke, load
from tools import openapi

STATUSES = {
    "customers/create": 201,
    "customers/list": 200,
    "customers/get": 200,
    "customers/update": 200,
    "customers/archive": 204,
    "customers/unarchive": 200,
    "customers/import": 200,
    "api_keys/create": 201,
    "api_keys/list": 200,
    "api_keys/revoke": 204,
}


@pytest.fixture(scope="module")
def description() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(openapi.TARGET.read_text())
    return document


def operations(paths: dict[str, Any]) -> set[tuple[str, str]]:
    return {
        (method.upper(), path) for path, methods in paths.items() for method in methods if method != "options"
    }


def test_the_template_routes_what_is_described(description: dict[str, Any]) -> None:
    transformed = read_transformed(ROOT / "template.yaml", {})
    (api,) = [each for each in transformed.resources.values() if each["Type"] == "AWS::ApiGateway::RestApi"]
    routed = operations(api["Properties"]["Body"]["paths"])
    assert routed == operations(description["paths"]) == set(ROUTES.values())


def test_each_route_of_the_template_leads_to_the_function_of_its_operation() -> None:
    transformed = read_transformed(ROOT / "template.yaml", {})
    (api,) = [each for each in transformed.resources.values() if each["Type"] == "AWS::ApiGateway::RestApi"]
    folders = {name: folder.resolve() for name, folder in transformed.folders.items()}
    routed = {}
    for path, methods in api["Properties"]["Body"]["paths"].items():
        for method, operation in methods.items():
            if method != "options":
                uri = operation["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"]
                (name,) = re.findall(r"\$\{(\w+)\.Arn\}", uri)
                routed[str(folders[name].relative_to(ROOT / "functions"))] = (method.upper(), path)
    assert routed == ROUTES


def test_each_function_has_a_sample_event() -> None:
    folders = {f"{app.parents[1].name}_{app.parent.name}" for app in ROOT.glob("functions/*/*/app.py")}
    assert {event.stem for event in ROOT.glob("events/*.json")} == folders
    assert folders - {"auth_authorize"} == {operation.replace("/", "_") for operation in ROUTES}


@pytest.mark.parametrize("operation", ROUTES)
def test_each_sample_event_is_what_its_handler_takes(operation: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(customer_import, "WORKERS", 1)
    event = sample_event(operation.replace("/", "_"))
    assert (event["httpMethod"], event["resource"]) == ROUTES[operation]
    parameters = event["pathParameters"] or {}
    if "customerId" in parameters:
        stored_customer("Sample", customer_id=parameters["customerId"])
    if "keyId" in parameters:
        store = api_key_store()
        monkeypatch.setattr("parity.domain.api_keys.key_id_of", lambda _: parameters["keyId"])
        store.create(new_api_key(generate(ApiKeyKind.SECRET), "Sample", now()))
    reply = invoke(operation, event)
    assert reply.status == STATUSES[operation], reply.text


def test_the_sample_event_of_the_authorizer_is_answered_with_a_policy_for_its_api(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    key = generate(ApiKeyKind.READ_ONLY)
    api_key_store().create(new_api_key(key, "Sample", now()))
    event = sample_event("auth_authorize")
    event["headers"]["Authorization"] = f"Bearer {key}"
    decision = load("auth/authorize").handler(event, Context())
    resources = [
        each for statement in decision["policyDocument"]["Statement"] for each in statement["Resource"]
    ]
    assert resources
    assert all(each.startswith(event["methodArn"].split("/GET/")[0]) for each in resources)


def test_the_committed_description_is_what_the_handlers_say() -> None:
    assert openapi.TARGET.read_text() == openapi.text()


def test_the_description_is_valid_openapi(description: dict[str, Any]) -> None:
    assert description["openapi"].startswith("3.1.")
    OpenAPIV31SpecValidator(description).validate()


def test_every_operation_says_what_it_is_and_every_error_is_a_problem(description: dict[str, Any]) -> None:
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
