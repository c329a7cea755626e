"""The check right after a change: it knows the change, whether or not the stream function ever runs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from parity.core.times import now
from parity.dynamodb import optimistic
from parity.dynamodb.table import Table
from parity.entitlements.service.recompute import recompute
from parity.entitlements.store.holdings import EntitlementStore, Holdings, entitlement_store
from tests.support.answers import expect
from tests.support.builders.catalog import create_feature
from tests.support.builders.customers import archive_customer
from tests.support.builders.entitlements import (
    check_snapshot,
    create_grant,
    remove_grant,
    remove_override,
    set_override,
)
from tests.support.builders.moments import DAY
from tests.support.builders.subscriptions import create_subscription, make_request, post_to_subscription
from tests.support.fakes.clients import record_requests
from tests.support.fakes.functions import call
from tests.support.fakes.tables import lose_first_answer

Change = Callable[[], object]
IMMEDIATE = {"cancellation_type": "IMMEDIATE"}
PERIOD_END = {"cancellation_type": "CURRENT_PERIOD_ENDS"}
LATER = 40 * DAY
"""After the end of a month's period, and after the time in which a failed payment is retried."""


@pytest.fixture(autouse=True)
def customer(sold_to_acme: None, monkeypatch: pytest.MonkeyPatch) -> None:
    create_feature()
    create_feature("Seats")
    monkeypatch.setattr(optimistic, "MAX_PAUSE_SECONDS", 0)


def post(operation: str, body: object = None, **fields: object) -> Change:
    """Creates a subscription; the change is what is posted to it."""
    subscription_id = create_subscription(**fields)["id"]
    return lambda: expect(post_to_subscription(operation, subscription_id, body), 200)


def undo() -> Change:
    change = post("undo")
    (made,) = entitlement_store().holdings("acme").subscriptions
    expect(post_to_subscription("cancel", made.id, PERIOD_END), 200)
    return change


def removal_of_override() -> Change:
    create_subscription()
    set_override(value=0)
    return lambda: expect(remove_override(), 204)


def removal_of_grant() -> Change:
    create_subscription()
    grant_id = create_grant(5)["grantId"]
    return lambda: expect(remove_grant(grant_id), 204)


def replacement_of_override() -> Change:
    set_override(value=5)
    return lambda: set_override(value=7)


def archive() -> Change:
    set_override(value=5)
    return lambda: archive_customer("acme")


def unarchive() -> Change:
    set_override(value=5)
    create_grant(5)
    archive_customer("acme")
    return lambda: expect(call("customers/unarchive", parameters={"customerId": "acme"}), 200)


def override_of(value: int) -> Change:
    create_subscription()
    return lambda: set_override(value=value)


def grant() -> Change:
    create_subscription()
    return lambda: create_grant(5)


CHANGES: dict[str, tuple[Callable[[], Change], int | None, int | None]] = {
    "create": (lambda: create_subscription, 100, 100),
    "create, unpaid": (
        lambda: lambda: create_subscription(payment_behavior="activate_on_payment"),
        None,
        None,
    ),
    "pay": (lambda: post("pay", {"outcome": "SUCCEEDED"}, payment_behavior="activate_on_payment"), 100, 100),
    "fail to pay": (lambda: post("pay", {"outcome": "FAILED"}), 100, None),
    "update": (lambda: post("update", make_request("team")), 500, 500),
    "update later": (lambda: post("update", make_request("team", effective="PERIOD_END")), 100, 500),
    "cancel": (lambda: post("cancel", IMMEDIATE), None, None),
    "cancel later": (lambda: post("cancel", PERIOD_END), 100, None),
    "undo": (undo, 100, 100),
    "override": (lambda: override_of(7), 7, 7),
    "revoke": (lambda: override_of(0), 0, 0),
    "replace an override": (replacement_of_override, 7, 7),
    "remove an override": (removal_of_override, 100, 100),
    "grant": (grant, 105, 105),
    "remove a grant": (removal_of_grant, 100, 100),
    "archive": (archive, None, None),
    "unarchive": (unarchive, 10, 10),
}
"""How each is prepared, and the limit of `exports` right after it and LATER; None without access."""


def find_limit(at: datetime) -> int | None:
    found = check_snapshot(at).get("exports")
    return found.value if found else None


each_change = pytest.mark.parametrize(("prepare", "limit", "later"), CHANGES.values(), ids=CHANGES)


def assert_known(table: Table, limit: int | None, later: int | None) -> None:
    """Checks know the change, and the stream function has nothing left to write."""
    assert (find_limit(now()), find_limit(now() + LATER)) == (limit, later)
    with record_requests(table.client) as requests:
        assert not recompute(entitlement_store(), "acme", now()).changed
    assert [operation for operation, _ in requests] == ["Query"]


@each_change
def test_the_next_check_knows_a_change(
    prepare: Callable[[], Change], limit: int | None, later: int | None, parity_table: Table
) -> None:
    change = prepare()
    change()
    assert_known(parity_table, limit, later)


@each_change
def test_the_next_check_knows_a_change_whose_answer_was_lost(
    prepare: Callable[[], Change],
    limit: int | None,
    later: int | None,
    parity_table: Table,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    change = prepare()
    lost = lose_first_answer(parity_table, monkeypatch)
    change()
    assert lost
    assert_known(parity_table, limit, later)


@each_change
def test_the_next_check_knows_a_change_that_another_one_overtook(
    prepare: Callable[[], Change],
    limit: int | None,
    later: int | None,
    parity_table: Table,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Another feature is granted after the customer was read; archiving reads no more than the profile."""
    change = prepare()
    read = EntitlementStore.holdings
    overtaken: list[bool] = []

    def read_and_be_overtaken(store: EntitlementStore, customer_id: str) -> Holdings:
        holdings = read(store, customer_id)
        if not overtaken and holdings.customer and not holdings.customer.is_archived:
            overtaken.append(True)
            create_grant(3, featureId="seats")
        return holdings

    monkeypatch.setattr(EntitlementStore, "holdings", read_and_be_overtaken)
    change()
    monkeypatch.undo()
    assert_known(parity_table, limit, later)
    assert ("seats" in check_snapshot()) is bool(overtaken)
