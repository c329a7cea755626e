"""The records of the table's stream, as Lambda would hand them to a function."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import botocore.session
from botocore.config import Config

from local.filters import matches
from local.stack.transform import read_transformed
from local.streams.records import to_event
from parity.dynamodb.table import Table
from tests.support.events import ROOT

Record = dict[str, Any]

REGION = "us-east-1"
RECOMPUTE = "EntitlementsRecompute"


class Stream:
    """What happened to the table since the stream was turned on, oldest first."""

    def __init__(self, table: Table) -> None:
        self._table = table
        on = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
        table.client.update_table(TableName=table.name, StreamSpecification=on)  # type: ignore[arg-type]
        self._client = _client()

    def records(self) -> list[Record]:
        arn = self._table.client.describe_table(TableName=self._table.name)["Table"]["LatestStreamArn"]
        ((shard,)) = self._client.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        iterator = self._client.get_shard_iterator(
            StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        found = self._client.get_records(ShardIterator=iterator)["Records"]
        return [to_event(record, arn, REGION) for record in found]


@cache
def _client() -> Any:  # noqa: ANN401 - it ships no types here
    # moto knows no endpoints that are named after an account.
    config = Config(account_id_endpoint_mode="disabled")
    return botocore.session.get_session().create_client("dynamodbstreams", region_name=REGION, config=config)


@cache
def filters(function: str) -> list[dict[str, Any]]:
    """The patterns of the stream mapping of a function, by its logical id."""
    mapping = read_transformed(ROOT / "template.yaml", {}).resources[f"{function}Stream"]["Properties"]
    return [json.loads(each["Pattern"]) for each in mapping["FilterCriteria"]["Filters"]]


def selected(records: list[Record], function: str = RECOMPUTE) -> list[Record]:
    """Those that the mapping lets through."""
    return [record for record in records if any(matches(pattern, record) for pattern in filters(function))]
