"""Batches of writes: what DynamoDB leaves out is sent again."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from parity.core.errors import BusyError
from parity.dynamodb import optimistic
from parity.dynamodb.batches import BATCH_WRITES, MAX_ATTEMPTS, write_batch
from parity.dynamodb.table import Table

NAME = "customers"


class FakeClient:
    """Leaves out the last writes of one request after another, so many of each, then none."""

    def __init__(self, *left_out: int, code: str | None = None) -> None:
        self.left_out = list(left_out)
        self.code = code
        self.sent: list[list[Any]] = []
        self.written: list[Any] = []

    def batch_write_item(self, RequestItems: dict[str, list[Any]]) -> dict[str, Any]:  # noqa: N803
        if self.code:
            raise ClientError({"Error": {"Code": self.code}}, "BatchWriteItem")
        writes = RequestItems[NAME]
        self.sent.append(writes)
        count = len(writes) - (self.left_out.pop(0) if self.left_out else 0)
        self.written += writes[:count]
        return {"UnprocessedItems": {NAME: writes[count:]} if writes[count:] else {}}


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(optimistic, "MAX_PAUSE_SECONDS", 0)


def write(client: FakeClient, count: int) -> None:
    puts = [{"PK": "a", "SK": str(number)} for number in range(count)]
    write_batch(Table(client, NAME), puts, [{"PK": "b", "SK": "gone"}])  # type: ignore[arg-type]


def test_nothing_is_sent_without_writes() -> None:
    client = FakeClient()
    write_batch(Table(client, NAME), [])  # type: ignore[arg-type]
    assert client.sent == []


def test_puts_and_deletes_go_together_25_at_a_time() -> None:
    client = FakeClient()
    write(client, 30)
    assert [len(writes) for writes in client.sent] == [BATCH_WRITES, 6]
    assert client.written[0] == {"PutRequest": {"Item": {"PK": {"S": "a"}, "SK": {"S": "0"}}}}
    assert client.written[-1] == {"DeleteRequest": {"Key": {"PK": {"S": "b"}, "SK": {"S": "gone"}}}}


def test_what_is_left_out_is_sent_again_and_nothing_twice() -> None:
    client = FakeClient(3, 2, 1)
    write(client, 30)
    assert len(client.written) == 31
    assert all(client.written.count(each) == 1 for each in client.written)


def test_writes_that_are_left_out_without_end_mean_busy() -> None:
    client = FakeClient(*[2] * MAX_ATTEMPTS)
    with pytest.raises(BusyError):
        write(client, 1)
    assert len(client.sent) == MAX_ATTEMPTS


def test_a_throttled_batch_means_busy_and_another_error_is_raised() -> None:
    with pytest.raises(BusyError):
        write(FakeClient(code="ThrottlingException"), 1)
    with pytest.raises(ClientError):
        write(FakeClient(code="ValidationException"), 1)
