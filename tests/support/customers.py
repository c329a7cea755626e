"""Customers for tests: made by the handlers, or in the store with a time of creation of one's choice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError

from parity.core.identifiers import derived
from parity.customers.rules.customers import Customer, CustomerDraft, new_customer
from parity.customers.store.customers import customer_store
from parity.dynamodb.items import from_wire
from parity.dynamodb.table import Table
from tests.support.handlers import Reply, call

CREATED_ON = datetime(2026, 3, 2, 9, 15, 4, 120450, UTC)


def customer(name: str = "Acme", *, created_on: datetime = CREATED_ON, **fields: Any) -> Customer:  # noqa: ANN401
    """A customer that is in no table."""
    customer_id = fields.pop("customer_id", derived(name))
    return new_customer(
        CustomerDraft(name=name, **fields), id=str(uuid4()), customer_id=customer_id, now=created_on
    )


def stored_customer(name: str, **fields: Any) -> Customer:  # noqa: ANN401
    """A customer put into the table, as `customer` makes it."""
    new = customer(name, **fields)
    customer_store().create(new)
    return new


def created(name: str = "Acme", **fields: Any) -> dict[str, Any]:  # noqa: ANN401
    """The answer to creating a customer."""
    return answer(call("customers/create", body={"name": name, **fields}), 201)


def get(customer_id: str) -> dict[str, Any]:
    return answer(call("customers/get", parameters={"customerId": customer_id}), 200)


def archive(customer_id: str) -> None:
    assert call("customers/archive", parameters={"customerId": customer_id}).status == 204


def found(query: str = "") -> list[str]:
    """The identifiers on a page of the list."""
    return identifiers(call("customers/list", query=query))


def identifiers(page: Reply) -> list[str]:
    return [row["customerId"] for row in answer(page, 200)["results"]]


def pages(query: str, direction: str = "next") -> Iterator[Reply]:
    """The page asked for and all that its links lead to."""
    page = call("customers/list", query=query)
    yield page
    while link := answer(page, 200)[direction]:
        page = call("customers/list", query=urlsplit(link).query)
        yield page


def answer(reply: Reply, status: int) -> dict[str, Any]:
    assert reply.status == status, reply.text
    body: dict[str, Any] = reply.body
    return body


def refusal(reply: Reply) -> tuple[int, str]:
    """The status and the code of a problem."""
    assert reply.headers["content-type"] == "application/problem+json"
    problem = reply.body
    assert problem["status"] == reply.status, reply.text
    assert isinstance(problem["title"], str)
    assert isinstance(problem["detail"], str)
    return reply.status, problem["code"]


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(map(str.title, rest))


def wrong_fields(reply: Reply) -> dict[str, int]:
    """How many texts a problem has for each field, after a check that its two lists agree."""
    assert refusal(reply)[0] == 400
    problem = reply.body
    named = {
        _camel(error["pointer"][2:].split("/")[0]) if "pointer" in error else error["parameter"]
        for error in problem["errors"]
    }
    arrays = {name: value for name, value in problem.items() if isinstance(value, list) and name != "errors"}
    assert named - {""} == arrays.keys(), reply.text
    return {name: len(texts) for name, texts in arrays.items()}


def items(table: Table) -> list[dict[str, Any]]:
    """All that is in the table."""
    return [from_wire(item) for page in _scan(table) for item in page["Items"]]


def _scan(table: Table) -> Iterable[Any]:
    return table.client.get_paginator("scan").paginate(TableName=table.name)


def lose_first_answer(table: Table, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The next transaction is carried out, its answer gets lost, and the AWS client sends it again.

    Returns a list that gets an entry when that has happened.
    """
    send = table.transact
    lost: list[int] = []

    def transact(writes: Any) -> None:  # noqa: ANN401
        send(writes)
        if not lost:
            lost.append(len(writes))
            send(writes)

    monkeypatch.setattr(table, "transact", transact)
    return lost


def refuse_transactions(table: Table, monkeypatch: pytest.MonkeyPatch, code: str, *reasons: str) -> list[int]:
    """DynamoDB answers every transaction with this error; returns a list that gets an entry for each."""
    seen: list[int] = []
    response: Any = {"Error": {"Code": code, "Message": "refused"}}
    if reasons:
        response["CancellationReasons"] = [{"Code": reason} for reason in reasons]

    def refuse(**request: Any) -> None:  # noqa: ANN401
        seen.append(len(request["TransactItems"]))
        raise ClientError(response, "TransactWriteItems")

    monkeypatch.setattr(table.client, "transact_write_items", refuse)
    return seen
