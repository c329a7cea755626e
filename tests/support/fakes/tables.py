"""The table as the template declares it, for tests that need one without the local cloud."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

import pytest
from botocore.exceptions import ClientError
from samtranslator.yaml_helper import yaml_parse

from parity.dynamodb.items import from_wire
from parity.dynamodb.table import Table
from tests.support import ROOT

CREATE_TABLE = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")


@cache
def read_table_definition(name: str) -> dict[str, Any]:
    """The arguments of CreateTable."""
    template = yaml_parse((ROOT / "template.yaml").read_text())
    properties = template["Resources"]["Table"]["Properties"]
    return {"TableName": name, **{key: properties[key] for key in CREATE_TABLE}}


def scan_items(table: Table) -> list[dict[str, Any]]:
    """All that is in the table."""
    return [from_wire(item) for page in _scan_pages(table) for item in page["Items"]]


def _scan_pages(table: Table) -> Iterable[Any]:
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
