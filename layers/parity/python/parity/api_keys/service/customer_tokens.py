"""Issuing and recognising customer tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parity.api_keys.rules import customer_tokens as rules
from parity.dynamodb.optimistic import retry

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from parity.api_keys.rules.customer_tokens import CustomerToken, SigningKey
    from parity.api_keys.store.signing_keys import SigningKeyStore


def issue_customer_token(
    store: SigningKeyStore, customer_id: str, lifetime: timedelta, now: datetime
) -> tuple[str, CustomerToken]:
    """A new token as text, and what it says. Nothing is stored of it."""
    key = retry(lambda: _signing_key(store, now))
    token = rules.new_customer_token(key, customer_id, lifetime, now)
    return rules.write_token(token, key), token


def _signing_key(store: SigningKeyStore, now: datetime) -> SigningKey:
    """The key that signs now. The first one is made when it is needed, and each further one when it is due.

    Raises VersionChangedError if somebody else made one in between.
    """
    keys = store.get()
    if keys and not keys.is_due_for_change(now):
        return keys.current
    new = rules.SigningKeys(rules.new_signing_key(now), keys.current if keys else None)
    store.replace(keys, new)
    return new.current


def recognize_customer_token(store: SigningKeyStore, text: str, now: datetime) -> CustomerToken | None:
    """What the token says, if it was issued here and is not expired."""
    token = rules.read_token(text)
    if token is None or token.is_expired(now):
        return None
    key = store.find(token.key_id, now)
    return token if key and rules.is_signed_by(key, text) else None
