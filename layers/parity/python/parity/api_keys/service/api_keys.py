"""Creating, listing, revoking and recognising API keys."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from parity.api_keys.rules import api_keys as rules
from parity.api_keys.rules.api_keys import ApiKeyNotFoundError
from parity.core.errors import BusyError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from parity.api_keys.rules.api_keys import ApiKey, ApiKeyKind
    from parity.api_keys.store.api_keys import ApiKeyStore
    from parity.core.idempotency import AnswerRecord

    Recorder = Callable[[ApiKey], AnswerRecord | None]

LAST_USED_GRAIN = timedelta(hours=1)


def create_api_key(
    store: ApiKeyStore, kind: ApiKeyKind, name: str, now: datetime, record: Recorder = lambda _: None
) -> tuple[ApiKey, str]:
    """What is stored of the new key, and the key itself, which cannot be recovered later."""
    secret = rules.generate_key(kind)
    api_key = rules.new_api_key(secret, name, now)
    store.create(api_key, record(api_key))
    return api_key, secret


def list_api_keys(store: ApiKeyStore) -> list[ApiKey]:
    """All keys, newest first, revoked ones included."""
    return sorted(store.all(), key=lambda api_key: api_key.created_on, reverse=True)


def revoke_api_key(store: ApiKeyStore, key_id: str, now: datetime) -> None:
    """Does nothing to a key that is revoked already. Raises ApiKeyNotFoundError."""
    for api_key in store.all():
        if api_key.key_id == key_id:
            return store.revoke(api_key, now)
    raise ApiKeyNotFoundError(key_id)


def recognize_api_key(store: ApiKeyStore, secret: str, now: datetime) -> ApiKey | None:
    """The key if it exists and is not revoked. Stores at most once an hour that it was used."""
    if not rules.is_well_formed(secret):
        return None
    api_key = store.get(rules.digest_of(secret))
    if api_key is None or api_key.revoked_on:
        return None
    if api_key.last_used_on is None or api_key.last_used_on < now - LAST_USED_GRAIN:
        with suppress(BusyError):  # the key is accepted even if its use cannot be stored
            store.mark_used(api_key, now, unless_since=now - LAST_USED_GRAIN)
    return api_key
