"""Every write, with faults between it and the table: all or nothing, and safe to send again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from parity.domain.customers import CustomerStatus
from parity.store.table import Table
from tests.support import faults
from tests.support.consistency import consistent_customers
from tests.support.customers import answer, archive, created, refusal
from tests.support.faults import Fault, ProcessEnded, injected
from tests.support.handlers import Reply, call

Request = dict[str, Any]
IMPORT_ROWS = 3


@dataclass(frozen=True)
class Write:
    """A request that changes something: `prepare` makes one, `effects` counts how often it took effect."""

    operation: str
    status: int
    prepare: Callable[[str], Request]
    effects: Callable[[Table, str], int]

    def send(self, request: Request) -> Reply:
        return call(self.operation, **request)

    def __str__(self) -> str:
        return self.operation


def _customer(name: str) -> Request:
    return {"parameters": {"customerId": created(name)["customerId"]}}


def _archived(name: str) -> Request:
    request = _customer(name)
    archive(name)
    return request


def _named(table: Table, name: str) -> int:
    return sum(customer.name == name for customer in consistent_customers(table))


def _with_status(status: CustomerStatus) -> Callable[[Table, str], int]:
    def effects(table: Table, name: str) -> int:
        found = consistent_customers(table)
        return sum(customer.name == name and customer.status is status for customer in found)

    return effects


def _imported(table: Table, name: str) -> int:
    return sum(customer.name.startswith(f"{name} ") for customer in consistent_customers(table))


def _keys(_: Table, name: str) -> list[dict[str, Any]]:
    return [row for row in answer(call("api_keys/list"), 200)["results"] if row["name"] == name]


def _revocable(name: str) -> Request:
    key = answer(call("api_keys/create", body={"name": name}), 201)
    return {"parameters": {"keyId": key["id"]}}


def _once(name: str) -> dict[str, str]:
    return {"Idempotency-Key": name}


WRITES = [
    Write("customers/create", 201, lambda name: {"body": {"name": name}, "headers": _once(name)}, _named),
    Write(
        "customers/update",
        200,
        lambda name: _customer(f"old-{name}") | {"body": {"name": name, "email": "new@quint.example"}},
        _named,
    ),
    Write("customers/archive", 204, _customer, _with_status(CustomerStatus.ARCHIVED)),
    Write(
        "customers/unarchive",
        200,
        lambda name: _archived(name) | {"headers": _once(name)},
        _with_status(CustomerStatus.ACTIVE),
    ),
    Write(
        "customers/import",
        200,
        lambda name: {
            "body": [{"name": f"{name} {number}"} for number in range(IMPORT_ROWS)],
            "headers": _once(name),
        },
        _imported,
    ),
    Write(
        "api_keys/create",
        201,
        lambda name: {"body": {"name": name}, "headers": _once(name)},
        lambda table, name: len(_keys(table, name)),
    ),
    Write(
        "api_keys/revoke",
        204,
        _revocable,
        lambda table, name: sum(row["revokedOn"] is not None for row in _keys(table, name)),
    ),
]


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    faults.without_pauses(monkeypatch)


@pytest.fixture(params=WRITES, ids=str)
def write(request: pytest.FixtureRequest) -> Write:
    write: Write = request.param
    return write


def effect(write: Write) -> int:
    """How often a request that was carried out once took effect."""
    return IMPORT_ROWS if write.operation == "customers/import" else 1


def requests_of(table: Table, write: Write) -> int:
    """How many requests the write makes of the table when all goes well."""
    name = _name()
    request = write.prepare(name)
    with injected(table.client, faults.none) as sent:
        assert write.send(request).status == write.status
    assert write.effects(table, name) == effect(write)
    return len(sent)


def _name() -> str:
    return f"customer-{uuid4().hex[:12]}"


def test_a_process_that_ends_after_any_request_leaves_nothing_half_done(table: Table, write: Write) -> None:
    for last in range(1, requests_of(table, write) + 1):
        name = _name()
        request = write.prepare(name)
        with injected(table.client, faults.process_ends_after(last)), pytest.raises(ProcessEnded):
            write.send(request)
        assert write.effects(table, name) <= effect(write)
        assert write.send(request).status == write.status
        assert write.effects(table, name) == effect(write)


@pytest.mark.parametrize(
    "fault", [faults.answer_lost, lambda at: faults.unreachable(at, 1), lambda at: faults.throttled(at, 1)],
    ids=["answer lost", "unreachable", "throttled"],
)  # fmt: skip
def test_a_fault_that_passes_goes_unnoticed(
    table: Table, write: Write, fault: Callable[[int], Fault]
) -> None:
    for at in range(1, requests_of(table, write) + 1):
        name = _name()
        request = write.prepare(name)
        with injected(table.client, fault(at)):
            assert write.send(request).status == write.status
        assert write.effects(table, name) == effect(write)


@pytest.mark.parametrize("fault", [faults.unreachable, faults.throttled], ids=["unreachable", "throttled"])
def test_a_fault_that_stays_is_told_and_the_request_can_be_sent_again(
    table: Table, write: Write, fault: Callable[[int], Fault]
) -> None:
    for first in range(1, requests_of(table, write) + 1):
        name = _name()
        request = write.prepare(name)
        with injected(table.client, fault(first)):
            reply = write.send(request)
        if reply.status != write.status:
            assert refusal(reply) in {(500, "internal_error"), (503, "busy")}
        assert write.effects(table, name) <= effect(write)
        assert write.send(request).status == write.status
        assert write.effects(table, name) == effect(write)


@pytest.mark.parametrize("lost", [faults.answer_lost, faults.in_progress], ids=["lost", "in progress"])
@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "once"}], ids=["plain", "idempotent"])
def test_a_create_whose_answer_is_lost_is_no_conflict_with_itself(
    table: Table, lost: Callable[[int], Fault], headers: dict[str, str]
) -> None:
    transaction = 2 if headers else 1
    with injected(table.client, lost(transaction)) as sent:
        reply = call("customers/create", body={"customerId": "acme"}, headers=headers)
    assert sent.count("TransactWriteItems") > 1
    assert answer(reply, 201)["customerId"] == "acme"
    assert "idempotent-replayed" not in reply.headers
    assert [customer.id for customer in consistent_customers(table)] == [reply.body["id"]]


def test_throttling_that_stays_says_that_nothing_was_written_and_when_to_come_back(table: Table) -> None:
    with injected(table.client, faults.throttled(1)):
        reply = call("customers/create", body={"customerId": "acme"})
    assert refusal(reply) == (503, "busy")
    assert reply.headers["retry-after"] == "1"
    assert consistent_customers(table) == []


def test_rows_that_throttling_left_out_of_an_import_are_named(table: Table) -> None:
    rows = [{"name": f"Row {number}"} for number in range(12)]
    with injected(table.client, faults.throttled(6)):
        result = answer(call("customers/import", body=rows), 200)
    assert (result["created"], result["unprocessed"]) == (5, 7)
    assert len(consistent_customers(table)) == 5
    again = answer(call("customers/import", body=rows), 200)
    assert (again["existing"], again["created"]) == (result["created"], result["unprocessed"])
