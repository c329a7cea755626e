"""Values on their way into items and back, and reads that DynamoDB answers only in part."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from parity.core.errors import BusyError
from parity.core.numbers import Number
from parity.dynamodb.items import from_wire, to_wire
from parity.dynamodb.table import Table

fractions = st.decimals(-(10**15), 10**15, places=9).filter(lambda number: number != int(number))
values = st.text() | st.binary() | st.booleans() | st.integers() | fractions


@given(st.dictionaries(st.text(min_size=1), values))
def test_values_come_back_as_they_went_in(item: dict[str, Any]) -> None:
    back = from_wire(to_wire(item))
    assert back == item
    assert {name: type(value) for name, value in back.items()} == {n: type(v) for n, v in item.items()}


@pytest.mark.parametrize(
    ("text", "number"),
    [("5", 5), ("-5", -5), ("5.0", 5), ("1E+3", 1000), ("0.10", Decimal("0.1")), ("-1E-9", Decimal("-1E-9"))],
)
def test_a_number_is_whole_if_it_can_be(text: str, number: Number) -> None:
    """However DynamoDB, or an engine in its place, writes it."""
    found = from_wire({"a": {"N": text}})["a"]
    assert (found, type(found)) == (number, type(number))


def test_none_is_an_absent_attribute() -> None:
    assert to_wire({"a": None, "b": ""}) == {"b": {"S": ""}}


@pytest.mark.parametrize("value", [1.5, [], {}, object()])
def test_other_values_do_not_go_into_an_item(value: object) -> None:
    with pytest.raises(TypeError, match="does not go into an item"):
        to_wire({"a": value})


class PartialClient:
    """Answers BatchGetItem with one item less than asked for, as DynamoDB may."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def batch_get_item(self, RequestItems: dict[str, Any]) -> dict[str, Any]:  # noqa: N803
        keys = RequestItems["customers"]["Keys"]
        self.asked.append(len(keys))
        left = keys[1:] if len(self.asked) == 1 else []
        found = keys[:1] if left else keys
        return {
            "Responses": {"customers": found},
            "UnprocessedKeys": {"customers": {"Keys": left}} if left else {},
        }


def test_a_batch_is_read_to_the_end_in_requests_of_at_most_100() -> None:
    client: Any = PartialClient()
    keys = [{"PK": str(number), "SK": "PROFILE"} for number in range(250)]
    found = Table(client, "customers").batch_get(keys)
    assert sorted(int(item["PK"]) for item in found) == list(range(250))
    assert max(client.asked) == 100


def test_an_empty_batch_asks_for_nothing() -> None:
    client: Any = PartialClient()
    assert Table(client, "customers").batch_get([]) == []
    assert client.asked == []


KEY = {"PK": "a", "SK": "b"}


class RefusingClient:
    exceptions = SimpleNamespace(ConditionalCheckFailedException=KeyError)

    def __init__(self, code: str) -> None:
        self.code = code

    def refuse(self, **_: Any) -> None:  # noqa: ANN401
        raise ClientError({"Error": {"Code": self.code, "Message": ""}}, "AnyOperation")

    get_item = put_item = update_item = delete_item = refuse


@pytest.mark.parametrize(
    ("code", "raised"),
    [
        ("ThrottlingException", BusyError),
        ("ProvisionedThroughputExceededException", BusyError),
        ("RequestLimitExceeded", BusyError),
        ("ValidationException", ClientError),
    ],
)
def test_throttling_is_the_only_refusal_that_means_busy(code: str, raised: type[Exception]) -> None:
    client: Any = RefusingClient(code)
    with pytest.raises(raised):
        Table(client, "customers").get(KEY)


@pytest.mark.parametrize(
    "write",
    [
        lambda table: table.update(KEY, "SET a = :a", "b = :b", {":a": 1, ":b": 2}),
        lambda table: table.put_on_condition(KEY, "b = :b", {":b": 2}),
        lambda table: table.delete_on_condition(KEY, "b = :b", {":b": 2}),
        lambda table: table.put_if_absent(KEY),
        lambda table: table.delete(KEY),
    ],
)
def test_a_write_during_a_transaction_of_its_item_is_one_to_try_again(
    write: Callable[[Table], object],
) -> None:
    client: Any = RefusingClient("TransactionConflictException")
    with pytest.raises(BusyError):
        write(Table(client, "customers"))
