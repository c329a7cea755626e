"""Identifiers: chosen by the caller or derived from a name, unique for ever, never changed.

Clients put identifiers into URL paths without escaping them (docs/contract.md T15). So characters with a
meaning in URLs are forbidden.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from hashlib import sha256
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote

from parity.core.text import MAX_CHARACTERS, checked_text

if TYPE_CHECKING:
    from collections.abc import Callable

Created = TypeVar("Created")

FORBIDDEN = "/?#%"
RESERVED = frozenset({".", "..", "identifier", "import"})
"""`.` and `..` collapse in URLs; `identifier` and `import` are paths beside those of customers."""

MAX_ENCODED_BYTES = 1200
"""Percent-encoded. API Gateway refuses a request whose method ARN, with its path, is over 1,600 bytes."""

MAX_COMPOSED_CHARACTERS = 4
"""As many characters may become one in the composed form, such as alpha with two accents and iota."""

MAX_DERIVED_CHARACTERS = 64
FALLBACK = "customer"
MAX_SLUG_CHARACTERS = 100
SLUG = re.compile(r"[a-z0-9][a-z0-9_-]*")
"""Identifiers of features and plans: the vendor's own pattern (docs/contract.md, "Customers")."""

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
SUFFIX_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
SUFFIX_CHARACTERS = 5


def normalize_identifier(identifier: str) -> str:
    """The composed form (NFC), so that `é` as one character and as two is the same identifier.

    A text that is too long in any form stays as it is: composing can take time in proportion to the square of
    its length.
    """
    if len(identifier) > MAX_CHARACTERS * MAX_COMPOSED_CHARACTERS:
        return identifier
    return unicodedata.normalize("NFC", identifier)


def checked_identifier(identifier: str) -> str:
    """The identifier in its composed form. Raises ValueError with what is wrong with it."""
    if identifier != identifier.strip():
        raise ValueError("must not start or end with white space.")
    identifier = checked_text(normalize_identifier(identifier))
    if found := sorted(set(FORBIDDEN) & set(identifier)):
        raise ValueError(f"must not contain {' '.join(found)} (it is part of URLs).")
    if (size := len(quote(identifier))) > MAX_ENCODED_BYTES:
        raise ValueError(f"must have at most {MAX_ENCODED_BYTES} bytes as part of a URL; it has {size}.")
    if identifier in RESERVED:
        raise ValueError(f"must not be {identifier!r}, which has a meaning in URLs.")
    return identifier


def is_possible_identifier(identifier: str) -> bool:
    """Whether it is neither empty nor too long; anything else is safe to look up in the table."""
    return 0 < len(identifier) <= MAX_CHARACTERS


def is_possible_slug(identifier: str) -> bool:
    """As `is_possible_identifier`, for a feature or plan. A sort key holds it even if it is not ASCII."""
    return 0 < len(identifier) <= MAX_SLUG_CHARACTERS


def derive_identifier(name: str, fallback: str = FALLBACK) -> str:
    """A slug of the name that is a valid identifier: `Café Zoë` gives `cafe-zoe`.

    The same name always gives the same slug. A name without letters and digits gives the fallback.
    """
    from anyascii import anyascii  # noqa: PLC0415 - checks import this module and derive nothing

    words = re.findall(r"[a-z0-9]+", anyascii(name).lower())
    slug = "-".join(words)[:MAX_DERIVED_CHARACTERS].strip("-") or fallback
    return f"{fallback}-{slug}" if slug in RESERVED or is_uuid(slug) else slug


def create_with_identifier(
    create: Callable[[str], Created],
    identifier: str | None,
    name: str,
    in_use: type[Exception],
    fallback: str = FALLBACK,
) -> Created:
    """Creates something with the identifier that a caller chose, or with one that is derived from the name.

    A derived one gets a random suffix if `create` raises `in_use`. Raises `in_use` for a chosen one.
    """
    if identifier:
        return create(identifier)
    derived = derive_identifier(name, fallback)
    try:
        return create(derived)
    except in_use:
        return create(with_random_suffix(derived))


def is_uuid(text: str) -> bool:
    return bool(UUID.fullmatch(text))


def checked_slug(identifier: str) -> str:
    """An identifier of a feature or plan. Raises ValueError with what is wrong with it.

    It must not look like an id (a UUID), because paths and bodies accept either.
    """
    if len(identifier) > MAX_SLUG_CHARACTERS:
        raise ValueError(f"must have at most {MAX_SLUG_CHARACTERS} characters; it has {len(identifier)}.")
    if not SLUG.fullmatch(identifier):
        raise ValueError("must be of a to z, 0 to 9, - and _, and start with a letter or digit.")
    if is_uuid(identifier):
        raise ValueError("must not look like an id.")
    return identifier


def with_random_suffix(identifier: str) -> str:
    suffix = "".join(secrets.choice(SUFFIX_ALPHABET) for _ in range(SUFFIX_CHARACTERS))
    return f"{identifier}-{suffix}"


def with_content_suffix(identifier: str, *content: str) -> str:
    """The identifier with a suffix made of the content.

    The same row of an import gets the same identifier each time.
    """
    return f"{identifier}-{content_suffix(*content)}"


def content_suffix(*content: str) -> str:
    """Five characters that are the same for the same content; one of 24 million."""
    digest = int.from_bytes(sha256("\x00".join(content).encode()).digest()[:8])
    suffix = ""
    for _ in range(SUFFIX_CHARACTERS):
        digest, index = divmod(digest, len(SUFFIX_ALPHABET))
        suffix += SUFFIX_ALPHABET[index]
    return suffix
