"""Keys of API keys, and of what signs customer tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from parity.dynamodb.keys import Key


def api_keys() -> str:
    return "API_KEYS"


def api_key(digest: str) -> Key:
    return {"PK": api_keys(), "SK": digest}


def signing_keys() -> Key:
    """The secrets that customer tokens are signed with."""
    return {"PK": "SIGNING_KEYS", "SK": "CUSTOMER_TOKENS"}
