"""What holds for every change to a subscription: it is made once, and to the version that was seen."""

from __future__ import annotations

from typing import Any

import pytest

from parity.dynamodb import optimistic
from parity.dynamodb.table import Table
from tests.support.answers import refusal, wrong_fields
from tests.support.builders.subscriptions import (
    count_live_subscriptions,
    create_subscription,
    get_subscription,
    make_request,
    post_to_subscription,
    sell_to_acme,
    send_subscription,
)
from tests.support.fakes.functions import Reply
from tests.support.fakes.tables import refuse_transactions, scan_items

CHANGES: dict[str, Any] = {
    "update": make_request("team"),
    "cancel": {"cancellation_type": "IMMEDIATE"},
    "undo": None,
    "pay": {"outcome": "FAILED"},
}
GUARDED = ("update", "cancel", "undo")
KEY = "key-1"


@pytest.fixture
def subscription_id() -> str:
    """The id of a subscription with a pending change, which undo removes."""
    sell_to_acme()
    made: str = create_subscription()["id"]
    post_to_subscription("update", made, make_request("team", effective="PERIOD_END"))
    return made


def send_change(operation: str, subscription_id: str, **headers: str) -> Reply:
    return post_to_subscription(operation, subscription_id, CHANGES[operation], **headers)


@pytest.mark.parametrize("operation", CHANGES)
def test_the_same_request_again_gets_the_first_answer_and_has_no_effect(
    operation: str, subscription_id: str, parity_table: Table
) -> None:
    first = send_change(operation, subscription_id, idempotency_key=KEY)
    assert first.status == 200
    stored = scan_items(parity_table)
    again = send_change(operation, subscription_id, idempotency_key=KEY)
    assert (again.status, again.body) == (200, first.body)
    assert again.headers == first.headers | {"idempotent-replayed": "true"}
    assert scan_items(parity_table) == stored


def test_a_create_sent_again_is_one_subscription(subscription_id: str, parity_table: Table) -> None:
    key = {"Idempotency-Key": KEY}
    first = send_subscription(key)
    stored = scan_items(parity_table)
    again = send_subscription(key)
    assert (again.status, again.body) == (201, first.body)
    assert again.headers == first.headers | {"idempotent-replayed": "true"}
    assert refusal(send_subscription(key, plan_identifier="team")) == (422, "idempotency_key_reused")
    assert scan_items(parity_table) == stored
    assert count_live_subscriptions() == 2


def test_a_key_belongs_to_one_request(subscription_id: str) -> None:
    assert send_change("pay", subscription_id, idempotency_key=KEY).status == 200
    before = get_subscription(subscription_id)
    for operation in GUARDED:
        reply = send_change(operation, subscription_id, idempotency_key=KEY)
        assert refusal(reply) == (422, "idempotency_key_reused")
    assert get_subscription(subscription_id) == before


def test_a_wrong_key_is_named(subscription_id: str) -> None:
    for operation in CHANGES:
        reply = send_change(operation, subscription_id, idempotency_key="é")
        assert wrong_fields(reply) == {"Idempotency-Key": 1}


def test_two_requests_at_once_under_one_key_have_one_effect(
    subscription_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("parity.dynamodb.idempotency.IdempotencyStore.check", lambda *_: None)
    first, second = (send_subscription({"Idempotency-Key": KEY}) for _ in range(2))
    assert (second.status, second.body) == (201, first.body)
    assert count_live_subscriptions() == 2


def test_if_match_refuses_a_change_to_another_version(subscription_id: str) -> None:
    before = get_subscription(subscription_id)
    assert before["version"] == 2
    for operation in GUARDED:
        for stale in ('"1"', '"3", W/"1"'):
            assert refusal(send_change(operation, subscription_id, if_match=stale)) == (
                412,
                "precondition_failed",
            )
        assert wrong_fields(send_change(operation, subscription_id, if_match="2")) == {"If-Match": 1}
    assert get_subscription(subscription_id) == before


@pytest.mark.parametrize("operation", GUARDED)
def test_if_match_lets_a_change_of_the_version_pass(operation: str, subscription_id: str) -> None:
    reply = send_change(operation, subscription_id, if_match='"1", "2"')
    assert (reply.status, reply.headers["etag"]) == (200, '"3"')


def test_a_hostile_body_is_refused_and_changes_nothing(subscription_id: str, parity_table: Table) -> None:
    before = scan_items(parity_table)
    deep = '{"features":' + "[" * 5000 + "]" * 5000 + "}"
    hostile: list[Any] = [[], "x", 5, b"\xff", "{", {"nope": 1}, deep, '{"outcome": NaN}', "9" * 5000]
    for operation in ("update", "preview", "cancel", "pay"):
        for body in hostile:
            assert refusal(post_to_subscription(operation, subscription_id, body))[0] == 400, (
                operation,
                body,
            )
        reply = post_to_subscription(operation, subscription_id, {}, content_type="text/plain")
        assert refusal(reply) == (415, "unsupported_media_type")
    assert scan_items(parity_table) == before


def test_collisions_are_tried_again_and_finally_busy(
    subscription_id: str, parity_table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(optimistic, "MAX_PAUSE_SECONDS", 0)
    before = scan_items(parity_table)
    refuse_transactions(parity_table, monkeypatch, "TransactionCanceledException", "TransactionConflict")
    for operation in CHANGES:
        assert refusal(send_change(operation, subscription_id)) == (503, "busy")
    assert refusal(send_subscription()) == (503, "busy")
    assert scan_items(parity_table) == before
