"""What text fields may hold.

A check refuses only what cannot be stored, shown or put into a URL: every script and every emoji is allowed.
It returns the accepted text, or raises ValueError with a sentence for the person who typed it.
"""

from __future__ import annotations

import unicodedata

MAX_CHARACTERS = 255
MAX_DESCRIPTION_CHARACTERS = 2000
REPLACEMENT_CHARACTER = "\ufffd"
NOT_UTF_8 = "contains U+FFFD: the text was not valid UTF-8 when it was sent."
UNPRINTABLE = {"Cc": "a control character", "Cs": "half a surrogate pair", "Zl": "a line separator",
               "Zp": "a paragraph separator"}  # fmt: skip

WINDOWS_1252 = {
    code: bytes([code]).decode("cp1252")
    for code in range(0x80, 0xA0)
    if bytes([code]).decode("cp1252", "ignore")
}
"""Characters by the control characters, U+0080 to U+009F, that they become when read as Latin-1."""


def repaired_text(text: str) -> str:
    """Does what `checked_text` does, after restoring a text of a Windows file that was read as Latin-1."""
    return checked_text(text.translate(WINDOWS_1252))


def checked_text(text: str) -> str:
    """Text of 1 to 255 characters without control characters, trimmed of white space."""
    text = _sized(text, MAX_CHARACTERS)
    _check_characters(text)
    return text


def checked_description(text: str) -> str:
    """Text of 1 to 2,000 characters that may hold line breaks, trimmed of white space."""
    text = _sized(text.replace("\r\n", "\n"), MAX_DESCRIPTION_CHARACTERS)
    for line in text.split("\n"):
        _check_characters(line)
    return text


def _sized(text: str, most: int) -> str:
    text = text.strip()
    if not text:
        raise ValueError("must not be empty.")
    if len(text) > most:
        raise ValueError(f"must have at most {most} characters; it has {len(text)}.")
    return text


def _check_characters(text: str) -> None:
    for character in text:
        if kind := UNPRINTABLE.get(unicodedata.category(character)):
            raise ValueError(f"must not contain {kind} (U+{ord(character):04X}).")
    if REPLACEMENT_CHARACTER in text:
        raise ValueError(NOT_UTF_8)
