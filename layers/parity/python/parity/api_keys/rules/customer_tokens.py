"""Customer tokens: with one, a browser reads the entitlements of one customer, for at most a day.

A token is `ct_<payload>.<signature>`, each part in base64url without padding. The payload is the text
`<version>.<id of the signing key>.<expiry>.<customer id>`, with the expiry in seconds since 1970. The
signature is the HMAC-SHA256 of all characters before the dot, so a token has one spelling only
(docs/decisions/0049).
"""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

PREFIX = "ct_"
VERSION = "1"
SECRET_BYTES = 32
MAX_EXPIRY_DIGITS = 11
"""Beyond that there is no date."""

SHORTEST_SECONDS = 60
USUAL_SECONDS = 3600
LONGEST_SECONDS = 24 * 3600
"""How long a token may be good for."""

KEY_LIFETIME = timedelta(days=30)
"""After this a new key signs. The one before it is kept, and its last token expires a day later."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    key_id: str
    secret: bytes
    created_on: datetime


@dataclass(frozen=True, slots=True)
class SigningKeys:
    """`current` signs; tokens that `previous` signed are good until they expire."""

    current: SigningKey
    previous: SigningKey | None = None

    def is_due_for_change(self, now: datetime) -> bool:
        return now - self.current.created_on >= KEY_LIFETIME


@dataclass(frozen=True, slots=True)
class CustomerToken:
    """What a token says. It is to be believed only if `is_signed_by` is true."""

    key_id: str
    customer_id: str
    expires_on: datetime

    def is_expired(self, now: datetime) -> bool:
        return now >= self.expires_on


def new_signing_key(now: datetime) -> SigningKey:
    return SigningKey(secrets.token_hex(4), secrets.token_bytes(SECRET_BYTES), now)


def new_customer_token(
    key: SigningKey, customer_id: str, lifetime: timedelta, now: datetime
) -> CustomerToken:
    """Expires at a whole second."""
    return CustomerToken(key.key_id, customer_id, now.replace(microsecond=0) + lifetime)


def write_token(token: CustomerToken, key: SigningKey) -> str:
    payload = f"{VERSION}.{token.key_id}.{int(token.expires_on.timestamp())}.{token.customer_id}"
    signed = PREFIX + _encode(payload.encode())
    return f"{signed}.{_sign(signed, key)}"


def read_token(text: str) -> CustomerToken | None:
    """What the text says if it has the form of a token, whoever wrote it."""
    payload, _, _ = text.removeprefix(PREFIX).partition(".")
    try:
        version, key_id, expiry, customer_id = _decode(payload).decode().split(".", 3)
    except ValueError:
        return None
    is_number = expiry.isascii() and expiry.isdigit() and len(expiry) <= MAX_EXPIRY_DIGITS
    if not is_token(text) or version != VERSION or not is_number:
        return None
    return CustomerToken(key_id, customer_id, datetime.fromtimestamp(int(expiry), UTC))


def is_token(text: str) -> bool:
    """Whether the text claims to be a customer token."""
    return text.startswith(PREFIX)


def is_signed_by(key: SigningKey, text: str) -> bool:
    """Takes the same time wherever the signature is wrong."""
    signed, _, signature = text.rpartition(".")
    return text.isascii() and hmac.compare_digest(_sign(signed, key), signature)


def _sign(signed: str, key: SigningKey) -> str:
    return _encode(hmac.digest(key.secret, signed.encode(), "sha256"))


def _encode(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def _decode(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
