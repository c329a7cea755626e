"""The policy that the gateway caches for a key has all calls that the key allows, and no others."""

from __future__ import annotations

from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import quote

import pytest

from parity.api_keys.api.authorizer import (
    UnauthorizedError,
    caller_with_key,
    caller_with_token,
    make_policy,
    make_simple_answer,
    read_bearer_token,
)
from parity.api_keys.rules.api_keys import ApiKeyKind, generate_key, new_api_key
from parity.api_keys.rules.customer_tokens import CustomerToken
from tests.support.fakes.functions import ROUTES

STAGE = "arn:aws:execute-api:us-east-1:123456789012:abcdefghij/dev"
NOW = datetime(2026, 3, 2, tzinfo=UTC)
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
    "POST /api/v1/report/event/{proxy+}",
    "POST /api/v1/report/usage",
]


def policy_for(kind: ApiKeyKind, call: str = CUSTOMERS[0]) -> dict[str, Any]:
    return make_policy(caller_with_key(new_api_key(generate_key(kind), "Key", NOW)), f"{STAGE}/{call}")


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


def test_the_key_is_named_by_its_public_id_and_its_first_and_last_characters() -> None:
    secret = generate_key(ApiKeyKind.READ_ONLY)
    api_key = new_api_key(secret, "Key", NOW)
    answer = make_policy(caller_with_key(api_key), f"{STAGE}/{CUSTOMERS[0]}")
    assert answer["principalId"] == api_key.key_id
    name = f"{secret[:7]}%E2%80%A6{secret[-4:]}"
    assert answer["context"] == {"keyId": api_key.key_id, "keyKind": "rk", "name": name}
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
    api_key = new_api_key(generate_key(kind), "Key", NOW)
    assert [
        route for route in EDGE_ROUTES if make_simple_answer(caller_with_key(api_key), route)["isAuthorized"]
    ] == allowed


def test_the_edge_gets_the_public_id_of_the_key_too() -> None:
    api_key = new_api_key(generate_key(ApiKeyKind.PUBLISHABLE), "Key", NOW)
    answer = make_simple_answer(caller_with_key(api_key), EDGE_ROUTES[0])
    assert answer["context"].items() >= {"keyId": api_key.key_id, "keyKind": "pk"}.items()


@pytest.mark.parametrize("route", ["GET /api/v1/entitlements", "$default", ""])
def test_the_edge_lets_nobody_in_without_a_key(route: str) -> None:
    assert make_simple_answer(None, route) == {"isAuthorized": False}


def policy_for_token(customer_id: str, stage: str = STAGE) -> dict[str, Any]:
    caller = caller_with_token(CustomerToken("k1", customer_id, NOW))
    document: dict[str, Any] = make_policy(caller, f"{stage}/GET/")["policyDocument"]
    return document


@pytest.mark.parametrize(
    "customer_id", ["acme", "a*b", "a:b", "$", "${aws:x}", "a b", "!('Ünï-木-🎉')", "[a-z]"]
)
def test_a_token_may_read_its_customer_in_every_spelling_of_the_path(customer_id: str) -> None:
    document = policy_for_token(customer_id)
    others = ["beta", customer_id[:-1], f"{customer_id}1", f"1{customer_id}", f"{customer_id}/x", "*", "%2A"]
    for unescaped in ("", "!'()*", "!$&'()*+,;=:@"):
        for slash in ("", "/"):
            path = f"GET/api/v1/customers/{quote(customer_id, safe=unescaped)}/entitlements{slash}"
            assert allows(document, path)
            assert not allows(document, path.replace("GET", "POST"))
    for other in others:
        assert not allows(document, f"GET/api/v1/customers/{quote(other, safe='*/')}/entitlements")


@pytest.mark.parametrize("customer_id", ["acme", "a*b", "x" * 255, "é" * 200])
def test_a_token_may_call_nothing_else(customer_id: str) -> None:
    document = policy_for_token(customer_id)
    calls = {
        f"{method}{path}".replace("{customerId}", quote(customer_id)) for method, path in ROUTES.values()
    }
    assert {call for call in calls if allows(document, call)} == {
        ENTITLEMENTS[0],
        f"GET/api/v1/customers/{quote(customer_id)}/entitlements",
    }


@pytest.mark.parametrize("customer_id", ["x" * 255, "é" * 200, "*" * 255, "!$" * 127, "木" * 133])
def test_a_policy_for_the_longest_identifiers_has_the_size_that_gateways_allow(customer_id: str) -> None:
    document = policy_for_token(
        customer_id, "arn:aws-us-gov:execute-api:us-gov-west-1:123456789012:abcdefghij/staging"
    )
    (statement,) = document["Statement"]
    assert max(map(len, statement["Resource"])) <= 512
    assert len(str(document)) < 8192


def test_the_operations_are_told_whom_a_token_is_for() -> None:
    token = CustomerToken("k1", "Ünï ${x}", NOW)
    context = {
        "keyId": "ct_k1",
        "keyKind": "ct",
        "customerId": "%C3%9Cn%C3%AF%20%24%7Bx%7D",
        "expiresAt": "1772409600",
    }
    assert caller_with_token(token).context == context
    answer = make_simple_answer(caller_with_token(token), EDGE_ROUTES[0])
    assert answer == {"isAuthorized": True, "context": context}
    assert [
        route for route in EDGE_ROUTES if make_simple_answer(caller_with_token(token), route)["isAuthorized"]
    ] == (EDGE_ROUTES[:2])
