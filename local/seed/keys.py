"""The API keys of the local cloud."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, astuple, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from parity.api_keys.rules.api_keys import ApiKeyKind
from parity.api_keys.service.api_keys import create_api_key, recognize_api_key
from parity.api_keys.store.api_keys import ApiKeyStore
from parity.dynamodb.table import Table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True)
class Keys:
    """`server` may do everything, `client` is for browsers, and `reader` reads all but the keys."""

    server: str
    client: str
    reader: str


def find_or_create_keys(client: DynamoDBClient, table: str, file: Path | None) -> Keys:
    """The keys that the file has from an earlier start, unless one was revoked. Without a file, new ones."""
    store = ApiKeyStore(Table(client, table))
    if file and (kept := _read_keys(file)) and _are_valid(kept, store):
        return kept
    keys = _create_keys(store)
    if file:
        _write_keys(file, keys)
    return keys


def _create_keys(store: ApiKeyStore) -> Keys:
    now = datetime.now(UTC)
    _, server_key = create_api_key(store, ApiKeyKind.SECRET, "Local server", now)
    _, client_key = create_api_key(store, ApiKeyKind.PUBLISHABLE, "Local browser", now)
    _, reader_key = create_api_key(store, ApiKeyKind.READ_ONLY, "Local reader", now)
    return Keys(server_key, client_key, reader_key)


def _read_keys(file: Path) -> Keys | None:
    """None of a file from before there was a reader."""
    kept = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    return Keys(**kept) if "reader" in kept else None


def _are_valid(keys: Keys, store: ApiKeyStore) -> bool:
    now = datetime.now(UTC)
    return all(recognize_api_key(store, key, now) for key in astuple(keys))


def _write_keys(file: Path, keys: Keys) -> None:
    """Only the owner may read it."""
    file.unlink(missing_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        json.dump(asdict(keys), opened)
