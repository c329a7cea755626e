"""Transactions: which failed condition is raised, what is retried, and how an own effect is recognised."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from parity.core.errors import BusyError
from parity.dynamodb import optimistic
from parity.dynamodb.items import to_wire
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
