"""Histories of customers whose requests end too early or meet each other, and the searches for them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Any

from hypothesis import strategies as st

from parity.core.errors import ConflictError, NotFoundError
from parity.core.paging import PageRequest
from parity.core.times import now
from parity.customers.rules.customers import Customer, CustomerDraft
from parity.customers.rules.errors import CustomerNotFoundError
from parity.customers.service.changes import (
    CustomerToChange,
    archive_customer,
    create_customer,
    erase_customer,
    unarchive_customer,
    update_customer,
)
from parity.customers.service.search import search_customers
from parity.customers.store.customers import CustomerStore
from parity.customers.store.search_entries import entries_of
from parity.customers.store.search_index import SearchIndex
from parity.dynamodb.table import Table
from parity.subscriptions.store.subscriptions import SubscriptionStore
from tests.support.fakes.clients import ProcessEnded, end_process, interrupt_call
from tests.support.fakes.event_sources import Stream
from tests.support.fakes.tables import scan_items
from tests.support.scenarios.search_repair import settle_by_records

CUSTOMERS = ("c-0", "anna-2", "beta")
NAMES = ("Anna Beta", "Anna", "Beta Gamma", "Gamma", "Bert Anna Gam", "京 都")
EMAILS = (None, "anna@gamma.example", "bert@beta.example")
QUERIES = ("an", "anna", "beta", "ga", "anna beta", "bert@be", "gamma.ex", "京", "c-0")


@dataclass(frozen=True)
class Step:
    """A request. `at` is the number of the request of the table at which something happens, from 1.

    There the process ends, before or `after` the table has done it; or it is slow, and `meets` is made first.
    """

    action: str
    customer_id: str
    name: str
    email: str | None
    at: int | None = None
    after: bool = False
    meets: Step | None = None


ACTIONS = ("create", "create", "rename", "rename", "archive", "unarchive", "erase")
plain_steps = st.builds(Step, *map(st.sampled_from, (ACTIONS, CUSTOMERS, NAMES, EMAILS)))


def interrupt_step(step: Step, at: int, *, after: bool, other: Step | None) -> Step:
    return Step(step.action, step.customer_id, step.name, step.email, at, after, other)


steps = st.one_of(
    plain_steps,
    st.builds(
        interrupt_step, plain_steps, st.integers(1, 6), after=st.booleans(), other=st.none() | plain_steps
    ),
)


def search_words(customer: Customer) -> list[str]:
    """The words that find a customer, as docs/http.md says, for the texts that are used here."""
    if customer.is_erased:
        return []
    texts = (customer.name, customer.email or "", (customer.email or "").partition("@")[2])
    return [customer.customer_id, *" ".join(texts).lower().split()]


@dataclass
class SearchHistory:
    table: Table
    records: list[dict[str, Any]] = field(default_factory=list)
    has_crashed: bool = False

    def __post_init__(self) -> None:
        self.store, self.index = CustomerStore(self.table), SearchIndex(self.table)
        self.subscriptions, self.stream = SubscriptionStore(self.table), Stream(self.table)

    def take(self, step: Step) -> None:
        if step.at is None:
            return self._send(step)
        acts = interrupt_call(self.table.client, step.at, partial(self._meet, step), after=step.after)
        with acts, suppress(ProcessEnded):
            self._send(step)
        return None

    def _meet(self, step: Step) -> None:
        """What meets a request is one of another process, which shares no memory with it."""
        if step.meets:
            return SearchHistory(self.table)._send(step.meets)
        self.has_crashed = True
        return end_process()

    def _send(self, step: Step) -> None:
        with suppress(ConflictError, NotFoundError):
            self._make_request(step)()

    def _make_request(self, step: Step) -> Callable[[], object]:
        target = CustomerToChange(step.customer_id)
        match step.action:
            case "create":
                draft = CustomerDraft(name=step.name, customer_id=step.customer_id, email=step.email)
                return partial(create_customer, self.store, draft, now(), _keep_nothing)
            case "rename":
                changes = {"name": step.name, "email": step.email}
                return partial(update_customer, self.store, target, changes, now())
            case "archive":
                return partial(
                    archive_customer, self.store, self.subscriptions, target, now(), _write_nothing
                )
            case "unarchive":
                return partial(unarchive_customer, self.store, target, now(), _keep_nothing, _write_nothing)
        return partial(erase_customer, self.store, target, now(), _keep_nothing)

    def deliver_some(self, chance: Random) -> None:
        """Delivers some of all records so far, again or for the first time, in any order."""
        found = self.stream.records()
        settle_by_records(self.table, chance.sample(found, chance.randint(0, len(found))))

    def deliver_all(self, chance: Random) -> None:
        """Delivers what is new in any order, with some of it and of the old twice, in batches."""
        found = self.stream.records()
        records = [*found, *chance.sample(found, len(found) // 2)]
        chance.shuffle(records)
        half = len(records) // 2
        for batch in (records[:half], records[half:]):
            settle_by_records(self.table, batch)
        self.has_crashed = False

    def list_customers(self) -> list[Customer]:
        found: list[Customer] = []
        for customer_id in CUSTOMERS:
            with suppress(CustomerNotFoundError):
                found.append(self.store.get(customer_id))
        return found

    def check_search(self) -> None:
        """No search shows what it should not. If no request has ended too early, it shows all it should."""
        customers = self.list_customers()
        for query in QUERIES:
            wanted = [customer for customer in customers if _matches(customer, query)]
            found = search_customers(self.store, self.index, query, None, PageRequest(10)).rows
            assert all(customer in wanted for customer in found), query
            assert len(found) == len({customer.id for customer in found})
            assert self.has_crashed or len(found) == len(wanted), query

    def check_entries(self) -> None:
        """There are exactly the entries of the customers as they are."""
        stored = [item for item in scan_items(self.table) if item["PK"].startswith("SEARCH#")]
        wanted = [entry for customer in self.list_customers() for entry in entries_of(customer).values()]
        assert _sort_entries(stored) == _sort_entries(wanted)


def _matches(customer: Customer, query: str) -> bool:
    words = search_words(customer)
    return all(any(word.startswith(each) for word in words) for each in query.split())


def _sort_entries(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(entries, key=lambda entry: (entry["PK"], entry["SK"]))


def _keep_nothing(_: Customer) -> None:
    return None


def _write_nothing(*_: object) -> None:
    pass
