"""Which words find a customer.

A customer is found by the beginning of any word of its name, of its email (whole, or the domain) or of its
identifier. Case and accents do not matter (docs/http.md, "Lists"). The search index stores words as tokens. A
word that is the beginning of another word has no token: the token `acme` finds both `ac` and `acme`.

A search needs two characters, because a single letter finds a large part of all customers. A Chinese
character is enough by itself, because it finds as few as two letters do (docs/decisions/0066).
"""

from __future__ import annotations

import re
import unicodedata
from itertools import islice
from typing import TYPE_CHECKING

from parity.core.folding import fold_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from parity.customers.rules.customers import Customer

MAX_WORDS = 24
"""How many words of a customer are searched (docs/http.md, "Lists"): one request of 25 writes them."""

MIN_CHARACTERS = 2

MAX_WORD_CHARACTERS = 100
EDGE_PUNCTUATION = r"""!"#$%&'()*+,-./:;<=>?@[\]^_`{|}~"""


def query_words(text: str) -> tuple[str, ...]:
    """The words of a search, without those that are the beginning of another one."""
    return _without_prefixes(_split_words(text))


def searchable_beginning(word: str) -> str | None:
    """Its first two characters, or one that is Chinese; None if the word is too short to search for.

    It is the part of the word that a search has to know, so entries are stored by it.
    """
    if _is_ideograph(word[0]):
        return word[0]
    return word[:MIN_CHARACTERS] if len(word) >= MIN_CHARACTERS else None


def _is_ideograph(character: str) -> bool:
    return unicodedata.name(character, "").startswith("CJK UNIFIED")


def customer_tokens(customer: Customer) -> tuple[str, ...]:
    """The tokens that find this customer, sorted: at most 24, of at most 100 characters each.

    An erased customer has none: its identifier may be made of its name.
    """
    if customer.is_erased:
        return ()
    return _without_prefixes(islice(dict.fromkeys(_customer_words(customer)), MAX_WORDS))


def _customer_words(customer: Customer) -> Iterable[str]:
    """Words of the identifier and the email come first, because only the first MAX_WORDS are searched."""
    yield from _split_words(customer.customer_id)
    if customer.email:
        yield from _split_words(customer.email)
        yield from _split_words(customer.email.rpartition("@")[2])
    for word in _split_words(customer.name):
        yield word
        yield from re.findall(r"[^\W_]+", word)


def _split_words(text: str) -> Iterable[str]:
    """Words between white space, without punctuation at their ends. A word that is all punctuation stays."""
    for word in fold_text(text).split():
        yield (word.strip(EDGE_PUNCTUATION) or word)[:MAX_WORD_CHARACTERS]


def _without_prefixes(words: Iterable[str]) -> tuple[str, ...]:
    """The words, sorted, without those that are the beginning of another one."""
    kept: list[str] = []
    for word in sorted(set(words), reverse=True):
        if not (kept and kept[-1].startswith(word)):
            kept.append(word)
    return tuple(reversed(kept))
