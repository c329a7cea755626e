"""What happens to customers when many do the same thing at once: threads on the use cases, a real engine."""

from __future__ import annotations

from collections import Counter
from functools import partial

import pytest

from parity.core.errors import BusyError, StaleVersionError, VersionConflictError
from parity.core.idempotency import AlreadyAnsweredError, Answer, AnswerRecord
from parity.core.times import now
from parity.customers.rules.customers import Customer, CustomerDraft, CustomerStatus
from parity.customers.rules.errors import (
    CustomerAlreadyExistsError,
    CustomerIsArchivedError,
    CustomerIsErasedError,
    CustomerIsNotArchivedError,
)
from parity.customers.service.changes import (
    CustomerToChange,
    archive_customer,
    create_customer,
    erase_customer,
    unarchive_customer,
    update_customer,
)
from parity.customers.service.imports import RowStatus, import_customers
from parity.customers.store.customers import CustomerStore, customer_store
from parity.dynamodb.table import Table
from parity.entitlements.service.restoring import restore_snapshot
from parity.entitlements.store.holdings import entitlement_store
from parity.metering.store.counters import freeze_counters
from parity.subscriptions.store.subscriptions import subscription_store
from tests.support.engines.processes import list_unexpected, run_at_once
from tests.support.scenarios.writes import list_consistent_customers

pytestmark = pytest.mark.slow

MANY = 64


def skip_record(_: Customer) -> None:
    return None


def create_named(store: CustomerStore, name: str, customer_id: str | None = None) -> Customer:
    return create_customer(store, CustomerDraft(name=name, customer_id=customer_id), now(), skip_record)


def unarchive(store: CustomerStore, target: CustomerToChange) -> Customer:
    """Unarchives as the handler does: the snapshot of what the customer has is in the same transaction."""
    also_write = partial(restore_snapshot, entitlement_store(), now())
    return unarchive_customer(store, target, now(), skip_record, also_write)


def test_one_of_many_creates_of_an_identifier_reaches_the_table(table: Table) -> None:
    store = customer_store()
    outcomes = run_at_once([partial(create_named, store, f"Name {number}", "acme") for number in range(MANY)])
    winners = [outcome for outcome in outcomes if isinstance(outcome, Customer)]
    assert sum(isinstance(outcome, CustomerAlreadyExistsError) for outcome in outcomes) == MANY - 1
    assert list_consistent_customers(table) == winners


def test_one_answer_is_kept_under_an_idempotency_key(table: Table) -> None:
    store, draft = customer_store(), CustomerDraft(name="Acme")

    def record(customer: Customer) -> AnswerRecord:
        return AnswerRecord("key", "fingerprint", Answer(201, {}, customer.id))

    outcomes = run_at_once([partial(create_customer, store, draft, now(), record)] * MANY)
    (winner,) = [outcome for outcome in outcomes if isinstance(outcome, Customer)]
    replayed = [outcome.answer.body for outcome in outcomes if isinstance(outcome, AlreadyAnsweredError)]
    assert replayed == [winner.id] * (MANY - 1)
    assert list_consistent_customers(table) == [winner]


def test_counts_are_exact_after_many_creates_and_archives(table: Table) -> None:
    store = customer_store()
    kept = [create_named(store, f"Old {number}").customer_id for number in range(40)]
    creates = [partial(create_named, store, f"New {number}") for number in range(160)]
    archives = [
        partial(
            archive_customer,
            store,
            subscription_store(),
            CustomerToChange(customer_id),
            now(),
            freeze_counters,
        )
        for customer_id in kept
    ]
    outcomes = run_at_once([*creates, *archives])
    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
    statuses = Counter(customer.status for customer in list_consistent_customers(table))
    assert statuses == {CustomerStatus.ACTIVE: 160, CustomerStatus.ARCHIVED: 40}


def test_changes_of_different_fields_at_once_are_all_kept(table: Table) -> None:
    store = customer_store()
    create_named(store, "Acme", "acme")
    changes = {
        "name": "Acme Corporation",
        "email": "hello@acme.example",
        "metadata": {"tier": "gold"},
        "billing_id": "cus_1",
    }
    outcomes = run_at_once(
        [
            partial(update_customer, store, CustomerToChange("acme"), {field: value}, now())
            for field, value in changes.items()
        ]
    )
    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
    (customer,) = list_consistent_customers(table)
    assert {field: getattr(customer, field) for field in changes} == changes
    assert customer.version == 1 + len(changes)


def test_many_changes_at_once_are_each_made_or_refused(table: Table) -> None:
    store = customer_store()
    create_named(store, "Acme", "acme")
    outcomes = run_at_once(
        [
            partial(update_customer, store, CustomerToChange("acme"), {"name": f"Name {number}"}, now())
            for number in range(32)
        ]
    )
    made = [outcome for outcome in outcomes if isinstance(outcome, Customer)]
    refused = [outcome for outcome in outcomes if isinstance(outcome, VersionConflictError | BusyError)]
    assert len(made) + len(refused) == 32
    assert made
    (customer,) = list_consistent_customers(table)
    assert customer.version == 1 + len(made)
    assert customer in made


def test_one_of_many_changes_to_the_same_version_reaches_the_table(table: Table) -> None:
    store = customer_store()
    create_named(store, "Acme", "acme")
    outcomes = run_at_once(
        [
            partial(
                update_customer,
                store,
                CustomerToChange("acme", frozenset({1})),
                {"name": f"Name {number}"},
                now(),
            )
            for number in range(32)
        ]
    )
    assert sum(isinstance(outcome, StaleVersionError) for outcome in outcomes) == 31
    assert list_consistent_customers(table) == [
        outcome for outcome in outcomes if isinstance(outcome, Customer)
    ]


def test_an_archive_and_an_update_at_once_leave_an_archived_customer(table: Table) -> None:
    store = customer_store()
    ids = [create_named(store, f"Customer {number}").customer_id for number in range(16)]
    archives = [
        partial(
            archive_customer,
            store,
            subscription_store(),
            CustomerToChange(customer_id),
            now(),
            freeze_counters,
        )
        for customer_id in ids
    ]
    updates = [
        partial(update_customer, store, CustomerToChange(customer_id), {"name": "Anew"}, now())
        for customer_id in ids
    ]
    outcomes = run_at_once([*archives, *updates])
    assert list_unexpected(outcomes[:16]) == []
    assert list_unexpected(outcomes[16:], CustomerIsArchivedError) == []
    found = {customer.customer_id: customer for customer in list_consistent_customers(table)}
    for customer_id, outcome in zip(ids, outcomes[16:], strict=True):
        assert found[customer_id].is_archived
        assert (found[customer_id].name == "Anew") is isinstance(outcome, Customer)


def test_archives_and_unarchives_at_once_are_counted_right(table: Table) -> None:
    store = customer_store()
    create_named(store, "Acme", "acme")
    archives = [
        partial(
            archive_customer, store, subscription_store(), CustomerToChange("acme"), now(), freeze_counters
        )
    ] * 8
    unarchives = [partial(unarchive, store, CustomerToChange("acme"))] * 8
    outcomes = run_at_once([*archives, *unarchives])
    assert list_unexpected(outcomes, VersionConflictError, BusyError) == []
    assert len(list_consistent_customers(table)) == 1


def test_an_erasure_and_other_changes_at_once_leave_all_of_a_customer_or_nothing(
    table: Table,
) -> None:
    store = customer_store()
    for number in range(8):
        target = CustomerToChange(create_named(store, f"Person {number}", f"p-{number}").customer_id)
        archive_customer(store, subscription_store(), target, now(), freeze_counters)
        changes = {"email": "person@home.example"}
        outcomes = run_at_once(
            [
                partial(erase_customer, store, target, now(), skip_record),
                partial(unarchive, store, target),
                partial(update_customer, store, target, changes, now()),
            ]
        )
        refusals = (CustomerIsErasedError, CustomerIsNotArchivedError, CustomerIsArchivedError)
        assert list_unexpected(outcomes, *refusals) == []
    for customer in list_consistent_customers(table):
        assert customer.is_erased == (customer.name == customer.customer_id)
        assert customer.is_archived == customer.is_erased
        assert not (customer.is_erased and customer.email)


def test_many_imports_of_one_file_at_once_make_each_row_once(table: Table) -> None:
    store = customer_store()
    drafts = [
        CustomerDraft(name=f"University {number}", email=f"u{number}@b.example") for number in range(30)
    ]
    drafts += [CustomerDraft(name="University 0", email="another@b.example")]
    drafts += [CustomerDraft(name="Namesake", billing_id=f"cus_{number}") for number in range(3)]
    drafts += [CustomerDraft(name="Namesake")] * 2
    imports = [partial(import_customers, store, drafts, now, lambda: False)] * 8
    outcomes = run_at_once(imports)
    results = [outcome for outcome in outcomes if not isinstance(outcome, Exception)]
    assert len(results) == 8
    for rows in zip(*results, strict=True):
        statuses = Counter(row.status for row in rows)
        assert statuses == {RowStatus.CREATED: 1, RowStatus.EXISTING: 7}
        assert len({row.customer_id for row in rows}) == 1
    found = list_consistent_customers(table)
    assert Counter((customer.name, customer.email, customer.billing_id) for customer in found) == Counter(
        (draft.name, draft.email, draft.billing_id) for draft in drafts
    )
