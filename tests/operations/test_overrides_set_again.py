"""PUT /api/v1/customers/{customerId}/overrides/{feature}, sent again: usage stays, and little is written."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from parity.core.times import from_iso, now, to_iso
from parity.dynamodb import optimistic
from parity.dynamodb.items import to_wire
from parity.dynamodb.table import Table
from parity.entitlements.store import keys
from parity.entitlements.store.holdings import EntitlementStore
from tests.support.answers import refusal
from tests.support.builders.catalog import create_feature
from tests.support.builders.customers import archive_customer, create_customer
from tests.support.builders.entitlements import (
    list_overrides,
    recompute_and_check,
    recompute_snapshot,
    send_override,
    set_override,
)
from tests.support.builders.moments import DAY
from tests.support.builders.reports import report_usage
from tests.support.fakes.clients import record_requests
from tests.support.fakes.functions import set_clock
from tests.support.fakes.tables import scan_items

BODIES: list[dict[str, Any]] = [
    {"type": "override", "value": 10, "reset": "EVERY_28_DAYS"},
    {"type": "grant", "value": 10, "reset": "EVERY_MONTH", "resetTime": "SUBSCRIPTION_START"},
]
BOTH = pytest.mark.parametrize("body", BODIES, ids=lambda body: body["type"])
LATER = now() + DAY


@pytest.fixture(autouse=True)
def customer() -> None:
    create_customer("Acme")
    create_feature()


def use_all(body: dict[str, Any]) -> dict[str, Any]:
    """Sets the override, and uses all that it gives; the answer."""
    answer = set_override(**body)
    recompute_snapshot()
    report_usage(body["value"])
    return answer


def read_usage() -> tuple[Any, Any]:
    """The limit and the usage."""
    entitlement = recompute_and_check(LATER)["exports"]
    return entitlement.value, entitlement.used


@BOTH
def test_the_same_again_writes_nothing(
    body: dict[str, Any], parity_table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = use_all(body)
    before = scan_items(parity_table)
    set_clock(monkeypatch, "overrides/set", LATER)
    with record_requests(parity_table.client) as requests:
        assert set_override(**body) == answer
    assert [operation for operation, _ in requests] == ["GetItem", "Query"]
    assert scan_items(parity_table) == before
    assert read_usage() == (10, 10)


@BOTH
@pytest.mark.parametrize(
    "change",
    [{"value": 12}, {"note": "Signed"}, {"expiresOn": to_iso(LATER + DAY)}],
    ids=["value", "note", "end"],
)
def test_usage_stays_while_the_windows_are_reset_alike(
    body: dict[str, Any], change: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = use_all(body)
    set_clock(monkeypatch, "overrides/set", LATER)
    second = set_override(**body | change)
    assert second == first | change | {"modifiedOn": to_iso(LATER)}
    assert read_usage() == (change.get("value", 10), 10)


@pytest.mark.parametrize(
    "change",
    [{"reset": "EVERY_WEEK"}, {"resetTime": "BEGINNING_OF_PERIOD"}, {"reset": "EVERY_28_DAYS"}],
    ids=str,
)
def test_other_windows_start_with_the_change(change: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Before, they followed the moment of the first PUT."""
    first = use_all(BODIES[1])
    set_clock(monkeypatch, "overrides/set", LATER)
    assert set_override(**BODIES[1] | change)["createdOn"] == first["createdOn"]
    window = recompute_and_check(LATER)["exports"].window
    assert window is not None
    assert window.start != from_iso(first["createdOn"])
    assert change == {"resetTime": "BEGINNING_OF_PERIOD"} or window.start == LATER


def test_one_that_has_expired_is_set_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    set_override(**BODIES[0], expiresOn=to_iso(now() + timedelta(hours=1)))
    set_clock(monkeypatch, "overrides/set", LATER)
    body = set_override(**BODIES[0])
    assert (body["createdOn"], body["modifiedOn"]) == (to_iso(LATER), to_iso(LATER))
    assert list_overrides() == [body]


def test_an_archived_customer_is_refused_though_nothing_would_change() -> None:
    set_override(value=5)
    archive_customer("acme")
    assert refusal(send_override(value=5)) == (409, "customer_archived")


def test_two_at_once_are_one_after_the_other(monkeypatch: pytest.MonkeyPatch, parity_table: Table) -> None:
    """The second is read before the first is written, and is written after it."""
    monkeypatch.setattr(optimistic, "MAX_PAUSE_SECONDS", 0)
    read = EntitlementStore.holdings
    overtaken: list[bool] = []

    def read_and_be_overtaken(store: EntitlementStore, customer_id: str) -> Any:  # noqa: ANN401
        holdings = read(store, customer_id)
        if not overtaken:
            overtaken.append(True)
            set_override(value=6, note="First")
        return holdings

    monkeypatch.setattr(EntitlementStore, "holdings", read_and_be_overtaken)
    answer = set_override(value=7)
    assert list_overrides() == [answer]
    assert (answer["value"], answer["note"], answer["createdOn"] <= answer["modifiedOn"]) == (7, None, True)
    item = parity_table.get(keys.override("acme", "override", "exports"))
    assert item is not None
    assert item["version"] == 2


def test_writers_that_never_get_a_turn_are_told_of_the_conflict(
    monkeypatch: pytest.MonkeyPatch, parity_table: Table
) -> None:
    monkeypatch.setattr(optimistic, "MAX_PAUSE_SECONDS", 0)
    set_override(value=5)
    stored = EntitlementStore(parity_table).holdings("acme")
    set_override(value=6)
    monkeypatch.setattr(EntitlementStore, "holdings", lambda *_: stored)
    assert refusal(send_override(value=7)) == (409, "version_conflict")


def test_one_stored_by_a_former_release_is_kept_and_replaced(parity_table: Table) -> None:
    """It has no version and no anchor."""
    first = set_override(**BODIES[0])
    key = keys.override("acme", "override", "exports")
    item = parity_table.get(key) or {}
    old = {name: item[name] for name in item if name not in {"version", "anchor", "modifiedOn", "writeId"}}
    parity_table.client.put_item(TableName=parity_table.name, Item=to_wire(old))
    assert set_override(**BODIES[0]) == first
    assert parity_table.get(key) == old
    assert set_override(**BODIES[0] | {"value": 11})["createdOn"] == first["createdOn"]
    assert list_overrides()[0]["value"] == 11
