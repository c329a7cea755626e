"""What the caller sees when DynamoDB's answer is lost, or DynamoDB refuses (docs/decisions/0028)."""

from __future__ import annotations

from typing import Any

import pytest

from parity.dynamodb import optimistic, transactions
from parity.dynamodb.table import Table
from tests.support.answers import expect, refusal
from tests.support.builders.catalog import create_feature
from tests.support.builders.customers import (
    archive_customer,
    create_customer,
    get_customer,
    list_customer_ids,
)
from tests.support.builders.entitlements import list_grants, send_grant
from tests.support.fakes.functions import Reply, call
from tests.support.fakes.tables import lose_first_answer, refuse_transactions, scan_items

CANCELED = "TransactionCanceledException"
KEY = {"Idempotency-Key": "key-1"}
ACME: dict[str, Any] = {"parameters": {"customerId": "acme"}}
WRITES: dict[str, dict[str, Any]] = {
    "customers/create": {"body": {"name": "New"}},
    "customers/update": {**ACME, "body": {"name": "Newer"}},
    "customers/archive": ACME,
    "api_keys/create": {"body": {"name": "Server"}},
}

ALONE = {"api_keys/create", "customers/update"}
"""Those of one write. The AWS client itself tries it again when it is throttled."""


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(optimistic, "MAX_PAUSE_SECONDS", 0)


@pytest.mark.parametrize("headers", [{}, KEY], ids=["without key", "with key"])
@pytest.mark.parametrize("customer_id", [None, "acme"])
def test_a_create_sent_twice_by_the_aws_client_is_one_customer(
    parity_table: Table, monkeypatch: pytest.MonkeyPatch, headers: dict[str, str], customer_id: str | None
) -> None:
    lost = lose_first_answer(parity_table, monkeypatch)
    reply = call("customers/create", body={"name": "Acme", "customerId": customer_id}, headers=headers)
    assert lost
    assert expect(reply, 201)["customerId"] == "acme"
    assert "idempotent-replayed" not in reply.headers
    page = call("customers/list").body
    assert (page["count"], page["results"]) == (1, [reply.body])


def test_an_update_sent_twice_is_one_change(parity_table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    create_customer("Acme")
    lost = lose_first_answer(parity_table, monkeypatch)
    reply = call("customers/update", **ACME, body={"name": "Zeta"}, headers={"If-Match": '"1"'})
    assert lost
    assert expect(reply, 200)["version"] == 2
    assert get_customer("acme") == reply.body


def test_an_archive_and_an_unarchive_sent_twice_count_once(
    parity_table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_customer("Acme")
    lost = lose_first_answer(parity_table, monkeypatch)
    archive_customer("acme")
    assert lost
    assert call("customers/list", query="status=archived").body["count"] == 1
    monkeypatch.undo()
    lost = lose_first_answer(parity_table, monkeypatch)
    reply = call("customers/unarchive", **ACME, headers=KEY | {"If-Match": '"2"'})
    assert lost
    assert expect(reply, 200)["version"] == 3
    assert call("customers/list").body["count"] == 1


def test_an_erasure_sent_twice_is_one_change(parity_table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    create_customer("Ilse Vogt", customerId="acme")
    archive_customer("acme")
    lost = lose_first_answer(parity_table, monkeypatch)
    reply = call("customers/erase", **ACME, headers=KEY | {"If-Match": '"2"'})
    assert lost
    assert expect(reply, 200) == get_customer("acme")
    assert (reply.body["version"], reply.body["name"]) == (3, "acme")


def test_a_new_key_sent_twice_is_one_key(parity_table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = lose_first_answer(parity_table, monkeypatch)
    reply = call("api_keys/create", body={"name": "Server"}, headers=KEY)
    assert lost
    assert expect(reply, 201)["key"]
    assert call("api_keys/list").body["count"] == 1


@pytest.mark.parametrize("key", [None, "key-1"])
def test_a_grant_sent_twice_is_one_grant(
    parity_table: Table, monkeypatch: pytest.MonkeyPatch, key: str | None
) -> None:
    create_customer("Acme")
    create_feature()
    lost = lose_first_answer(parity_table, monkeypatch)
    answer = expect(send_grant(key=key), 201)
    assert lost
    assert list_grants() == [answer]


def test_two_requests_at_once_under_one_key_have_one_effect(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second looks for the key before the first has committed. Its transaction finds the first answer."""
    monkeypatch.setattr("parity.dynamodb.idempotency.IdempotencyStore.check", lambda *_: None)
    first = call("customers/create", body={"name": "Acme"}, headers=KEY)
    second = call("customers/create", body={"name": "Acme"}, headers=KEY)
    assert (second.status, second.text) == (201, first.text)
    assert second.headers["idempotent-replayed"] == "true"
    other = call("customers/create", body={"name": "Other"}, headers=KEY)
    assert refusal(other) == (422, "idempotency_key_reused")
    assert list_customer_ids() == ["acme"]


def assert_busy(reply: Reply) -> None:
    assert refusal(reply) == (503, "busy")
    assert int(reply.headers["retry-after"]) >= 1


@pytest.mark.parametrize("operation", WRITES)
@pytest.mark.parametrize("reason", ["TransactionConflict", "ThrottlingError"])
def test_collisions_are_tried_again_and_finally_busy(
    parity_table: Table, monkeypatch: pytest.MonkeyPatch, operation: str, reason: str
) -> None:
    create_customer("Acme")
    stored = scan_items(parity_table)
    seen = refuse_transactions(parity_table, monkeypatch, CANCELED, reason, "None")
    assert_busy(call(operation, **WRITES[operation]))
    throttled_alone = operation in ALONE and reason == "ThrottlingError"
    assert len(seen) == (1 if throttled_alone else transactions.MAX_ATTEMPTS)
    assert scan_items(parity_table) == stored


@pytest.mark.parametrize(
    "code", ["ThrottlingException", "ProvisionedThroughputExceededException", "RequestLimitExceeded"]
)
def test_throttling_is_busy(parity_table: Table, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    refuse_transactions(parity_table, monkeypatch, code)
    assert_busy(call("customers/create", body={"name": "Acme"}))


def test_rows_of_an_import_that_collide_are_to_be_sent_again(
    parity_table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse_transactions(parity_table, monkeypatch, CANCELED, "TransactionConflict")
    assert expect(call("customers/import", body=[{"name": "Acme"}]), 200)["unprocessed"] == 1


@pytest.mark.parametrize("operation", WRITES)
def test_an_unexpected_refusal_is_an_error_without_internals(
    parity_table: Table, monkeypatch: pytest.MonkeyPatch, operation: str
) -> None:
    create_customer("Acme")
    refuse_transactions(parity_table, monkeypatch, "ResourceNotFoundException")
    reply = call(operation, **WRITES[operation])
    assert refusal(reply) == (500, "internal_error")
    assert not [
        word for word in ("Resource", "Table", "dynamo", "botocore", "File", "refused") if word in reply.text
    ]


def test_the_next_request_after_an_error_is_fine(
    parity_table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        refuse_transactions(parity_table, broken, "InternalServerError")
        assert call("customers/create", body={"name": "Acme"}, headers=KEY).status == 500
    assert call("customers/create", body={"name": "Acme"}, headers=KEY).status == 201
