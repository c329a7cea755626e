"""Idempotency-Keys and fingerprints of requests, for handlers with and without a resolver."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from parity.core.errors import FieldProblem, InvalidFieldsError
from parity.core.spellings import to_camel_case

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

NAME = "Idempotency-Key"
MAX_KEY_CHARACTERS = 255
REPLAYED = {"Idempotent-Replayed": "true"}
FREE_FORM = "metadata"
"""The one field whose members are the caller's own: there `job_id` and `jobId` are two names."""


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


def fingerprint(method: str, path: str, body: Any) -> str:  # noqa: ANN401
    """A hash that is equal for requests with the same meaning only (docs/decisions/0036).

    `body` is the JSON value that was read, or None. No body means the same as `{}`.
    """
    meaning = json.dumps(_normalize({} if body is None else body, to_camel_case), sort_keys=True)
    return sha256(f"{method}\n{path}\n{meaning}".encode()).hexdigest()


def _normalize(value: Any, rename: Callable[[str], str]) -> Any:  # noqa: ANN401
    """The value with its names renamed, and with an integer in place of a number such as 1.0 or 1e2."""
    match value:
        case dict():
            return {
                rename(name): _normalize(part, str if name == FREE_FORM else rename)
                for name, part in value.items()
            }
        case list():
            return [_normalize(part, rename) for part in value]
        case float() if value.is_integer():
            return int(value)
    return value
