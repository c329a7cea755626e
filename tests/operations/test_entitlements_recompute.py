"""The stream function that recomputes the snapshots of customers whose entitlements change."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from parity.core.times import now
from parity.customers.store import keys as customer_keys
from parity.dynamodb.items import to_wire
from parity.dynamodb.table import Table
from parity.entitlements.rules.sources import SourceKind
from parity.entitlements.store.holdings import EntitlementStore, entitlement_store
from parity.entitlements.store.overrides import override_store
from parity.subscriptions.store import keys as subscription_keys
from tests.support.answers import expect
from tests.support.builders.catalog import create_feature, sell_plan
from tests.support.builders.counters import store_counter
from tests.support.builders.customers import archive_customer, create_customer
from tests.support.builders.entitlements import (
    check_entitlements,
    make_override,
    recompute_snapshot,
    remove_override,
    set_override,
)
from tests.support.builders.subscriptions import create_subscription, post_to_subscription, subscribe_at
from tests.support.fakes.clients import record_requests
from tests.support.fakes.event_sources import Record, Stream, select_records
from tests.support.fakes.functions import Context, call, load_handler
from tests.support.fakes.gateway import load_sample_event
from tests.support.fakes.tables import scan_items

RECOMPUTE = "entitlements/recompute"
IMMEDIATE = {"cancellation_type": "IMMEDIATE"}


@pytest.fixture(autouse=True)
def customers() -> None:
    for name in ("Acme", "Beta", "Gamma"):
        create_customer(name)


def make_record_of(customer_id: str, number: int = 1) -> Record:
    """The record of a change of one of the customer's subscriptions."""
    (made,) = load_sample_event("entitlements_recompute")["Records"]
    made["dynamodb"]["Keys"]["PK"]["S"] = customer_keys.customer(customer_id)["PK"]
    made["dynamodb"]["SequenceNumber"] = str(number)
    changed: Record = made
    return changed


def deliver(*records: Record) -> list[str]:
    """The sequence numbers that the function reports as failed."""
    outcome = load_handler(RECOMPUTE).handler({"Records": list(records)}, Context())
    return [failure["itemIdentifier"] for failure in outcome["batchItemFailures"]]


def grant(customer_id: str, value: int = 5, version: int = 1) -> None:
    override_store().put(customer_id, make_override(value=value, version=version))


def list_limits() -> dict[str, int]:
    """The limits that checks answer, of the customers who have one."""
    entries = {name: check_entitlements(name) for name in ("acme", "beta", "gamma")}
    return {name: found["exports"]["usageLimit"] for name, found in entries.items() if found}


def store_broken_item(table: Table, customer_id: str) -> None:
    """Stores an item that no version of this code writes."""
    key = subscription_keys.subscription(customer_id, "broken")
    table.client.put_item(TableName=table.name, Item=to_wire({**key, "terms": "?"}))


def test_a_change_reaches_checks() -> None:
    grant("acme")
    assert list_limits() == {}
    assert deliver(make_record_of("acme")) == []
    assert list_limits() == {"acme": 5}


def test_a_customer_is_recomputed_once_per_batch_however_often_it_changed(parity_table: Table) -> None:
    grant("acme")
    with record_requests(parity_table.client) as requests:
        deliver(*(make_record_of("acme", number) for number in range(50)))
    assert [operation for operation, _ in requests] == ["Query", "PutItem", "Query"]
    assert requests[0][1]["ConsistentRead"] is True


def test_a_redelivered_record_writes_nothing(parity_table: Table) -> None:
    grant("acme")
    deliver(make_record_of("acme"))
    before = scan_items(parity_table)
    with record_requests(parity_table.client) as requests:
        assert deliver(make_record_of("acme"), make_record_of("acme")) == []
    assert [operation for operation, _ in requests] == ["Query"]
    assert scan_items(parity_table) == before


def test_the_order_of_records_does_not_matter() -> None:
    for value, order in enumerate(permutations(("acme", "beta", "gamma")), start=1):
        for customer_id in order:
            grant(customer_id, value, version=value)
        deliver(*(make_record_of(customer_id, number) for number, customer_id in enumerate(order)))
        assert list_limits() == dict.fromkeys(("acme", "beta", "gamma"), value)


def test_a_late_record_restores_nothing() -> None:
    """The record only names the customer. The snapshot is computed from what is stored now."""
    grant("acme")
    late = make_record_of("acme")
    create_feature()
    assert remove_override(kind="grant").status == 204
    deliver(make_record_of("acme", 2))
    deliver(late)
    assert list_limits() == {}


def test_a_customer_that_cannot_be_read_is_parked_and_the_others_are_recomputed(
    parity_table: Table, capsys: pytest.CaptureFixture[str]
) -> None:
    store_broken_item(parity_table, "beta")
    for customer_id in ("acme", "beta", "gamma"):
        grant(customer_id)
    batch = [
        make_record_of("acme", 1),
        make_record_of("beta", 2),
        make_record_of("gamma", 3),
        make_record_of("beta", 4),
    ]
    assert deliver(*batch) == []
    assert list_limits() == {"acme": 5, "gamma": 5}
    line, metrics = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert metrics["CustomersParked"] == 1
    assert (line["level"], line["message"], line["customerId"]) == ("ERROR", "recompute failed", "beta")
    assert line["where"]


def test_a_customer_without_a_profile_is_left_alone(parity_table: Table) -> None:
    before = scan_items(parity_table)
    assert deliver(make_record_of("nobody")) == []
    assert scan_items(parity_table) == before


def test_a_snapshot_written_in_between_is_not_overwritten(monkeypatch: pytest.MonkeyPatch) -> None:
    grant("acme", 5)
    read = EntitlementStore.holdings
    overtaken: list[bool] = []

    def read_and_be_overtaken(store: EntitlementStore, customer_id: str) -> Any:  # noqa: ANN401
        holdings = read(store, customer_id)
        if not overtaken:
            overtaken.append(True)
            grant("acme", 7, version=2)
            recompute_snapshot()
        return holdings

    monkeypatch.setattr(EntitlementStore, "holdings", read_and_be_overtaken)
    assert deliver(make_record_of("acme")) == []
    assert overtaken
    assert list_limits() == {"acme": 7}


def test_archiving_denies_at_once_and_unarchiving_restores_once_recomputed() -> None:
    grant("acme")
    deliver(make_record_of("acme"))
    archive_customer("acme")
    assert list_limits() == {}
    assert deliver(make_record_of("acme")) == []
    assert list_limits() == {}
    expect(call("customers/unarchive", parameters={"customerId": "acme"}), 200)
    assert deliver(make_record_of("acme")) == []
    assert list_limits() == {"acme": 5}


def test_a_record_from_before_archiving_does_not_undo_it() -> None:
    sell_plan("pro")
    subscription_id = create_subscription()["id"]
    expect(post_to_subscription("cancel", subscription_id, IMMEDIATE), 200)
    archive_customer("acme")
    deliver(make_record_of("acme"))
    snapshot = entitlement_store().read_for_check("acme", consistent=True).snapshot
    assert snapshot is not None
    assert (snapshot.archived, snapshot.features) == (True, {})


def test_an_immediate_cancel_is_not_undone_by_the_record_of_the_start() -> None:
    sell_plan("pro")
    subscription_id = create_subscription()["id"]
    deliver(make_record_of("acme"))
    assert list_limits() == {"acme": 100}
    expect(post_to_subscription("cancel", subscription_id, IMMEDIATE), 200)
    assert list_limits() == {}
    deliver(make_record_of("acme"))
    assert list_limits() == {}


def subscribe() -> None:
    create_subscription()


def subscribe_and_cancel() -> None:
    expect(post_to_subscription("cancel", create_subscription()["id"], IMMEDIATE), 200)


def override() -> None:
    set_override(value=5)


def override_and_remove() -> None:
    set_override(type="grant", value=5)
    assert remove_override(kind="grant").status == 204


def archive_beta() -> None:
    archive_customer("beta")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (subscribe, {"SUBSCRIPTION", "PROFILE"}),
        (subscribe_and_cancel, {"SUBSCRIPTION", "PROFILE"}),
        (override, {"OVERRIDE"}),
        (override_and_remove, {"GRANT"}),
        (archive_beta, {"PROFILE"}),
    ],
)
def test_a_change_of_entitlements_invokes_the_function(
    change: Callable[[], None], expected: set[str], parity_table: Table
) -> None:
    create_feature()
    sell_plan("pro")
    stream = Stream(parity_table)
    change()
    woken = select_records(stream.records())
    assert {each["dynamodb"]["Keys"]["SK"]["S"].partition("#")[0] for each in woken} == expected
    assert {each["dynamodb"]["Keys"]["PK"]["S"].partition("#")[0] for each in woken} == {"CUSTOMER"}


def test_other_changes_do_not_invoke_the_function(parity_table: Table) -> None:
    """Its own writes would invoke it again, and usage changes often."""
    create_feature()
    set_override(value=5)
    stream = Stream(parity_table)
    assert remove_override().status == 204
    deliver(*select_records(stream.records()))
    woken = len(select_records(stream.records()))
    sell_plan("pro")
    call("api_keys/create", body={"name": "Key", "kind": "sk"})
    store_counter(parity_table, "exports", 4)
    grant("acme")
    recompute_snapshot()
    assert len(stream.records()) > 10
    assert len(select_records(stream.records())) == woken + 1


def test_the_function_handles_the_records_of_the_stream(parity_table: Table) -> None:
    sell_plan("pro")
    stream = Stream(parity_table)
    create_subscription()
    subscribe_at(now() - timedelta(days=3), customer_id="beta")
    assert deliver(*select_records(stream.records())) == []
    assert list_limits() == {"acme": 100, "beta": 100}
    override_store().put("beta", make_override(SourceKind.OVERRIDE, value=3))
    assert deliver(*select_records(stream.records())) == []
    assert list_limits() == {"acme": 100, "beta": 3}
