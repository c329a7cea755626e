"""Customers as values, in the table, and as the handlers store and show them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from parity.core.identifiers import derive_identifier
from parity.customers.rules.customers import Customer, CustomerDraft, new_customer
from parity.customers.store.customers import customer_store
from tests.support.answers import expect
from tests.support.fakes.functions import Reply, call

CREATED_ON = datetime(2026, 3, 2, 9, 15, 4, 120450, UTC)


def make_customer(name: str = "Acme", *, created_on: datetime = CREATED_ON, **fields: Any) -> Customer:  # noqa: ANN401
    """A customer that is not stored."""
    customer_id = fields.pop("customer_id", derive_identifier(name))
    return new_customer(
        CustomerDraft(name=name, **fields), id=str(uuid4()), customer_id=customer_id, now=created_on
    )


def store_customer(name: str, **fields: Any) -> Customer:  # noqa: ANN401
    """Puts a customer into the table, as `make_customer` makes it."""
    new = make_customer(name, **fields)
    customer_store().create(new)
    return new


def create_customer(name: str = "Acme", **fields: Any) -> dict[str, Any]:  # noqa: ANN401
    """The created customer, as the handler answers."""
    return expect(call("customers/create", body={"name": name, **fields}), 201)


def get_customer(customer_id: str) -> dict[str, Any]:
    return expect(call("customers/get", parameters={"customerId": customer_id}), 200)


def archive_customer(customer_id: str) -> None:
    assert call("customers/archive", parameters={"customerId": customer_id}).status == 204


def send_erase(customer_id: str = "acme", **headers: str) -> Reply:
    return call("customers/erase", parameters={"customerId": customer_id}, headers=headers)


def list_customer_ids(query: str = "") -> list[str]:
    """The identifiers on a page of the list."""
    return customer_ids_on(call("customers/list", query=query))


def customer_ids_on(page: Reply) -> list[str]:
    return [row["customerId"] for row in expect(page, 200)["results"]]
