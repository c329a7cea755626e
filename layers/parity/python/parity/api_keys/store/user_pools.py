"""The user pool whose people may call, and the public keys that it signs their tokens with."""

from __future__ import annotations

import os
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import urllib3

from parity.core.times import EPOCH

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    Jwk = Mapping[str, Any]

MAX_AGE = timedelta(hours=1)
MAX_AGE_FOR_UNKNOWN = timedelta(seconds=10)
"""A token of an unknown key is forged, or the key is new. Forged ones cost a request every 10 s at most."""

TIMEOUT = urllib3.Timeout(connect=1, read=2)


class UserPoolUnreachableError(Exception):
    """The pool's keys cannot be read, so a token of an unknown key may be good. The gateway answers 500."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The keys of the user pool cannot be read: {reason}.")


class UserPool:
    """One per process: it remembers the pool's keys.

    `issuer` is the URL of the pool. `client_id` names the app that people sign in with, the dashboard.
    """

    def __init__(self, issuer: str, client_id: str) -> None:
        self.issuer = issuer
        self.client_id = client_id
        self._known: dict[str, Jwk] = {}
        self._read_on = EPOCH
        self._failure: str | None = None

    def find_key(self, key_id: str, now: datetime) -> Jwk | None:
        """The pool's public key with this id (RFC 7517).

        While the pool cannot be reached, the keys of before are used. Raises UserPoolUnreachableError for
        a key that is not among them.
        """
        max_age = MAX_AGE if key_id in self._known else MAX_AGE_FOR_UNKNOWN
        if abs(now - self._read_on) >= max_age:
            self._read_on = now
            self._read_keys()
        if key_id not in self._known and self._failure:
            raise UserPoolUnreachableError(self._failure)
        return self._known.get(key_id)

    def _read_keys(self) -> None:
        try:
            url = f"{self.issuer}/.well-known/jwks.json"
            answer = urllib3.request("GET", url, timeout=TIMEOUT, retries=False)
            self._known = {key["kid"]: key for key in answer.json()["keys"]}
            self._failure = None
        except (urllib3.exceptions.HTTPError, ValueError, LookupError, TypeError) as error:
            self._failure = f"{type(error).__name__}: {error}"


@cache
def user_pool() -> UserPool | None:
    """None where nobody can sign in."""
    issuer = os.environ.get("SIGN_IN_ISSUER")
    return UserPool(issuer, os.environ["SIGN_IN_CLIENT_ID"]) if issuer else None
