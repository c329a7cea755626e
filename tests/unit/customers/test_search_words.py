"""Search words: the tokens of a customer, which is found by the beginning of any of its words."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from parity.customers.rules.customers import archive_customer, erase_customer
from parity.customers.rules.search_words import (
    MAX_WORDS,
    customer_tokens,
    query_words,
    searchable_beginning,
)
from tests.support.builders.customers import CREATED_ON, make_customer

LETTERS = "aAbBzZ09éÉüßŁøİΣς京都대한नمनशмЖ"
word = st.text(alphabet=LETTERS + "-'._&", min_size=1, max_size=8).filter(lambda text: text.strip("-'._&"))
names = st.lists(word, min_size=1, max_size=4).map(" ".join)
identifiers = st.text(alphabet="abcAB012-_.@é", min_size=1, max_size=12)
locals_ = st.from_regex(r"[a-zA-Z0-9_+-]{1,6}(\.[a-z0-9_]{1,4})?", fullmatch=True)
emails = st.builds("{}@{}.example".format, locals_, st.from_regex(r"[a-z0-9]{1,8}", fullmatch=True))
anything = st.text(min_size=1, max_size=255)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ()),
        (" \t ", ()),
        ("Acme", ("acme",)),
        ("acme ACME ac", ("acme",)),
        ("(Müller), & Söhne!", ("&", "muller", "sohne")),
        ("zeta alpha", ("alpha", "zeta")),
        ("...", ("...",)),
    ],
)
def test_a_search_drops_words_that_begin_another_word(text: str, words: tuple[str, ...]) -> None:
    assert query_words(text) == words


def test_a_customer_is_found_by_its_identifier_email_domain_and_the_parts_of_its_name() -> None:
    acme = make_customer("Coca-Cola, Inc.", customer_id="acct-7731", email="Ops@Coke.example")
    assert customer_tokens(acme) == (
        "acct-7731",
        "coca-cola",
        "coke.example",
        "cola",
        "inc",
        "ops@coke.example",
    )


def beginnings(text: str) -> list[str]:
    return [text[:end] for end in range(1, len(text) + 1)]


def finds(query: str, tokens: tuple[str, ...]) -> bool:
    return all(any(token.startswith(word) for token in tokens) for word in query_words(query))


@given(name=names, customer_id=identifiers, email=emails)
@example(name="Acme", customer_id="acme", email="_ops@acme.example")
def test_every_beginning_of_every_word_finds_the_customer(name: str, customer_id: str, email: str) -> None:
    tokens = customer_tokens(make_customer(name, customer_id=customer_id, email=email))
    local, _, domain = email.partition("@")
    for term in (*name.split(), customer_id, email, local, domain):
        for query in beginnings(term):
            letters = query.strip("-'._&+@")
            assert not letters or finds(query, tokens), f"{query!r} of {term!r}: {tokens}"


@given(name=anything, customer_id=anything, email=st.none() | emails)
def test_tokens_are_few_short_without_spaces_and_none_begins_another(
    name: str, customer_id: str, email: str | None
) -> None:
    tokens = customer_tokens(make_customer(name, customer_id=customer_id, email=email))
    assert len(tokens) <= MAX_WORDS
    assert all(0 < len(token) <= 100 and " " not in token for token in tokens)
    assert not any(two.startswith(one) or one.startswith(two) for one, two in combinations(tokens, 2))
    assert list(tokens) == sorted(tokens)


def test_words_of_the_identifier_and_the_email_are_kept_before_those_of_a_long_name() -> None:
    name = " ".join(f"{number:03}" for number in range(60))
    tokens = customer_tokens(make_customer(name, customer_id="zz-top", email="zz@zebra.example"))
    assert len(tokens) == MAX_WORDS
    assert {"zz-top", "zz@zebra.example", "zebra.example"} <= set(tokens)
    assert "020" in tokens


def test_an_erased_customer_has_no_tokens() -> None:
    archived = archive_customer(make_customer("Ilse Vogt", email="ilse@vogt.example"), CREATED_ON)
    assert customer_tokens(archived) != ()
    assert customer_tokens(erase_customer(archived, CREATED_ON)) == ()


def test_long_words_are_cut_in_tokens_and_in_searches_alike() -> None:
    tokens = customer_tokens(make_customer("x" * 150, customer_id="y" * 200))
    assert tokens == ("x" * 100, "y" * 100)
    assert finds("x" * 150, tokens)


@pytest.mark.parametrize(
    ("word", "beginning"),
    [
        ("acme", "ac"),
        ("ac", "ac"),
        ("a", None),
        ("&", None),
        ("ト", None),
        ("トヨタ", "トヨ"),
        ("京", "京"),
        ("京都大学", "京"),
        ("a京", "a京"),
        ("\U00020000x", "\U00020000"),
    ],
)
def test_a_search_has_to_know_two_characters_or_a_chinese_one(word: str, beginning: str | None) -> None:
    assert searchable_beginning(word) == beginning


@given(text=anything, end=st.integers(1, 20))
def test_the_beginning_of_a_token_is_that_of_every_search_that_finds_it(text: str, end: int) -> None:
    for token in query_words(text):
        word = token[:end]
        assert searchable_beginning(word) in {None, searchable_beginning(token)}
