"""POST /api/v1/api-keys."""

from __future__ import annotations

from hashlib import sha256

import pytest

from parity.dynamodb.table import Table
from tests.support.answers import expect, refusal, wrong_fields
from tests.support.fakes.functions import call
from tests.support.fakes.tables import scan_items


@pytest.mark.parametrize("kind", ["sk", "pk", "rk"])
def test_the_answer_has_the_key_and_what_is_stored_of_it(kind: str) -> None:
    reply = call("api_keys/create", body={"name": "Server", "kind": kind})
    body = expect(reply, 201)
    key = body["key"]
    assert key.startswith(f"{kind}_")
    assert body == {
        "id": f"key_{sha256(key.encode()).hexdigest()[:16]}",
        "name": "Server",
        "kind": kind,
        "prefix": key[:7],
        "lastFour": key[-4:],
        "createdOn": body["createdOn"],
        "lastUsedOn": None,
        "revokedOn": None,
        "key": key,
    }


def test_a_key_is_a_secret_one_unless_asked_otherwise() -> None:
    assert expect(call("api_keys/create", body={"name": "Server"}), 201)["kind"] == "sk"


def test_the_table_does_not_hold_the_key(parity_table: Table) -> None:
    replies = [
        call("api_keys/create", body={"name": "Server"}, headers={"Idempotency-Key": "k"}) for _ in range(2)
    ]
    key = replies[0].body["key"]
    stored = repr(scan_items(parity_table))
    assert sha256(key.encode()).hexdigest() in stored
    assert key not in stored
    assert key[7:-4] not in stored


def test_wrong_fields_are_named_and_nothing_is_stored(parity_table: Table) -> None:
    for body, field in [
        ({}, "name"),
        ({"name": ""}, "name"),
        ({"name": "a" * 256}, "name"),
        ({"name": "a\x00"}, "name"),
        ({"name": "a", "kind": "zk"}, "kind"),
        ({"name": "a", "kind": None}, "kind"),
        ({"name": "a", "key": "sk_mine"}, "key"),
    ]:
        assert wrong_fields(call("api_keys/create", body=body)) == {field: 1}, body
    assert refusal(call("api_keys/create", body="{"))[0] == 400
    assert refusal(call("api_keys/create", body='{"name": "\\ud800"}'))[0] == 400
    assert scan_items(parity_table) == []
