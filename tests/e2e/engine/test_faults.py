"""Every write, with faults between it and the table: all or nothing, and safe to send again.

Search entries follow a write. If it ends before, the stream function writes them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from botocore.awsrequest import AWSResponse

from local.engine import Engine
from parity.customers.rules.customers import Customer, CustomerStatus
from parity.dynamodb.table import Table
from parity.usage.store.reports import usage_report_store
from tests.support.answers import expect, refusal
from tests.support.builders.catalog import create_feature
from tests.support.builders.customers import archive_customer, create_customer
from tests.support.engines.tables import (
    ONCE,
    Clients,
    StreamedTable,
    create_streamed_table,
    make_functions_client,
    use_once,
    use_table,
)
from tests.support.fakes import clients as faults
from tests.support.fakes.clients import Fault, ProcessEnded, Send, inject_fault
from tests.support.fakes.functions import call
from tests.support.fakes.tables import forget_stores
from tests.support.scenarios.search_repair import settle_by_records
from tests.support.scenarios.writes import (
    USAGE_WRITES,
    Request,
    Write,
    list_consistent_customers,
    make_key_header,
)

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

pytestmark = pytest.mark.slow

ListSettled = Callable[[], list[Customer]]

IMPORT_ROWS = 3
REPORTED = {(500, "internal_error"), (503, "busy"), (504, "outcome_unknown")}


def _create_customer(name: str) -> Request:
    return {"parameters": {"customerId": create_customer(name)["customerId"]}}


def _create_archived(name: str) -> Request:
    request = _create_customer(name)
    archive_customer(name)
    return request


def _count_named(table: Table, name: str) -> int:
    return sum(customer.name == name for customer in list_consistent_customers(table))


def _count_with_status(status: CustomerStatus) -> Callable[[Table, str], int]:
    def effects(table: Table, name: str) -> int:
        found = list_consistent_customers(table)
        return sum(customer.name == name and customer.status is status for customer in found)

    return effects


def _count_erased(table: Table, name: str) -> int:
    found = list_consistent_customers(table)
    return sum(customer.customer_id == name and customer.is_erased for customer in found)


def _count_imported(table: Table, name: str) -> int:
    return sum(customer.name.startswith(f"{name} ") for customer in list_consistent_customers(table))


def _list_keys(_: Table, name: str) -> list[dict[str, Any]]:
    return [row for row in expect(call("api_keys/list"), 200)["results"] if row["name"] == name]


def _create_revocable(name: str) -> Request:
    key = expect(call("api_keys/create", body={"name": name}), 201)
    return {"parameters": {"keyId": key["id"]}}


WRITES = [
    Write(
        "customers/create",
        201,
        lambda name: {"body": {"name": name}, "headers": make_key_header(name)},
        _count_named,
    ),
    Write(
        "customers/update",
        200,
        lambda name: _create_customer(f"old-{name}") | {"body": {"name": name, "email": "new@quint.example"}},
        _count_named,
    ),
    Write("customers/archive", 204, _create_customer, _count_with_status(CustomerStatus.ARCHIVED)),
    Write(
        "customers/unarchive",
        200,
        lambda name: _create_archived(name) | {"headers": make_key_header(name)},
        _count_with_status(CustomerStatus.ACTIVE),
    ),
    Write(
        "customers/erase",
        200,
        lambda name: _create_archived(name) | {"headers": make_key_header(name)},
        _count_erased,
    ),
    Write(
        "customers/import",
        200,
        lambda name: {
            "body": [{"name": f"{name} {number}"} for number in range(IMPORT_ROWS)],
            "headers": make_key_header(name),
        },
        _count_imported,
        effect=IMPORT_ROWS,
    ),
    Write(
        "api_keys/create",
        201,
        lambda name: {"body": {"name": name}, "headers": make_key_header(name)},
        lambda table, name: len(_list_keys(table, name)),
    ),
    Write(
        "api_keys/revoke",
        204,
        _create_revocable,
        lambda table, name: sum(row["revokedOn"] is not None for row in _list_keys(table, name)),
    ),
    *USAGE_WRITES,
]


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    faults.remove_pauses(monkeypatch)


@pytest.fixture(scope="module")
def clients(engine: Engine) -> Clients:
    return Clients.connect(engine)


@pytest.fixture
def place(clients: Clients) -> Iterator[StreamedTable]:
    place = create_streamed_table(clients)
    yield place
    place.table.client.delete_table(TableName=place.table.name)


@pytest.fixture
def table(place: StreamedTable, database: DynamoDBClient, monkeypatch: pytest.MonkeyPatch) -> Table:
    """A table with a stream, used by the handlers of this process."""
    return use_table(Table(database, place.table.name), monkeypatch)


@pytest.fixture
def list_settled(place: StreamedTable, table: Table) -> ListSettled:
    """Lists all customers once the stream function has seen what is new. Everything must be consistent."""
    read_new = place.follow()

    def list_customers() -> list[Customer]:
        settle_by_records(table, read_new())
        return list_consistent_customers(table)

    return list_customers


@pytest.fixture(scope="module")
def once_client(engine: Engine) -> DynamoDBClient:
    return make_functions_client(engine, ONCE)


@pytest.fixture(params=WRITES, ids=str)
def write(
    request: pytest.FixtureRequest,
    table: Table,
    list_settled: ListSettled,
    once_client: DynamoDBClient,
    monkeypatch: pytest.MonkeyPatch,
) -> Write:
    use_once(once_client, table.name, monkeypatch)
    create_feature("Exports")
    write: Write = request.param

    def count_settled(table: Table, name: str) -> int:
        list_settled()
        return write.effects(table, name)

    return replace(write, effects=count_settled)


@contextmanager
def inject_into_both(table: Table, fault: Fault) -> Iterator[tuple[list[str], list[str]]]:
    """As `injected`, also with the client that sends everything once: what is sent by both."""
    numbers = count(1)

    def fault_of_both(_: int, send: Send) -> AWSResponse | None:
        return fault(next(numbers), send)

    once_client = usage_report_store().once.client
    with (
        inject_fault(table.client, fault_of_both) as sent,
        inject_fault(once_client, fault_of_both) as sent_once,
    ):
        yield sent, sent_once


def count_requests(table: Table, write: Write) -> int:
    """How many requests a new process makes of the table for the write when all goes well."""
    name = _make_name()
    request = write.prepare(name)
    forget_stores()
    with inject_into_both(table, faults.no_fault) as sent:
        assert write.send(request).status == write.status
    assert write.effects(table, name) == write.effect
    return sum(map(len, sent))


def _make_name() -> str:
    return f"customer-{uuid4().hex[:12]}"


def test_a_process_that_ends_after_any_request_leaves_nothing_half_done(table: Table, write: Write) -> None:
    for last in range(1, count_requests(table, write) + 1):
        name = _make_name()
        request = write.prepare(name)
        forget_stores()
        with inject_into_both(table, faults.end_process_after(last)), pytest.raises(ProcessEnded):
            write.send(request)
        assert write.effects(table, name) <= write.effect
        assert write.send(request).status == write.status
        assert write.effects(table, name) == write.effect


@pytest.mark.parametrize(
    "fault",
    [
        faults.lose_answer,
        lambda at: faults.refuse_connections(at, 1),
        lambda at: faults.throttle_requests(at, 1),
    ],
    ids=["answer lost", "unreachable", "throttled"],
)
def test_a_fault_that_passes_goes_unnoticed(
    table: Table, write: Write, fault: Callable[[int], Fault]
) -> None:
    """A client that never retries may report the fault; then the request can be sent again."""
    for at in range(1, count_requests(table, write) + 1):
        name = _make_name()
        request = write.prepare(name)
        with inject_into_both(table, fault(at)):
            reply = write.send(request)
        if write.is_sent_once and reply.status != write.status:
            assert refusal(reply) in REPORTED
            reply = write.send(request)
        assert reply.status == write.status
        assert write.effects(table, name) == write.effect


@pytest.mark.parametrize(
    "fault", [faults.refuse_connections, faults.throttle_requests], ids=["unreachable", "throttled"]
)
def test_a_lasting_fault_is_reported_and_the_request_can_be_sent_again(
    table: Table, write: Write, fault: Callable[[int], Fault]
) -> None:
    for first in range(1, count_requests(table, write) + 1):
        name = _make_name()
        request = write.prepare(name)
        with inject_into_both(table, fault(first)):
            reply = write.send(request)
        if reply.status != write.status:
            assert refusal(reply) in REPORTED
        assert write.effects(table, name) <= write.effect
        assert write.send(request).status == write.status
        assert write.effects(table, name) == write.effect


@pytest.mark.parametrize("lost", [faults.lose_answer, faults.leave_in_progress], ids=["lost", "in progress"])
@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "once"}], ids=["plain", "idempotent"])
def test_a_create_whose_answer_is_lost_is_no_conflict_with_itself(
    table: Table, list_settled: ListSettled, lost: Callable[[int], Fault], headers: dict[str, str]
) -> None:
    transaction = 2 if headers else 1  # after the answer that is looked for
    with inject_fault(table.client, lost(transaction)) as sent:
        reply = call("customers/create", body={"customerId": "acme"}, headers=headers)
    assert sent.count("TransactWriteItems") > 1
    assert expect(reply, 201)["customerId"] == "acme"
    assert "idempotent-replayed" not in reply.headers
    assert [customer.id for customer in list_settled()] == [reply.body["id"]]


def test_lasting_throttling_is_answered_busy_with_a_time_to_retry(table: Table) -> None:
    with inject_fault(table.client, faults.throttle_requests(1)):
        reply = call("customers/create", body={"customerId": "acme"})
    assert refusal(reply) == (503, "busy")
    assert reply.headers["retry-after"] == "1"
    assert list_consistent_customers(table) == []


def test_an_import_reports_the_rows_that_throttling_left_out(table: Table, list_settled: ListSettled) -> None:
    rows = [{"name": f"Row {number}"} for number in range(12)]
    with inject_fault(table.client, faults.throttle_requests(6)):
        result = expect(call("customers/import", body=rows), 200)
    assert 0 < result["created"] < 7
    assert result["created"] + result["unprocessed"] == 12
    assert len(list_settled()) == result["created"]
    again = expect(call("customers/import", body=rows), 200)
    assert (again["existing"], again["created"]) == (result["created"], result["unprocessed"])


def test_a_create_that_cannot_write_its_search_entries_is_answered_and_found_later(
    table: Table, list_settled: ListSettled
) -> None:
    with inject_fault(table.client, faults.throttle_requests(2)):  # after the transaction
        created = expect(call("customers/create", body={"name": "Acme"}), 201)
    found = partial(call, "customers/list", query="search=acme")
    assert found().body["results"] == []
    assert [customer.id for customer in list_settled()] == [created["id"]]
    assert found().body["results"] == [created]
