"""People who have signed in: who they are, and what their groups let them do.

A person calls with an access token of the user pool, a JSON Web Token (RFC 7519). What it has to say is in
docs/http.md, "People".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from parity.api_keys.rules.api_keys import ApiKeyKind

START = "eyJ"
"""How the header of every JSON Web Token begins: `{"` in base64url."""

MAX_CHARACTERS = 8192
"""Tokens of the pool have a fifth of it. A gateway takes 10,240 bytes of headers."""

GROUPS = {"admin": ApiKeyKind.SECRET, "read": ApiKeyKind.READ_ONLY}
"""The groups of the user pool, and the kind of key whose calls each allows. The first counts."""

Claims = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Person:
    """`user_id` never changes and names nobody; `name` is what the person signs in with, an email.

    Without `may_call_as` the person may call nothing.
    """

    user_id: str
    name: str
    may_call_as: ApiKeyKind | None


def is_access_token(text: str) -> bool:
    """Whether the text claims to be a token of a person. Keys and customer tokens begin with their kind."""
    return text.startswith(START) and len(text) <= MAX_CHARACTERS


def read_person(claims: Claims) -> Person:
    """The person of a token whose signature and claims were checked."""
    return Person(claims["sub"], claims["username"], _kind_of_groups(claims.get("cognito:groups")))


def _kind_of_groups(groups: object) -> ApiKeyKind | None:
    named = groups if isinstance(groups, list) else []
    return next((kind for group, kind in GROUPS.items() if group in named), None)
