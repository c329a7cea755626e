"""The Lambda authorizer of the gateway."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest

from parity.api_keys.api.authorizer import UnauthorizedError
from parity.api_keys.rules.api_keys import ApiKeyKind, generate_key
from parity.api_keys.service import api_keys
from parity.api_keys.store.api_keys import api_key_store
from parity.dynamodb.table import Table
from tests.support.answers import expect
from tests.support.fakes.authorizer import authorize, authorize_at_edge
from tests.support.fakes.functions import call


def create_key(kind: str = "sk") -> dict[str, Any]:
    return expect(call("api_keys/create", body={"name": "Key", "kind": kind}), 201)


def get_last_use() -> str | None:
    (row,) = expect(call("api_keys/list"), 200)["results"]
    used: str | None = row["lastUsedOn"]
    return used


@pytest.mark.parametrize("name", ["Authorization", "authorization", "AUTHORIZATION"])
def test_a_known_key_is_allowed_under_its_id(name: str) -> None:
    key = create_key()
    decision = authorize(f"Bearer {key['key']}", name)
    assert decision["principalId"] == decision["context"]["keyId"] == key["id"]
    assert decision["policyDocument"]["Statement"][0]["Effect"] == "Allow"


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer sk_x",
        f"Bearer {generate_key(ApiKeyKind.SECRET)}",
        "Basic abc",
        "Bearer 🎉",
    ],
    ids=["none", "empty", "no token", "malformed", "unknown", "basic", "emoji"],
)
def test_a_header_without_a_known_key_is_unauthorized(header: str | None) -> None:
    create_key()
    with pytest.raises(UnauthorizedError):
        authorize(header)


def test_a_revoked_key_is_unauthorized_and_others_are_not() -> None:
    gone, kept = create_key(), create_key()
    call("api_keys/revoke", parameters={"keyId": gone["id"]})
    with pytest.raises(UnauthorizedError):
        authorize(f"Bearer {gone['key']}")
    assert authorize(f"Bearer {kept['key']}")["principalId"] == kept["id"]


def test_a_mistyped_key_costs_no_read(parity_table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    key = create_key()["key"]
    monkeypatch.setattr(parity_table, "get", lambda *_, **__: pytest.fail("read"))
    with pytest.raises(UnauthorizedError):
        authorize(f"Bearer {key[:-1]}{'a' if key[-1] != 'a' else 'b'}")


def test_the_last_use_of_a_key_is_stored_once_an_hour() -> None:
    key = create_key()["key"]
    first = datetime(2026, 3, 2, 9, 0, 0, tzinfo=UTC)
    noted = []
    for minutes in (0, 59, 61):
        api_keys.recognize_api_key(api_key_store(), key, first + timedelta(minutes=minutes))
        noted.append(get_last_use())
    assert noted == ["2026-03-02T09:00:00.000000Z"] * 2 + ["2026-03-02T10:01:00.000000Z"]


def test_the_edge_gets_yes_or_no() -> None:
    key = create_key("pk")
    allowed = authorize_at_edge(f"Bearer {key['key']}")
    context = {"keyId": key["id"], "keyKind": "pk", "name": quote(f"{key['prefix']}…{key['lastFour']}")}
    assert allowed == {"isAuthorized": True, "context": context}
    assert authorize_at_edge(f"Bearer {key['key']}", "POST /api/v1/report/events")["isAuthorized"] is False


@pytest.mark.parametrize(
    "header",
    [None, "Bearer", f"Bearer {generate_key(ApiKeyKind.SECRET)}", "Basic abc"],
    ids=["none", "no token", "unknown", "basic"],
)
def test_the_edge_refuses_a_header_without_a_known_key(header: str | None) -> None:
    assert authorize_at_edge(header) == {"isAuthorized": False}
