"""Texts with characters that cannot be stored, shown or put into a URL, over every text of every body."""

from __future__ import annotations

from collections.abc import Iterator

from tests.support.builders.descriptions import Path, Schema
from tests.support.scenarios.hostile.hostile_request import HostileRequest, every_field, spoil_field

FREE_OPERATIONS = {"entitlements/check_batch", "report/event", "report/events", "report/usage"}
FREE_FIELDS = {
    ("subscriptions/cancel", "cancellationDate"),
    ("features/create", "value"),
    ("grants/create", "featureId"),
    ("reservations/create", "featureId"),
}
"""What is only compared may have any character, such as a text of an event or a name to look up.

A cancellation on no date ignores its date.
"""

NAMES: dict[str, str] = {
    "a line separator": "Ac\N{LINE SEPARATOR}me",
    "a paragraph separator": "Ac\N{PARAGRAPH SEPARATOR}me",
    "a delete character": "Ac\x7fme",
    "an escape sequence": "\x1b[31mAcme",
    "a line break": "Ac\nme",
    "only white space": " \t ",
    "only ideographic spaces": "\N{IDEOGRAPHIC SPACE}" * 3,
    "256 emoji": "🎉" * 256,
}
IDENTIFIERS: dict[str, str] = {
    "a slash": "a/b",
    "a question mark": "a?b",
    "a hash": "a#b",
    "a percent sign": "a%2Fb",
    "one dot": ".",
    "two dots": "..",
    "a reserved word": "import",
    "white space at its end": "acme ",
    "a no-break space at its end": "acme\N{NO-BREAK SPACE}",
    "1,203 bytes of emoji in a URL": "🎉" * 101,
    "a line separator": "a\N{LINE SEPARATOR}b",
}
SLUGS: dict[str, str] = {
    "a Cyrillic letter": "pr\N{CYRILLIC SMALL LETTER O}",
    "a fullwidth letter": "pr\N{FULLWIDTH LATIN SMALL LETTER O}",
    "a fullwidth digit": "pro\N{FULLWIDTH DIGIT ONE}",
    "a capital letter": "Pro",
    "a dotless i": "pr\N{LATIN SMALL LETTER DOTLESS I}",
    "a combining accent": "pro\N{COMBINING ACUTE ACCENT}",
    "a zero width space": "p\N{ZERO WIDTH SPACE}ro",
    "a line break at its end": "pro2\n",
    "a dash at its beginning": "-pro",
    "an id": "6f0d2c1e-41b7-4c57-9a0e-2f3d8b7a5510",
}


def list_unicode_texts() -> Iterator[HostileRequest]:
    for operation, path, schema in every_field():
        if _is_checked_text(operation, path, schema):
            yield spoil_field(operation, path, "a byte of zero", "a\0b")
    for what, text in NAMES.items():
        yield spoil_field("customers/create", ("name",), what, text)
    for what, text in IDENTIFIERS.items():
        yield spoil_field("customers/create", ("customerId",), what, text)
    for what, text in SLUGS.items():
        yield spoil_field("plans/create", ("identifier",), what, text)
        yield spoil_field("features/create", ("identifier",), what, text)


def _is_checked_text(operation: str, path: Path, schema: Schema) -> bool:
    is_free = operation in FREE_OPERATIONS or (operation, path[-1]) in FREE_FIELDS
    return schema["type"] == "string" and "enum" not in schema and "const" not in schema and not is_free
