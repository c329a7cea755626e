"""Idempotency-Keys and fingerprints of requests, for handlers with and without a resolver."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from parity.core.errors import FieldProblem, InvalidFieldsError

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME = "Idempotency-Key"
MAX_KEY_CHARACTERS = 255
REPLAYED = {"Idempotent-Replayed": "true"}


def check_key(key: str | None) -> str | None:
    """The key. Raises ValueError if it is not 1 to 255 printable ASCII characters."""
    if key is not None and not (0 < len(key) <= MAX_KEY_CHARACTERS and key.isascii() and key.isprintable()):
        raise ValueError(f"must have 1 to {MAX_KEY_CHARACTERS} printable ASCII characters.")
    return key


def read_key(event: Mapping[str, Any]) -> str | None:
    """The key in the headers of a gateway event, None without one. Raises InvalidFieldsError."""
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    try:
        return check_key(headers.get(NAME.lower()))
    except ValueError as error:
        raise InvalidFieldsError(FieldProblem(NAME, str(error), in_query=True)) from error


def fingerprint(method: str, path: str, content: bytes) -> str:
    """A hash that is equal for equal requests only."""
    parts = method, path, sha256(content).hexdigest()
    return sha256("\n".join(parts).encode()).hexdigest()
