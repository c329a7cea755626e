"""Bodies, read more strictly than Python's json module does.

Powertools would answer malformed JSON with 422, and some hostile bodies with 500 (docs/design.md,
"Powertools").
"""

from __future__ import annotations

import base64
import json
import math
from collections import Counter
from typing import TYPE_CHECKING, Any

from parity.core.text import REPLACEMENT_CHARACTER
from parity.http.problem import Problem, shorten_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    BodyReader = Callable[[str], Any]
    """Reads the text of a body into the JSON value that an operation takes. Raises RequestRefusedError."""

MAX_DEPTH = 32


class RequestRefusedError(Exception):
    """The body cannot be read; `problem` is the answer."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


def parse_body(content: bytes, content_type: str, accepts: Mapping[str, BodyReader]) -> Any:  # noqa: ANN401
    """The value of a body, read by its content type. Raises RequestRefusedError."""
    media_type = content_type.split(";", maxsplit=1)[0].strip().lower()
    if media_type not in accepts:
        raise RequestRefusedError(_unsupported(media_type, accepts))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _bad_body("invalid_encoding", f"The body is not UTF-8: byte {error.start} is wrong.") from error
    return accepts[media_type](text)


def read_json(text: str) -> Any:  # noqa: ANN401
    """The value of a JSON text. Raises RequestRefusedError if it is not JSON or cannot be stored."""
    if REPLACEMENT_CHARACTER in text:  # what the gateway makes of bytes that are not UTF-8
        raise _bad_body("invalid_encoding", "The body holds U+FFFD: it was not valid UTF-8 when it was sent.")
    value = parse_json(text)
    check_values(value)
    return value


def parse_json(text: str) -> Any:  # noqa: ANN401
    """As `read_json`, without the check of the values in it (`check_values`)."""
    try:
        value = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_make_object)
    except RecursionError as error:
        raise _too_deep() from error
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise _bad_body("invalid_json", f"The body is not JSON: {error.msg} at {where}.") from error
    except ValueError as error:
        raise _bad_body("invalid_json", f"The body is not JSON that can be kept: {error}.") from error
    return value


def read_object(text: str) -> Any:  # noqa: ANN401
    """A JSON object. Powertools would accept an array with one object in place of it."""
    value = read_json(text)
    if not isinstance(value, dict):
        raise _bad_body("invalid_request", "The body must be a JSON object.")
    return value


def read_array(text: str) -> Any:  # noqa: ANN401
    value = read_json(text)
    if not isinstance(value, list):
        raise _bad_body("invalid_request", "The body must be a JSON array.")
    return value


JSON: Mapping[str, BodyReader] = {"application/json": read_object}


def check_values(value: Any) -> None:  # noqa: ANN401
    """Raises RequestRefusedError if a value within cannot be stored or shown, or is nested too deep."""
    pending = [(value, 1)]
    while pending:
        current, depth = pending.pop()
        if depth > MAX_DEPTH:
            raise _too_deep()
        match current:
            case dict():
                pending += [(part, depth + 1) for pair in current.items() for part in pair]
            case list():
                pending += [(part, depth + 1) for part in current]
            case str() if not _is_unicode(current):
                raise _bad_body("invalid_json", "The body holds half a surrogate pair (\\ud800 to \\udfff).")
            case float() if not math.isfinite(current):
                raise _bad_body("invalid_json", "The body holds a number that is too large.")


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _make_object(members: list[tuple[str, Any]]) -> dict[str, Any]:
    """Python would keep the last of two members of one name, and another reader the first."""
    made = dict(members)
    if len(made) < len(members):
        repeated = next(name for name, times in Counter(name for name, _ in members).items() if times > 1)
        raise ValueError(f"{shorten_text(repeated)} is given twice in one object")
    return made


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON value")


def body_bytes(event: Mapping[str, Any]) -> bytes:
    body = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return body.encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(body, validate=True)
    except ValueError as error:
        raise _bad_body("invalid_encoding", "The body is marked as base64 and is not.") from error


def _bad_body(code: str, detail: str) -> RequestRefusedError:
    return RequestRefusedError(Problem(400, code, detail, pointers={"": detail}))


def _too_deep() -> RequestRefusedError:
    return _bad_body("invalid_json", f"The body is nested deeper than {MAX_DEPTH} levels.")


def _unsupported(media_type: str, accepts: Mapping[str, BodyReader]) -> Problem:
    detail = (
        f"The body is {media_type or 'of no stated type'}; send it as Content-Type {' or '.join(accepts)}."
    )
    return Problem(415, "unsupported_media_type", detail)
