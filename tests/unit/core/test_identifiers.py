"""Identifiers: what may be one, and how one is derived from a name."""

from __future__ import annotations

import csv
import re
import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from parity.core.identifiers import (
    RESERVED,
    checked_identifier,
    derive_identifier,
    normalize_identifier,
    with_content_suffix,
    with_random_suffix,
)
from parity.core.text import checked_text
from tests.support import ROOT

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@pytest.fixture(scope="module")
def university_names() -> list[str]:
    with (ROOT / "local" / "seed" / "demo" / "universities.csv").open(encoding="utf-8", newline="") as file:
        return [row["name"] for row in csv.DictReader(file)]


def test_every_university_derives_a_stable_ascii_identifier(university_names: list[str]) -> None:
    assert len(university_names) == 5083
    for name in university_names:
        identifier = derive_identifier(name)
        assert SLUG.fullmatch(identifier), name
        assert checked_identifier(identifier) == identifier
        assert derive_identifier(name) == identifier


@pytest.mark.parametrize(
    ("name", "identifier"),
    [
        ("Acme Robotics", "acme-robotics"),
        ("  Müller & Söhne -- GmbH ", "muller-sohne-gmbh"),
        ("Łódź", "lodz"),
        ("京都大学", "jingdoudaxue"),
        ("Москва", "moskva"),
        ("_O'Neil_", "o-neil"),
        ("123", "123"),
    ],
)
def test_a_name_is_transliterated_into_words_with_dashes(name: str, identifier: str) -> None:
    assert derive_identifier(name) == identifier


@pytest.mark.parametrize("name", ["🎉🎉", "☃", "شركة النور", "e\u0301a\u0308", "नमस्ते", "ｆｕｌｌ ｗｉｄｔｈ"])  # noqa: RUF001
def test_a_name_in_any_script_derives_an_identifier_of_its_own(name: str) -> None:
    assert SLUG.fullmatch(derive_identifier(name))
    assert derive_identifier(name) != "customer"


@pytest.mark.parametrize("name", ["&", "...", "--", "\u0301", "\u200b", "\ue000", "/?#%"])
def test_a_name_of_nothing_transliterable_is_called_customer(name: str) -> None:
    assert derive_identifier(name) == "customer"


@pytest.mark.parametrize("name", ["import", "Import", "IMPORT!", "Ímport"])
def test_the_path_of_the_import_is_never_derived(name: str) -> None:
    assert derive_identifier(name) == "customer-import"


def test_the_path_of_the_preview_is_never_derived() -> None:
    assert derive_identifier("Identifier") == "customer-identifier"


def test_a_long_name_is_cut_without_a_dash_at_the_end() -> None:
    assert derive_identifier("a" * 300) == "a" * 64
    assert derive_identifier("a" * 63 + " b") == "a" * 63


@given(st.text(min_size=1, max_size=300))
def test_every_valid_name_derives_a_valid_identifier(name: str) -> None:
    try:
        checked_text(name)
    except ValueError:
        assume(condition=False)
    assert checked_identifier(derive_identifier(name)) == derive_identifier(name)
    assert derive_identifier(name) not in RESERVED


@pytest.mark.parametrize(
    "identifier", ["a", "acct-7731", "user@example.com", "a b", "a+b", "京都", "🎉", "a" * 255]
)
def test_an_identifier_may_be_in_any_script(identifier: str) -> None:
    assert checked_identifier(identifier) == identifier


@pytest.mark.parametrize(
    ("identifier", "reason"),
    [
        ("", "must not be empty"),
        ("   ", "white space"),
        (" a", "white space"),
        ("a\n", "white space"),
        ("a/b", "must not contain /"),
        ("a?", r"must not contain \?"),
        ("#a", "must not contain #"),
        ("a%2Fb", "must not contain %"),
        (".", "meaning in URLs"),
        ("..", "meaning in URLs"),
        ("import", "meaning in URLs"),
        ("identifier", "meaning in URLs"),
        ("a" * 256, "at most 255"),
        ("a\x00b", r"U\+0000"),
        ("a\x7fb", r"U\+007F"),
        ("a\ud800b", "surrogate"),
        ("a\u2028b", "line separator"),
        ("a\ufffdb", r"U\+FFFD"),
    ],
)
def test_what_would_break_a_url_or_cannot_be_stored_is_no_identifier(identifier: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        checked_identifier(identifier)


def test_composed_and_decomposed_accents_are_the_same_identifier() -> None:
    assert checked_identifier("cafe\u0301") == checked_identifier("caf\u00e9") == "caf\u00e9"


@given(st.text(min_size=1, max_size=300))
def test_a_checked_identifier_is_one_that_passes_again(text: str) -> None:
    try:
        identifier = checked_identifier(text)
    except ValueError:
        assume(condition=False)
    assert checked_identifier(identifier) == identifier
    assert unicodedata.is_normalized("NFC", identifier)


def test_an_identifier_is_measured_in_the_spelling_that_is_kept() -> None:
    """Some characters are longer composed than as they were sent; a key has room for 2,048 bytes."""
    with pytest.raises(ValueError, match="at most 255"):
        checked_identifier("\U0001d160" * 255)


def test_the_same_content_always_gives_the_same_suffix() -> None:
    suffixed = with_content_suffix("acme", "Acme", "a@example.com")
    assert suffixed == with_content_suffix("acme", "Acme", "a@example.com") == "acme-j7x4a"
    assert re.fullmatch(r"acme-[2-9a-z]{5}", suffixed)


def test_other_content_gives_another_suffix() -> None:
    contents = [("Acme", "a@example.com"), ("Acme", "b@example.com"), ("Acme", ""), ("Acm", "ea@example.com")]
    assert len({with_content_suffix("acme", *content) for content in contents}) == len(contents)


def test_random_suffixes_differ_and_give_valid_identifiers() -> None:
    suffixed = {with_random_suffix("acme") for _ in range(50)}
    assert len(suffixed) == 50
    assert all(checked_identifier(identifier) == identifier for identifier in suffixed)


def test_the_longest_identifier_in_its_longest_form_is_composed() -> None:
    composed = "\N{GREEK SMALL LETTER ALPHA WITH PSILI AND VARIA AND YPOGEGRAMMENI}" * 255
    decomposed = unicodedata.normalize("NFD", composed)
    assert len(decomposed) == 4 * 255
    assert normalize_identifier(decomposed) == composed
    too_long = decomposed + "a\N{COMBINING ACUTE ACCENT}"
    assert normalize_identifier(too_long) == too_long
