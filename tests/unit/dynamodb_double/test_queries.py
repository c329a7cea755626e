"""Pages end at the limit or at a megabyte, and cost what was read before the filter."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.fakes.dynamodb.errors import RefusedError
from tests.support.fakes.dynamodb.table import DynamoDouble

QUERY = {
    "TableName": "table",
    "KeyConditionExpression": "PK = :pk",
    "ExpressionAttributeValues": {":pk": {"S": "a"}},
    "ReturnConsumedCapacity": "TOTAL",
}


def put_texts(double: DynamoDouble, number: int, size: int) -> None:
    double.storage.put_many(
        {
            "PK": {"S": "a"},
            "SK": {"S": f"{each:04}"},
            "text": {"S": "x" * size},
            "even": {"BOOL": each % 2 == 0},
        }
        for each in range(number)
    )


def query(double: DynamoDouble, **more: Any) -> Any:  # noqa: ANN401
    return double.handle("Query", {**QUERY, **more})


def test_a_page_ends_at_a_megabyte(double: DynamoDouble) -> None:
    put_texts(double, 30, 100_000)
    page = query(double)
    assert page["Count"] == 11
    assert page["ConsumedCapacity"]["CapacityUnits"] == pytest.approx(11 * 100_000 / 4096 / 2, abs=1)
    rest = query(double, ExclusiveStartKey=page["LastEvaluatedKey"])
    assert rest["Items"][0]["SK"] == {"S": "0011"}


def test_a_filter_changes_neither_what_is_read_nor_what_it_costs(double: DynamoDouble) -> None:
    put_texts(double, 100, 1000)
    values = {":pk": {"S": "a"}, ":even": {"BOOL": True}}
    filtered = query(double, FilterExpression="even = :even", ExpressionAttributeValues=values, Limit=20)
    assert (filtered["Count"], filtered["ScannedCount"]) == (10, 20)
    assert filtered["ConsumedCapacity"] == query(double, Limit=20)["ConsumedCapacity"]


def test_a_count_costs_what_its_items_cost_and_sends_none(double: DynamoDouble) -> None:
    put_texts(double, 100, 1000)
    counted = query(double, Select="COUNT")
    assert (counted["Count"], "Items" in counted) == (100, False)
    assert counted["ConsumedCapacity"] == query(double)["ConsumedCapacity"]


def test_a_projection_sends_less_and_costs_the_same(double: DynamoDouble) -> None:
    put_texts(double, 2, 5000)
    found = query(double, ProjectionExpression="SK, #even", ExpressionAttributeNames={"#even": "even"})
    assert set(found["Items"][0]) == {"SK", "even"}
    assert found["ConsumedCapacity"] == query(double)["ConsumedCapacity"]


def test_an_index_has_the_attributes_that_it_projects(double: DynamoDouble) -> None:
    place = {
        "duePK": {"S": "a"},
        "dueSK": {"S": "1"},
        "subscribersPK": {"S": "b"},
        "subscribersSK": {"S": "1"},
    }
    double.storage.put({"PK": {"S": "c"}, "SK": {"S": "d"}, "text": {"S": "x"}, **place})
    (found,) = query(double, IndexName="due", KeyConditionExpression="duePK = :pk")["Items"]
    assert set(found) == {"PK", "SK", "duePK", "dueSK"}


def test_an_index_gives_no_consistent_read(double: DynamoDouble) -> None:
    with pytest.raises(RefusedError, match="not supported on global secondary indexes"):
        query(double, IndexName="due", KeyConditionExpression="duePK = :pk", ConsistentRead=True)


def test_writes_of_a_batch_are_carried_out_one_by_one(double: DynamoDouble) -> None:
    put_texts(double, 1, 10)
    item = {"PK": {"S": "a"}, "SK": {"S": "new"}}
    parts = [
        {"PutRequest": {"Item": item}},
        {"DeleteRequest": {"Key": {"PK": {"S": "a"}, "SK": {"S": "0000"}}}},
    ]
    asked = {"RequestItems": {"table": parts}, "ReturnConsumedCapacity": "TOTAL"}
    answer = double.handle("BatchWriteItem", asked)
    assert answer == {"UnprocessedItems": {}, "ConsumedCapacity": [{"CapacityUnits": 2}]}
    assert query(double)["Items"] == [item]
