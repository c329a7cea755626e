"""Which words find a customer.

They are case- and accent-folded prefixes of the words of the name, of the email (whole, local part, domain)
and of the identifier (DESIGN.md section 3). A customer's tokens are what the search index stores; a word that
is the beginning of another needs none of its own: whatever finds the longer one by prefix finds the customer.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from parity.core.folding import fold_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from parity.customers.rules.customers import Customer

MAX_TOKENS = 24
"""Keeps a rename (each token and each first letter, out and in) within one transaction of 100 writes."""

MAX_TOKEN_CHARACTERS = 100
EDGE_PUNCTUATION = r"""!"#$%&'()*+,-./:;<=>?@[\]^_`{|}~"""


def query_words(text: str) -> tuple[str, ...]:
    """The words of a search, without those that another one already implies."""
    return _without_prefixes(_split_words(text))


def customer_tokens(customer: Customer) -> tuple[str, ...]:
    """The tokens that find this customer, sorted: the first 24 of at most 100 characters."""
    return _without_prefixes(islice(dict.fromkeys(_customer_words(customer)), MAX_TOKENS))


def _customer_words(customer: Customer) -> Iterable[str]:
    """The most telling first, since only so many are kept."""
    yield from _split_words(customer.customer_id)
    if customer.email:
        yield from _split_words(customer.email)
        yield from _split_words(customer.email.rpartition("@")[2])
    for word in _split_words(customer.name):
        yield word
        yield from re.findall(r"[^\W_]+", word)


def _split_words(text: str) -> Iterable[str]:
    """White-space separated words without the punctuation around them; pure punctuation stays as it is."""
    for word in fold_text(text).split():
        yield (word.strip(EDGE_PUNCTUATION) or word)[:MAX_TOKEN_CHARACTERS]


def _without_prefixes(words: Iterable[str]) -> tuple[str, ...]:
    """The words, sorted, without any that is a prefix of another."""
    kept: list[str] = []
    for word in sorted(set(words), reverse=True):
        if not (kept and kept[-1].startswith(word)):
            kept.append(word)
    return tuple(reversed(kept))
