"""API keys: their kinds, their form, and what is stored of them.

A key is `<kind>_<random part><checksum>`. A mistyped key has a wrong checksum and is refused without a read.
Only the SHA-256 digest of a key is stored, so nobody can use a copy of the table to call Parity.
"""

from __future__ import annotations

import secrets
import string
import zlib
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING

from parity.core.errors import NotFoundError

if TYPE_CHECKING:
    from datetime import datetime

ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
RANDOM_CHARACTERS = 32
CHECKSUM_CHARACTERS = 6
KEY_ID_DIGITS = 16


class ApiKeyKind(StrEnum):
    """The prefix of a key, which says what its holder may call."""

    SECRET = "sk"  # noqa: S105 - a kind of key, not a key
    PUBLISHABLE = "pk"
    READ_ONLY = "rk"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """What is stored of a key. `last_used_on` may be up to an hour behind."""

    digest: str
    kind: ApiKeyKind
    name: str
    prefix: str
    last_four: str
    created_on: datetime
    last_used_on: datetime | None = None
    revoked_on: datetime | None = None

    @property
    def key_id(self) -> str:
        return key_id_of(self.digest)

    @property
    def hint(self) -> str:
        """What people who have the key recognise it by, such as `sk_4fQz…9Kd2`."""
        return f"{self.prefix}…{self.last_four}"


def generate_key(kind: ApiKeyKind) -> str:
    """A new key with 190 random bits."""
    start = f"{kind}_" + "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_CHARACTERS))
    return start + _checksum(start)


def new_api_key(key: str, name: str, now: datetime) -> ApiKey:
    kind, _, rest = key.partition("_")
    return ApiKey(
        digest=digest_of(key),
        kind=ApiKeyKind(kind),
        name=name,
        prefix=f"{kind}_{rest[:4]}",
        last_four=key[-4:],
        created_on=now,
    )


def is_well_formed(key: str) -> bool:
    kind, separator, rest = key.partition("_")
    return (
        kind in set(ApiKeyKind)
        and bool(separator)
        and len(rest) == RANDOM_CHARACTERS + CHECKSUM_CHARACTERS
        and key.isascii()
        and secrets.compare_digest(_checksum(key[:-CHECKSUM_CHARACTERS]), key[-CHECKSUM_CHARACTERS:])
    )


def digest_of(key: str) -> str:
    return sha256(key.encode()).hexdigest()


def key_id_of(digest: str) -> str:
    """The public id of a key: `key_` and the first 64 bits of its digest."""
    return f"key_{digest[:KEY_ID_DIGITS]}"


def _checksum(text: str) -> str:
    number = zlib.crc32(text.encode())
    digits = ""
    for _ in range(CHECKSUM_CHARACTERS):
        number, digit = divmod(number, len(ALPHABET))
        digits += ALPHABET[digit]
    return digits


class ApiKeyNotFoundError(NotFoundError):
    code = "api_key_not_found"

    def __init__(self, key_id: str) -> None:
        super().__init__(f"There is no API key with the id {key_id!r}.")
