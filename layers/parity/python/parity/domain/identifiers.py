"""Identifiers: chosen by the caller or derived from a name, unique for ever, never changed (DESIGN.md 3).

An identifier stands in URL paths, where clients put it unescaped (WIRE.md T15), hence what is forbidden.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from hashlib import sha256
from urllib.parse import quote

from anyascii import anyascii

from parity.domain.text import checked_text

FORBIDDEN = "/?#%"
RESERVED = frozenset({".", "..", "import"})
"""`.` and `..` collapse in URLs; `import` is the path of the bulk import."""

MAX_ENCODED_BYTES = 1200
"""As part of a URL: API Gateway refuses requests whose method ARN, which holds the path, has over 1,600."""

MAX_DERIVED_CHARACTERS = 64
FALLBACK = "customer"
SUFFIX_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
SUFFIX_CHARACTERS = 5


def normalized(identifier: str) -> str:
    """One spelling for what looks the same: composed and decomposed accents are the same identifier."""
    return unicodedata.normalize("NFC", identifier)


def checked_identifier(identifier: str) -> str:
    """The identifier in its one spelling; ValueError says what is wrong with it."""
    if identifier != identifier.strip():
        raise ValueError("must not start or end with white space.")
    identifier = checked_text(normalized(identifier))
    if found := sorted(set(FORBIDDEN) & set(identifier)):
        raise ValueError(f"must not contain {' '.join(found)} (it is part of URLs).")
    if (size := len(quote(identifier))) > MAX_ENCODED_BYTES:
        raise ValueError(f"must have at most {MAX_ENCODED_BYTES} bytes as part of a URL; it has {size}.")
    if identifier in RESERVED:
        raise ValueError(f"must not be {identifier!r}, which has a meaning in URLs.")
    return identifier


def derived(name: str) -> str:
    """A slug of the name: ASCII letters, digits and single dashes; always a valid identifier.

    The same name always gives the same slug. Names of nothing transliterable give `customer`.
    """
    words = re.findall(r"[a-z0-9]+", anyascii(name).lower())
    slug = "-".join(words)[:MAX_DERIVED_CHARACTERS].strip("-") or FALLBACK
    return f"{FALLBACK}-{slug}" if slug in RESERVED else slug


def with_random_suffix(identifier: str) -> str:
    suffix = "".join(secrets.choice(SUFFIX_ALPHABET) for _ in range(SUFFIX_CHARACTERS))
    return f"{identifier}-{suffix}"


def with_content_suffix(identifier: str, *content: str) -> str:
    """The same content always gives the same suffix, so that an import can be sent again."""
    digest = int.from_bytes(sha256("\x00".join(content).encode()).digest()[:8])
    suffix = ""
    for _ in range(SUFFIX_CHARACTERS):
        digest, index = divmod(digest, len(SUFFIX_ALPHABET))
        suffix += SUFFIX_ALPHABET[index]
    return f"{identifier}-{suffix}"
