from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from local.seed.keys import find_or_create_keys
from parity.api_keys.rules.api_keys import key_id_of
from parity.api_keys.service.api_keys import list_api_keys, recognize_api_key, revoke_api_key
from parity.api_keys.store.api_keys import ApiKeyStore
from parity.core.times import now
from parity.dynamodb.table import Table
from tests.support.fakes.tables import read_table_definition

TABLE = "parity"


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        client = boto3.client("dynamodb")
        client.create_table(**read_table_definition(TABLE))
        yield client


@pytest.fixture
def store(client: Any) -> ApiKeyStore:  # noqa: ANN401 - a boto3 client
    return ApiKeyStore(Table(client, TABLE))


def test_keys_are_the_same_ones_after_a_restart(client: Any, store: ApiKeyStore, tmp_path: Path) -> None:  # noqa: ANN401
    file = tmp_path / "keys.json"
    first = find_or_create_keys(client, TABLE, file)
    assert find_or_create_keys(client, TABLE, file) == first
    assert len(list_api_keys(store)) == 3
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_key_that_was_revoked_is_replaced(client: Any, store: ApiKeyStore, tmp_path: Path) -> None:  # noqa: ANN401
    file = tmp_path / "keys.json"
    first = find_or_create_keys(client, TABLE, file)
    revoked = recognize_api_key(store, first.server, now())
    assert revoked
    revoke_api_key(store, key_id_of(revoked.digest), now())
    second = find_or_create_keys(client, TABLE, file)
    assert second.server != first.server
    assert recognize_api_key(store, second.server, now())
    assert find_or_create_keys(client, TABLE, file) == second


def test_without_a_file_each_start_has_its_own(client: Any) -> None:  # noqa: ANN401
    assert find_or_create_keys(client, TABLE, None) != find_or_create_keys(client, TABLE, None)
