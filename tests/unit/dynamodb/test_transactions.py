"""Transactions: which failed condition is raised, what is retried, and how an own effect is recognised."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from parity.core.errors import BusyError
from parity.dynamodb import optimistic
from parity.dynamodb.items import to_wire
from parity.dynamodb.table import Table
from parity.dynamodb.transactions import MAX_ATTEMPTS, Transaction


class FakeTable:
    """Refuses with one list of reasons after another, then accepts."""

    name = "customers"

    def __init__(self, *refusals: list[dict[str, Any]]) -> None:
        self.refusals = list(refusals)
        self.sent: list[Any] = []

    def transact(self, writes: list[Any]) -> None:
        self.sent.append(list(writes))
        if self.refusals:
            error: Any = {"Error": {"Code": "TransactionCanceledException", "Message": ""}}
            raise ClientError(error | {"CancellationReasons": self.refusals.pop(0)}, "TransactWriteItems")


class FakeClient:
    """Refuses one request after another with these codes, then accepts."""

    def __init__(self, *codes: str, existing: dict[str, Any] | None = None) -> None:
        self.codes = list(codes)
        self.existing = existing
        self.sent: list[tuple[str, Any]] = []

    def put_item(self, **request: Any) -> None:  # noqa: ANN401
        self._receive("Put", request)

    def delete_item(self, **request: Any) -> None:  # noqa: ANN401
        self._receive("Delete", request)

    def transact_write_items(self, **request: Any) -> None:  # noqa: ANN401
        self._receive("Transaction", request)

    def _receive(self, kind: str, request: dict[str, Any]) -> None:
        self.sent.append((kind, request))
        if self.codes:
            error: Any = {"Error": {"Code": self.codes.pop(0), "Message": ""}, "Item": self.existing}
            raise ClientError(error, kind)

    @property
    def kinds(self) -> list[str]:
        return [kind for kind, _ in self.sent]


class TakenError(Exception):
    pass


class UsedError(Exception):
    pass


NONE = {"Code": "None"}
CONFLICT = {"Code": "TransactionConflict"}
FAILED = {"Code": "ConditionalCheckFailed"}


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(optimistic, "MAX_PAUSE_SECONDS", 0)


def two_puts(table: FakeTable) -> Transaction:
    transaction = Transaction(table)  # type: ignore[arg-type] # the part of it that is used
    transaction.put({"PK": "a"}, "attribute_not_exists(PK)", refused=UsedError)
    transaction.put({"PK": "b"}, "attribute_not_exists(PK)", refused=TakenError)
    return transaction


def test_items_that_could_be_refused_carry_the_write_id() -> None:
    table = FakeTable()
    transaction = two_puts(table)
    transaction.put({"PK": "c"})
    transaction.commit()
    ids = [write["Put"]["Item"].get("writeId") for write in table.sent[0]]
    assert ids == [{"S": transaction.write_id}, {"S": transaction.write_id}, None]


def test_no_two_transactions_share_a_write_id() -> None:
    assert two_puts(FakeTable()).write_id != two_puts(FakeTable()).write_id


def test_of_several_failed_conditions_the_first_is_told_with_what_stands_there() -> None:
    standing = FAILED | {"Item": to_wire({"PK": "b", "writeId": "another"})}
    with pytest.raises(UsedError):
        two_puts(FakeTable([FAILED, standing])).commit()
    with pytest.raises(TakenError) as refused:
        two_puts(FakeTable([NONE, standing])).commit()
    assert refused.value.args == ({"PK": "b", "writeId": "another"},)


def test_a_failed_condition_is_told_at_once_even_beside_a_conflict() -> None:
    table = FakeTable([FAILED, CONFLICT])
    with pytest.raises(UsedError):
        two_puts(table).commit()
    assert len(table.sent) == 1


@pytest.mark.parametrize("other", [FAILED, NONE, CONFLICT])
def test_a_condition_that_fails_on_the_transactions_own_item_is_success(other: dict[str, Any]) -> None:
    table = FakeTable()
    transaction = two_puts(table)
    table.refusals = [[other, FAILED | {"Item": to_wire({"PK": "b", "writeId": transaction.write_id})}]]
    transaction.commit()
    assert len(table.sent) == 1


@pytest.mark.parametrize("code", ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"])
def test_a_collision_is_tried_again_unchanged(code: str) -> None:
    table = FakeTable([NONE, {"Code": code}], [{"Code": code}, NONE])
    two_puts(table).commit()
    assert len(table.sent) == 3
    assert table.sent[0] == table.sent[1] == table.sent[2]


def test_collisions_without_end_mean_busy() -> None:
    table = FakeTable(*[[CONFLICT, NONE]] * MAX_ATTEMPTS)
    with pytest.raises(BusyError):
        two_puts(table).commit()
    assert len(table.sent) == MAX_ATTEMPTS


def test_other_refusals_are_raised_as_they_are() -> None:
    table = FakeTable([{"Code": "ValidationError"}, NONE])
    with pytest.raises(ClientError):
        two_puts(table).commit()
    assert len(table.sent) == 1


ABSENT = "attribute_not_exists(PK)"
REFUSED = "ConditionalCheckFailedException"


def put_alone(client: FakeClient) -> Transaction:
    transaction = Transaction(Table(client, "customers"))  # type: ignore[arg-type]
    transaction.put({"PK": "a"}, ABSENT, refused=TakenError)
    return transaction


def test_a_single_put_or_delete_with_a_condition_is_no_transaction() -> None:
    client = FakeClient()
    put_alone(client).commit()
    transaction = Transaction(Table(client, "customers"))  # type: ignore[arg-type]
    transaction.delete({"PK": "a"}, ABSENT)
    transaction.commit()
    assert client.kinds == ["Put", "Delete"]
    assert client.sent[0][1]["ReturnValuesOnConditionCheckFailure"] == "ALL_OLD"
    assert client.sent[0][1]["TableName"] == "customers"


@pytest.mark.parametrize(
    "add",
    [
        lambda each: each.add({"PK": "a"}, count=1),
        lambda each: each.update({"PK": "a"}, "SET a = :a ADD n :a", ABSENT, {":a": 1}, TakenError),
        lambda each: each.require({"PK": "a"}, ABSENT, {":a": 1}, TakenError),
        lambda each: each.put({"PK": "a"}),
        lambda each: (each.put({"PK": "a"}, ABSENT), each.put({"PK": "b"}, ABSENT)),
    ],
    ids=["sum", "update", "condition", "put without condition", "two"],
)
def test_what_could_have_a_second_effect_stays_a_transaction(add: Callable[[Transaction], None]) -> None:
    """The AWS client may send it again. A transaction has a token, by which DynamoDB knows it."""
    client = FakeClient()
    transaction = Transaction(Table(client, "customers"))  # type: ignore[arg-type]
    add(transaction)
    transaction.commit()
    assert client.kinds == ["Transaction"]


def test_a_single_put_that_is_refused_raises_its_error_with_the_existing_item() -> None:
    client = FakeClient(REFUSED, existing=to_wire({"PK": "a", "writeId": "another"}))
    with pytest.raises(TakenError) as refused:
        put_alone(client).commit()
    assert refused.value.args == ({"PK": "a", "writeId": "another"},)
    assert client.kinds == ["Put"]


def test_a_single_put_that_is_refused_by_its_own_item_is_success() -> None:
    client = FakeClient(REFUSED)
    transaction = put_alone(client)
    client.existing = to_wire({"PK": "a", "writeId": transaction.write_id})
    transaction.commit()
    assert client.kinds == ["Put"]


def test_a_single_put_during_a_transaction_of_its_item_is_tried_again() -> None:
    client = FakeClient("TransactionConflictException", "TransactionConflictException")
    put_alone(client).commit()
    assert client.sent[0] == client.sent[1] == client.sent[2]


def test_a_single_put_that_is_throttled_means_busy_and_another_error_is_raised() -> None:
    with pytest.raises(BusyError):
        put_alone(FakeClient("ThrottlingException")).commit()
    with pytest.raises(ClientError):
        put_alone(FakeClient("ValidationException")).commit()
