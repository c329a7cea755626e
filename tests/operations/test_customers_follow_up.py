"""What follows a change of a customer: its search entries, and its first snapshot (docs/decisions/0066)."""

from __future__ import annotations

from functools import partial

import pytest

from parity.customers.store.customers import customer_store
from parity.customers.store.search_entries import entries_of
from parity.dynamodb.batches import write_batch
from parity.dynamodb.table import Table
from tests.support.answers import expect, refusal
from tests.support.builders.customers import archive_customer, create_customer, list_customer_ids, send_erase
from tests.support.builders.entitlements import explain_entitlement
from tests.support.fakes.clients import ProcessEnded, end_process, interrupt_call, record_requests
from tests.support.fakes.event_sources import ChangeStream
from tests.support.fakes.functions import call
from tests.support.fakes.tables import scan_items

RENAME = partial(call, "customers/update", parameters={"customerId": "acme"}, body={"name": "Zeta"})


@pytest.fixture
def changes(parity_table: Table) -> ChangeStream:
    return ChangeStream(parity_table)


def list_entries(table: Table) -> list[str]:
    return sorted(item["SK"].partition(" ")[0] for item in scan_items(table) if item["PK"][:7] == "SEARCH#")


def test_a_check_knows_a_new_customer_in_one_request(parity_table: Table) -> None:
    create_customer("Acme")
    with record_requests(parity_table.client) as requests:
        reply = call("entitlements/list", parameters={"customerId": "acme"})
    assert expect(reply, 200)["entitlements"] == []
    assert [operation for operation, _ in requests] == ["Query"]
    assert explain_entitlement(at=None)["accessDeniedReason"] == "FeatureNotFound"
    assert refusal(call("entitlements/list", parameters={"customerId": "nobody"})) == (
        404,
        "customer_not_found",
    )


@pytest.mark.parametrize("at", [2, 3, 4])
def test_a_create_that_ends_early_is_finished_by_the_stream_function(
    parity_table: Table, changes: ChangeStream, at: int
) -> None:
    """After the transaction: before the entries, the second read, the snapshot."""
    with interrupt_call(parity_table.client, at, end_process), pytest.raises(ProcessEnded):
        create_customer("Acme Works")
    changes.deliver()
    assert list_customer_ids("search=works") == ["acme-works"]
    assert call("entitlements/list", parameters={"customerId": "acme-works"}).status == 200


def test_a_customer_that_was_archived_before_its_first_snapshot_is_known_as_archived(
    parity_table: Table, changes: ChangeStream
) -> None:
    with interrupt_call(parity_table.client, 2, end_process), pytest.raises(ProcessEnded):
        create_customer("Acme")
    archive_customer("acme")
    assert explain_entitlement(at=None)["accessDeniedReason"] == "CustomerIsArchived"
    changes.deliver()
    assert explain_entitlement(at=None)["accessDeniedReason"] == "CustomerIsArchived"
    assert call("customers/unarchive", parameters={"customerId": "acme"}).status == 200
    assert explain_entitlement(at=None)["accessDeniedReason"] == "FeatureNotFound"


def test_a_rename_that_ends_early_shows_the_new_name_by_the_old_word_to_nobody(
    parity_table: Table, changes: ChangeStream
) -> None:
    create_customer("Beta", customerId="acme")
    with interrupt_call(parity_table.client, 3, end_process), pytest.raises(ProcessEnded):
        RENAME()
    assert list_entries(parity_table) == ["acme", "beta"]
    page = expect(call("customers/list", query="search=beta"), 200)
    assert (page["count"], page["countIsExact"], page["results"]) == (0, True, [])
    changes.deliver()
    assert list_entries(parity_table) == ["acme", "zeta"]
    assert list_customer_ids("search=zeta") == ["acme"]


def test_a_slow_rename_does_not_undo_what_another_request_did_meanwhile(parity_table: Table) -> None:
    create_customer("Beta", customerId="acme")
    other = partial(call, "customers/update", parameters={"customerId": "acme"}, body={"name": "Gamma"})
    with interrupt_call(parity_table.client, 3, other):
        assert RENAME().status == 200
    assert list_entries(parity_table) == ["acme", "gamma"]
    assert list_customer_ids("search=gamma") == ["acme"]


def test_a_slow_rename_leaves_no_name_of_a_customer_that_was_erased_meanwhile(parity_table: Table) -> None:
    create_customer("Beta", customerId="acme")

    def erase() -> None:
        archive_customer("acme")
        expect(send_erase(), 200)

    with interrupt_call(parity_table.client, 3, erase):
        RENAME()
    assert list_entries(parity_table) == []


def test_the_stream_function_deletes_entries_of_before_an_erasure(
    parity_table: Table, changes: ChangeStream
) -> None:
    create_customer("Beta", customerId="acme")
    archive_customer("acme")
    entries = entries_of(customer_store().get("acme")).values()
    expect(send_erase(), 200)
    write_batch(parity_table, entries)
    assert list_customer_ids("search=beta&status=all") == []
    changes.deliver()
    assert list_entries(parity_table) == []


def test_the_stream_function_writes_no_entries_that_are_right(
    parity_table: Table, changes: ChangeStream
) -> None:
    create_customer("Beta", customerId="acme")
    assert RENAME().status == 200
    changed = call("customers/update", parameters={"customerId": "acme"}, body={"billingId": "cus_1"})
    assert changed.status == 200
    with record_requests(parity_table.client) as requests:
        changes.deliver()
    operations = [operation for operation, _ in requests]
    assert operations.count("BatchGetItem") == 1
    assert "BatchWriteItem" not in operations


def test_a_change_of_no_word_reads_and_writes_no_entries(parity_table: Table, changes: ChangeStream) -> None:
    create_customer("Beta", customerId="acme")
    changes.read_new()
    with record_requests(parity_table.client) as requests:
        call("customers/update", parameters={"customerId": "acme"}, body={"billingId": "cus_1"})
    assert [operation for operation, _ in requests] == ["GetItem", "PutItem"]
    with record_requests(parity_table.client) as requests:
        changes.deliver()
    assert "BatchGetItem" not in [operation for operation, _ in requests]
