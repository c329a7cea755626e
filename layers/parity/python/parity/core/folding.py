"""Text without case and accents, as searches compare it."""

from __future__ import annotations

import unicodedata

from anyascii import anyascii


def fold_text(text: str) -> str:
    """Lower case without accents, in the script it was written in: `Łódź` gives `lodz`, `京都` stays."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(map(_folded_character, decomposed))


def _folded_character(character: str) -> str:
    if character.isascii():
        return character
    if unicodedata.combining(character):
        return ""
    if unicodedata.name(character, "").startswith("LATIN "):
        return anyascii(character).lower()
    return character
