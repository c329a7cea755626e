"""Secrets that requests are signed with. An endpoint has one, shown once, and for a day the one before it."""

from __future__ import annotations

import secrets
from base64 import b64encode
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

RANDOM_BYTES = 32

OVERLAP = timedelta(hours=24)
"""How long the secret before the last rotation signs, too, where a request may have several signatures."""


class Signature(StrEnum):
    """How requests are signed: by the Standard Webhooks specification, or as Kelviq does."""

    STANDARD = "standard"
    KELVIQ = "kelviq"

    @property
    def has_overlap(self) -> bool:
        """Kelviq's libraries refuse a request with two signatures (docs/contract.md T23)."""
        return self is Signature.STANDARD


PREFIXES = {Signature.STANDARD: "whsec_", Signature.KELVIQ: "kq_whsec_"}
"""The rest of the text is the same. So an endpoint that is signed in the other way keeps its secret."""


@dataclass(frozen=True, slots=True)
class WebhookSecrets:
    """In base64, without a prefix. `previous` is used until `previous_until`."""

    current: str
    previous: str | None = None
    previous_until: datetime | None = None

    def valid_at(self, moment: datetime) -> list[str]:
        """Those that sign, the current one first."""
        if self.previous and self.previous_until and moment < self.previous_until:
            return [self.current, self.previous]
        return [self.current]


def generate_secret() -> str:
    return b64encode(secrets.token_bytes(RANDOM_BYTES)).decode()


def show_secret(secret: str, signature: Signature) -> str:
    """The secret's text as the receiver configures it."""
    return PREFIXES[signature] + secret
