"""The policy that the gateway caches for a key has all calls that the key allows, and no others."""

from __future__ import annotations

from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import Any

import pytest

from parity.api_keys.api.authorizer import (
    UnauthorizedError,
    make_policy,
    make_simple_answer,
    read_bearer_token,
)
from parity.api_keys.rules import ApiKeyKind, generate_key, new_api_key

STAGE = "arn:aws:execute-api:us-east-1:123456789012:abcdefghij/dev"
CUSTOMERS = ["GET/api/v1/customers", "GET/api/v1/customers/", "GET/api/v1/customers/acme"]
CHANGES = [
    "POST/api/v1/customers",
    "PATCH/api/v1/customers/acme",
    "DELETE/api/v1/customers/acme/",
    "POST/api/v1/customers/import",
    "POST/api/v1/customers/acme/erase",
    "POST/api/v1/customers/acme/erase/",
]
KEYS = ["GET/api/v1/api-keys", "GET/api/v1/api-keys/", "DELETE/api/v1/api-keys/key_1", "POST/api/v1/api-keys"]
ENTITLEMENTS = [
    "GET/api/v1/entitlements",
    "GET/api/v1/entitlements/",
    "POST/api/v1/entitlements/check",
    "POST/api/v1/entitlements/check/",
    "GET/api/v1/customers/acme/entitlements",
    "GET/api/v1/customers/acme/entitlements/",
]
EDGE_ROUTES = [
    "GET /api/v1/entitlements",
    "GET /api/v1/entitlements/{proxy+}",
    "POST /api/v1/entitlements/check",
    "POST /api/v1/report/events",
]


def policy_for(kind: ApiKeyKind, call: str = CUSTOMERS[0]) -> dict[str, Any]:
    return make_policy(
        new_api_key(generate_key(kind), "Key", datetime(2026, 3, 2, tzinfo=UTC)), f"{STAGE}/{call}"
    )


def allows(document: dict[str, Any], call: str, stage: str = STAGE) -> bool:
    """As API Gateway decides: a refusal wins."""
    effects = {
        statement["Effect"]
        for statement in document["Statement"]
        for resource in statement["Resource"]
        if fnmatchcase(f"{stage}/{call}", resource)
    }
    return effects == {"Allow"}


@pytest.mark.parametrize(
    ("kind", "allowed", "refused"),
    [
        (ApiKeyKind.SECRET, CUSTOMERS + CHANGES + KEYS + ENTITLEMENTS, []),
        (ApiKeyKind.READ_ONLY, CUSTOMERS + ENTITLEMENTS, CHANGES + KEYS),
        (ApiKeyKind.PUBLISHABLE, ENTITLEMENTS, [*CUSTOMERS, *CHANGES, *KEYS, "POST/api/v1/entitlements"]),
    ],
)
def test_a_key_may_call_what_its_kind_may(kind: ApiKeyKind, allowed: list[str], refused: list[str]) -> None:
    document = policy_for(kind)["policyDocument"]
    assert [call for call in allowed + refused if allows(document, call)] == allowed


@pytest.mark.parametrize("kind", ApiKeyKind)
def test_a_policy_does_not_depend_on_the_call_it_was_asked_for(kind: ApiKeyKind) -> None:
    documents = [policy_for(kind, call)["policyDocument"] for call in (CUSTOMERS[0], CHANGES[2], "GET/")]
    assert documents[0] == documents[1] == documents[2]


def test_a_policy_is_for_one_stage_of_one_api() -> None:
    document = policy_for(ApiKeyKind.SECRET)["policyDocument"]
    for other in (STAGE.replace("/dev", "/prod"), STAGE.replace("abcdefghij", "zzzzzzzzzz")):
        assert not allows(document, CUSTOMERS[0], other)


def test_the_key_is_named_by_its_public_id_only() -> None:
    secret = generate_key(ApiKeyKind.READ_ONLY)
    api_key = new_api_key(secret, "Key", datetime(2026, 3, 2, tzinfo=UTC))
    answer = make_policy(api_key, f"{STAGE}/{CUSTOMERS[0]}")
    assert answer["principalId"] == api_key.key_id
    assert answer["context"] == {"keyId": api_key.key_id, "keyKind": "rk"}
    assert api_key.digest not in str(answer)


@pytest.mark.parametrize(
    "headers", [{"Authorization": "Bearer x"}, {"authorization": "bearer  x "}, {"AUTHORIZATION": "BEARER x"}]
)
def test_the_token_is_read_whatever_the_case_of_the_header(headers: dict[str, str]) -> None:
    assert read_bearer_token(headers) == "x"


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic x", "x", "Bearerx"])
def test_another_header_has_no_token(header: str) -> None:
    assert read_bearer_token({"Authorization": header}) == ""


def test_no_header_has_no_token() -> None:
    assert read_bearer_token({}) == ""


def test_unauthorized_is_the_word_that_the_gateway_knows() -> None:
    assert str(UnauthorizedError()) == "Unauthorized"


@pytest.mark.parametrize(
    ("kind", "allowed"),
    [
        (ApiKeyKind.SECRET, EDGE_ROUTES),
        (ApiKeyKind.READ_ONLY, EDGE_ROUTES[:3]),
        (ApiKeyKind.PUBLISHABLE, EDGE_ROUTES[:3]),
    ],
)
def test_the_edge_gets_a_yes_or_no_for_each_route(kind: ApiKeyKind, allowed: list[str]) -> None:
    api_key = new_api_key(generate_key(kind), "Key", datetime(2026, 3, 2, tzinfo=UTC))
    assert [route for route in EDGE_ROUTES if make_simple_answer(api_key, route)["isAuthorized"]] == allowed


def test_the_edge_gets_the_public_id_of_the_key_too() -> None:
    api_key = new_api_key(generate_key(ApiKeyKind.PUBLISHABLE), "Key", datetime(2026, 3, 2, tzinfo=UTC))
    answer = make_simple_answer(api_key, EDGE_ROUTES[0])
    assert answer["context"] == {"keyId": api_key.key_id, "keyKind": "pk"}


@pytest.mark.parametrize("route", ["GET /api/v1/entitlements", "$default", ""])
def test_the_edge_lets_nobody_in_without_a_key(route: str) -> None:
    assert make_simple_answer(None, route) == {"isAuthorized": False}
