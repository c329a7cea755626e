"""A customer whose snapshot would pass its limit gets no more, and can still lose, pay and leave."""

from __future__ import annotations

from typing import Any

import pytest

from parity.dynamodb import items
from parity.dynamodb.table import Table
from parity.entitlements.service import recompute
from parity.entitlements.store.checks import check_store
from parity.entitlements.store.snapshots import measure_snapshot
from tests.support.answers import expect, refusal
from tests.support.builders.catalog import create_feature
from tests.support.builders.customers import archive_customer, get_customer
from tests.support.builders.entitlements import check_snapshot, send_grant, send_override
from tests.support.builders.subscriptions import (
    create_subscription,
    get_subscription,
    make_request,
    post_to_subscription,
    send_subscription,
)
from tests.support.fakes.tables import scan_items

pytestmark = pytest.mark.usefixtures("sold_to_acme")

TOO_LARGE = (409, "entitlements_too_large")
IMMEDIATE = {"cancellation_type": "IMMEDIATE"}
AT_PERIOD_END = {"cancellation_type": "CURRENT_PERIOD_ENDS"}


def limit_to_what_is_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on, nothing fits any more. Compressed, a little more may be a little shorter."""
    monkeypatch.setattr(items, "MIN_PACKED_CHARACTERS", 1_000_000)
    snapshot = check_store().read_for_check("acme", consistent=True).snapshot
    assert snapshot
    monkeypatch.setattr(recompute, "MAX_SNAPSHOT_BYTES", measure_snapshot(snapshot))


def test_what_adds_to_a_customer_is_refused_before_anything_is_written(
    parity_table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_feature()
    subscription_id = create_subscription()["id"]
    limit_to_what_is_stored(monkeypatch)
    before = scan_items(parity_table)
    larger: dict[str, Any] = make_request("team")
    assert refusal(send_subscription(plan_identifier="team")) == TOO_LARGE
    assert refusal(post_to_subscription("update", subscription_id, larger)) == TOO_LARGE
    later = larger | {"effective": "PERIOD_END"}
    assert refusal(post_to_subscription("update", subscription_id, later)) == TOO_LARGE
    assert refusal(send_override(value=7)) == TOO_LARGE
    assert refusal(send_grant()) == TOO_LARGE
    assert scan_items(parity_table) == before


def test_an_unpaid_subscription_counts_as_paid(monkeypatch: pytest.MonkeyPatch) -> None:
    create_subscription()
    limit_to_what_is_stored(monkeypatch)
    unpaid = send_subscription(plan_identifier="team", payment_behavior="activate_on_payment")
    assert refusal(unpaid) == TOO_LARGE


def test_cancel_undo_payment_and_archive_are_never_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    unpaid = create_subscription(plan_identifier="team", payment_behavior="activate_on_payment")["id"]
    paid = create_subscription()["id"]
    limit_to_what_is_stored(monkeypatch)
    expect(post_to_subscription("pay", unpaid, {"outcome": "SUCCEEDED"}), 200)
    assert check_snapshot().keys() == {"exports", "seats"}
    for verb, body in (("cancel", AT_PERIOD_END), ("undo", None), ("cancel", IMMEDIATE)):
        expect(post_to_subscription(verb, paid, body), 200)
    expect(post_to_subscription("cancel", unpaid, IMMEDIATE), 200)
    archive_customer("acme")
    assert get_customer("acme")["status"] == "archived"


def test_a_customer_above_the_limit_may_change_to_less(monkeypatch: pytest.MonkeyPatch) -> None:
    subscription_id = create_subscription(plan_identifier="team")["id"]
    monkeypatch.setattr(recompute, "MAX_SNAPSHOT_BYTES", 1)
    expect(post_to_subscription("update", subscription_id, make_request("pro")), 200)
    assert get_subscription(subscription_id)["plan"]["identifier"] == "pro"
