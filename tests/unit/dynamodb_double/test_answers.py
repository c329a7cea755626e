"""The double answers as moto does, request by request."""

from __future__ import annotations

import boto3
import pytest
from moto import mock_aws

from tests.support.fakes.dynamodb.client import connect
from tests.support.fakes.dynamodb.table import DynamoDouble
from tests.support.fakes.moto_speed import speed_up_moto
from tests.support.fakes.tables import read_table_definition
from tests.support.scenarios.random_requests import RandomRequests, answer

NAME = "random"
REQUESTS = 250


@pytest.mark.parametrize("seed", range(2))
def test_the_double_answers_as_moto_does(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    speed_up_moto(monkeypatch)
    with mock_aws():
        moto = boto3.client("dynamodb", region_name="us-east-1")
        moto.create_table(**read_table_definition(NAME))
        double = connect(DynamoDouble(read_table_definition(NAME)))
        for number, request in enumerate(RandomRequests(NAME, seed).draw(REQUESTS)):
            assert answer(double, request) == answer(moto, request), (number, request)
