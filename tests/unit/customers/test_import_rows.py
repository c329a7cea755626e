"""Which customer a row of an import means: histories of files against a store in memory."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from parity.customers.rules.customers import Customer, CustomerDraft
from parity.customers.rules.import_rows import make_import_rows
from parity.customers.service import imports
from parity.customers.service.imports import RowStatus, import_customers
from parity.customers.store.customers import CustomerStore, CustomerTakenError

NOW = datetime(2026, 3, 2, tzinfo=UTC)


class MemoryStore:
    """Customers by their identifier."""

    def __init__(self) -> None:
        self.customers: dict[str, Customer] = {}

    def create(self, customer: Customer) -> None:
        if existing := self.customers.get(customer.customer_id):
            raise CustomerTakenError(existing)
        self.customers[customer.customer_id] = customer


def run_import(store: MemoryStore, drafts: list[CustomerDraft]) -> list[imports.RowOutcome]:
    return import_customers(cast("CustomerStore", store), drafts, lambda: NOW, lambda: False)


drafts = st.builds(
    CustomerDraft,
    name=st.sampled_from(["Acme", "ACME", "Zeta", "京都", "京", "a-1"]),
    customer_id=st.sampled_from([None, None, None, "acme", "a-1"]),
    email=st.sampled_from([None, None, "a@x.example", "b@x.example"]),
    billing_id=st.sampled_from([None, None, "cus_1", "cus_2"]),
    metadata=st.sampled_from([None, {}, {"country": "Chile"}, {"country": "Peru", "n": [1]}]),
)
files = st.lists(drafts, max_size=12)


@given(file=files, data=st.data())
def test_a_file_sent_again_in_any_order_or_in_part_creates_nothing(
    file: list[CustomerDraft], data: st.DataObject
) -> None:
    store = MemoryStore()
    run_import(store, file)
    again = data.draw(st.permutations(file))[: data.draw(st.integers(0, len(file)))]
    assert RowStatus.CREATED not in {outcome.status for outcome in run_import(store, again)}


@given(file=files.map(lambda rows: [row for row in rows if row.customer_id is None]))
def test_each_row_that_is_told_from_the_others_is_a_customer_of_its_own(file: list[CustomerDraft]) -> None:
    store = MemoryStore()
    outcomes = run_import(store, file)
    marks = {(row.draft.name, row.mark) for row in make_import_rows(file)}
    assert len(store.customers) == len(marks)
    for draft, outcome in zip(file, outcomes, strict=True):
        found = store.customers[outcome.customer_id or ""]
        assert (found.name, found.email) == (draft.name, draft.email)
        assert draft.email or found.billing_id == draft.billing_id


@given(file=files, data=st.data())
def test_two_files_at_once_create_each_customer_once(file: list[CustomerDraft], data: st.DataObject) -> None:
    """Both imports run each row in turn, in an order that mixes them; no identifier is given."""
    file = [row for row in file if row.customer_id is None]
    store = MemoryStore()
    rows = make_import_rows(file) * 2
    for row in data.draw(st.permutations(rows)):
        imports._create_or_find(cast("CustomerStore", store), row, NOW)
    alone = MemoryStore()
    run_import(alone, file)
    assert len(store.customers) == len(alone.customers)


def test_equal_rows_are_told_apart_by_their_number_and_others_by_their_content() -> None:
    file = [
        CustomerDraft(name="Acme"),
        CustomerDraft(name="Acme"),
        CustomerDraft(name="Acme", billing_id="cus_1"),
        CustomerDraft(name="Acme", billing_id="cus_1", metadata={"a": 1}),
        CustomerDraft(name="Acme", email="a@x.example", billing_id="cus_1"),
        CustomerDraft(name="Zeta", metadata={"b": 1, "a": 2}),
        CustomerDraft(name="Zeta", customer_id="z-1", metadata={"a": 2, "b": 1}),
    ]
    rows = make_import_rows(file)
    marks = [row.mark for row in rows]
    assert marks[2] == marks[3]
    assert marks[5] == marks[6]
    assert len(set(marks)) == len(marks) - 2
    assert [row.has_namesakes for row in rows] == [True, True, True, True, True, False, False]
