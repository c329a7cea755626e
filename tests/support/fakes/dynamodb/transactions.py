"""Transactions in progress, and those that were committed under a client's token."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

from tests.support.fakes.dynamodb.errors import RefusedError
from tests.support.fakes.dynamodb.writes import Key

TOKEN_SECONDS = 600


class Locks:
    """The items that transactions in progress write or look at."""

    def __init__(self) -> None:
        self._keys: set[Key] = set()

    def __contains__(self, key: Key) -> bool:
        return key in self._keys

    @contextmanager
    def hold(self, keys: Iterable[Key]) -> Iterator[None]:
        held = set(keys)
        self._keys |= held
        try:
            yield
        finally:
            self._keys -= held


class Tokens:
    """A transaction with the token and the content of a committed one is answered without an effect."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[str, float, bool]] = {}
        """The digest of the request, when it was seen, and whether it is committed."""

    def is_committed(self, token: str | None, items: Any, now: float) -> bool:  # noqa: ANN401
        """Whether this was done before. Raises an error for other content, or while it is in progress."""
        self._forget(now)
        if token is None or token not in self._seen:
            return False
        digest, _, is_done = self._seen[token]
        if digest != _digest(items):
            raise RefusedError("IdempotentParameterMismatchException", "The token is of another request")
        if not is_done:
            raise RefusedError("TransactionInProgressException", "The transaction is in progress")
        return True

    def begin(self, token: str | None, items: Any, now: float) -> None:  # noqa: ANN401
        if token is not None:
            self._seen[token] = _digest(items), now, False

    def commit(self, token: str | None, now: float) -> None:
        if token is not None:
            self._seen[token] = self._seen[token][0], now, True

    def _forget(self, now: float) -> None:
        """The oldest are first."""
        for token, (_, seen_at, _) in list(self._seen.items())[:2]:
            if now - seen_at > TOKEN_SECONDS:
                del self._seen[token]


def _digest(items: Any) -> str:  # noqa: ANN401
    return sha256(json.dumps(items, sort_keys=True).encode()).hexdigest()
