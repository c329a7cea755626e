"""Field types that several models share: a check of `core`, and the schema that the API shows for it."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Annotated, Any

from parity.core.identifiers import FORBIDDEN, RESERVED, checked_identifier
from parity.core.numbers import read_integer
from parity.core.spellings import to_camel_case
from parity.core.text import (
    MAX_CHARACTERS,
    MAX_DESCRIPTION_CHARACTERS,
    checked_description,
    repaired_text,
)
from parity.core.times import to_iso
from parity.http.declarations import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    SkipJsonSchema,
    StrictInt,
    WithJsonSchema,
)

UNPRINTABLE = r"\u0000-\u001F\u007F-\u009F\u2028\u2029\uFFFD"
"""What `checked_text` refuses, as part of a character class."""

UNREPAIRABLE = r"\u0000-\u001F\u007F\u0081\u008D\u008F\u0090\u009D\u2028\u2029\uFFFD"
"""What `repaired_text` refuses: the other control characters are letters of Windows."""


def _text_pattern(refused: str, also: str = "") -> str:
    """Any text with a character that is no white space, without the refused ones in between."""
    part = rf"(?:{also}|[^{refused}])" if also else f"[^{refused}]"
    return rf"^\s*[^\s{refused}](?:{part}*[^\s{refused}])?\s*$"


TEXT_PATTERN = _text_pattern(UNREPAIRABLE)
PRINTABLE_PATTERN = _text_pattern(UNPRINTABLE)
DESCRIPTION_PATTERN = _text_pattern(UNPRINTABLE, also=r"\r?\n")
IDENTIFIER_PATTERN = (
    rf"^[^\s{UNPRINTABLE}{FORBIDDEN}](?:[^{UNPRINTABLE}{FORBIDDEN}]*[^\s{UNPRINTABLE}{FORBIDDEN}])?$"
)
MAX_METADATA_BYTES = 16 * 1024
MAX_EMAIL_CHARACTERS = 254
"""Of RFC 5321. The time that the check takes grows faster than the text, so the length is checked first."""

DIGITS = re.compile(r"-?\d+", re.ASCII)


class RequestModel(BaseModel):
    """Accepts camelCase and snake_case (docs/contract.md T1), and refuses unknown fields."""

    model_config = ConfigDict(alias_generator=to_camel_case, populate_by_name=True, extra="forbid")


class ResponseModel(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel_case, populate_by_name=True)


def _checked_email(email: str) -> str:
    if len(email) > MAX_EMAIL_CHARACTERS:
        raise ValueError(f"must have at most {MAX_EMAIL_CHARACTERS} characters; it has {len(email)}.")
    # Compiling its patterns takes a twentieth of a start, and most requests have no email.
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415

    try:
        return validate_email(email, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError as error:
        raise ValueError(f"is not an email address: {error}") from error


def _checked_metadata(metadata: dict[str, Any]) -> dict[str, Any]:
    size = len(json.dumps(metadata, ensure_ascii=False).encode())
    if size > MAX_METADATA_BYTES:
        raise ValueError(f"must have at most {MAX_METADATA_BYTES} bytes as JSON; it has {size}.")
    return metadata


def _check_digits(number: Any) -> Any:  # noqa: ANN401
    """Only digits with an optional sign: pydantic would accept `1_000` and `5.0`, too."""
    if isinstance(number, str) and not DIGITS.fullmatch(number):
        raise ValueError("must be a whole number.")
    return number


def _schema(**schema: Any) -> WithJsonSchema:  # noqa: ANN401
    return WithJsonSchema({"type": "string", **schema})


WholeNumber = Annotated[int, BeforeValidator(_check_digits)]
"""A number in a query or a path, which arrives as text."""

Text = Annotated[
    str, AfterValidator(repaired_text), _schema(minLength=1, maxLength=MAX_CHARACTERS, pattern=TEXT_PATTERN)
]
Description = Annotated[
    str,
    AfterValidator(checked_description),
    _schema(minLength=1, maxLength=MAX_DESCRIPTION_CHARACTERS, pattern=DESCRIPTION_PATTERN),
]
Email = Annotated[
    str, AfterValidator(_checked_email), _schema(format="email", maxLength=MAX_EMAIL_CHARACTERS)
]
Identifier = Annotated[
    str,
    AfterValidator(checked_identifier),
    _schema(
        minLength=1,
        maxLength=MAX_CHARACTERS,
        pattern=IDENTIFIER_PATTERN,
        **{"not": {"enum": sorted(RESERVED)}},
        description=f"Unique for ever, never changed, without {' '.join(FORBIDDEN)} and control characters.",
    ),
]
Metadata = Annotated[
    dict[str, Any],
    AfterValidator(_checked_metadata),
    Field(description="Any JSON object of at most 16 KB; replaced as a whole."),
]


def _read_integer(value: Any) -> Any:  # noqa: ANN401
    integer = read_integer(value)
    return value if integer is None else integer


Integer = Annotated[StrictInt, BeforeValidator(_read_integer)]
"""A JSON integer in any notation: 3, 3.0 and 3e0 mean the same (docs/decisions/0036)."""

Ignored = Annotated[SkipJsonSchema[Any], Field(exclude=True)]
"""A field that clients of other services send and that has no meaning here."""

Timestamp = Annotated[datetime, PlainSerializer(to_iso), _schema(format="date-time")]
