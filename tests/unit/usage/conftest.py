"""An empty table of moto's, with a client that sends everything once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from moto import mock_aws

from parity.aws.clients import new_client
from parity.dynamodb.table import Table
from tests.support.fakes.clients import remove_pauses
from tests.support.fakes.tables import read_table_definition


@pytest.fixture(scope="module")
def client() -> Any:  # noqa: ANN401 - botocore makes clients at run time
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_DEFAULT_REGION", "us-east-1")
        environment.setenv("AWS_ACCESS_KEY_ID", "testing")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        environment.setenv("AWS_ACCOUNT_ID_ENDPOINT_MODE", "disabled")
        return new_client("dynamodb", attempts=1)


@pytest.fixture
def table(client: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Table]:  # noqa: ANN401
    remove_pauses(monkeypatch)
    with mock_aws():
        client.create_table(**read_table_definition("usage"))
        yield Table(client, "usage")
