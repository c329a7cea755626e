"""A partition of the table or of an index gives its units a second, and no more."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from tests.support.fakes.dynamodb.capacity import BUSY_UNITS, Capacity, HotPartitionError
from tests.support.fakes.dynamodb.errors import RefusedError
from tests.support.fakes.dynamodb.simulation import Simulation
from tests.support.fakes.dynamodb.storage import TABLE
from tests.support.fakes.dynamodb.table import DynamoDouble

HOT, COLD = (TABLE, "hot"), (TABLE, "cold")


def take_each_millisecond(capacity: Capacity, units: float, seconds: int) -> int:
    """How many of 1,000 requests a second are let in."""
    admitted = 0
    for number in range(1000 * seconds):
        try:
            capacity.take({HOT: units}, number / 1000)
        except HotPartitionError:
            continue
        admitted += 1
    return admitted


def test_a_partition_gives_a_second_ahead_and_then_its_rate() -> None:
    assert take_each_millisecond(Capacity(1000), 1, 10) == 10_000
    assert take_each_millisecond(Capacity(1000), 4, 10) == pytest.approx((1000 + 10_000) / 4, abs=5)


def test_a_hot_partition_keeps_no_other_from_its_units() -> None:
    capacity = Capacity(10)
    capacity.take({HOT: 10}, 0)
    with pytest.raises(HotPartitionError):
        capacity.take({HOT: 1, COLD: 1}, 0)
    capacity.take({COLD: 10}, 0)
    assert capacity.refused == {HOT: 1}


def test_units_return_with_time() -> None:
    capacity = Capacity(10)
    capacity.take({HOT: 10}, 0)
    capacity.take({HOT: 1}, 0.5)


def test_the_busiest_partitions_are_named_with_their_best_second() -> None:
    capacity = Capacity(1000)
    for second, units in enumerate((60, 300, 70)):
        capacity.take({HOT: units, COLD: BUSY_UNITS - 1}, second)
    assert capacity.busiest(5) == [(HOT, 300)]
    assert capacity.busy[HOT] == 430


def put_into_index(double: DynamoDouble, number: int) -> Any:  # noqa: ANN401
    item = {
        "PK": {"S": f"customer {number}"},
        "SK": {"S": "profile"},
        "listingPK": {"S": "month"},
        "listingSK": {"S": f"{number:05}"},
    }
    return double.handle("PutItem", {"Item": item})


def test_a_hot_partition_of_an_index_pushes_back_on_the_table(
    double: DynamoDouble, simulation: Simulation
) -> None:
    """3,000 items at once for one partition of the index; each has a partition of its own in the table."""
    outcomes = simulation.run({0.0: [partial(put_into_index, double, number) for number in range(3000)]})
    refused = [outcome.code for outcome in outcomes if isinstance(outcome, RefusedError)]
    assert refused == ["ProvisionedThroughputExceededException"] * 2000
    assert double.admission.writes.refused == {("listing", "month"): 2000}


def test_a_throttled_transaction_says_which_write_it_was(double: DynamoDouble) -> None:
    double.admission.writes.take({("listing", "month"): 1000}, 0)
    free = {"Put": {"Item": {"PK": {"S": "a"}, "SK": {"S": "a"}}}}
    item = {"PK": {"S": "b"}, "SK": {"S": "b"}, "listingPK": {"S": "month"}, "listingSK": {"S": "b"}}
    with pytest.raises(RefusedError) as refused:
        double.handle("TransactWriteItems", {"TransactItems": [free, {"Put": {"Item": item}}]})
    reasons: Any = refused.value.details["CancellationReasons"]
    assert [reason["Code"] for reason in reasons] == ["None", "ThrottlingError"]


def test_a_batch_leaves_out_what_a_hot_partition_does_not_give(double: DynamoDouble) -> None:
    double.admission.reads.take({HOT: 3000}, 0)
    keys = [{"PK": {"S": name}, "SK": {"S": "a"}} for name in ("hot", "cold")]
    answer = double.handle("BatchGetItem", {"RequestItems": {"table": {"Keys": keys}}})
    assert answer["UnprocessedKeys"] == {"table": {"Keys": keys[:1]}}
    with pytest.raises(RefusedError, match="Throughput"):
        double.handle("BatchGetItem", {"RequestItems": {"table": {"Keys": keys[:1]}}})
