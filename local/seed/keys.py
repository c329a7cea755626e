"""The two API keys of the local cloud."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from parity.api_keys.rules.api_keys import ApiKeyKind
from parity.api_keys.service.api_keys import create_api_key
from parity.api_keys.store.api_keys import ApiKeyStore
from parity.dynamodb.table import Table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True)
class Keys:
    server: str
    client: str


def create_keys(client: DynamoDBClient, table: str) -> Keys:
    """Create a key for servers, which allows everything, and one for browsers."""
    store = ApiKeyStore(Table(client, table))
    now = datetime.now(UTC)
    _, server_key = create_api_key(store, ApiKeyKind.SECRET, "Local server", now)
    _, client_key = create_api_key(store, ApiKeyKind.PUBLISHABLE, "Local browser", now)
    return Keys(server_key, client_key)
