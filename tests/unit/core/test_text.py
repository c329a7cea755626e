"""The text of names: every script is welcome, what cannot be stored or shown is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parity.core.text import MAX_CHARACTERS, checked_text


@pytest.mark.parametrize(
    "text", ["a", "&", "🎉👩‍👩‍👧", "שלום", "e\u0301", "نور", "a" * 255, "\U0001d4b3" * 255]
)
def test_text_of_any_script_is_kept_as_it_is(text: str) -> None:
    assert checked_text(text) == text


def test_white_space_around_the_text_is_not_part_of_it() -> None:
    assert checked_text("\t\u00a0 Acme  Inc \u3000\n") == "Acme  Inc"
    assert checked_text(" " * 300 + "a") == "a"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "must not be empty"),
        (" \t\u3000", "must not be empty"),
        ("a" * 256, "at most 255 characters; it has 256"),
        ("a\x00b", r"control character \(U\+0000\)"),
        ("a\tb", r"control character \(U\+0009\)"),
        ("a\x9fb", r"control character \(U\+009F\)"),
        ("a\ud800", r"surrogate pair \(U\+D800\)"),
        ("a\u2028b", "line separator"),
        ("a\u2029b", "paragraph separator"),
        ("\ufffd", "not valid UTF-8"),
    ],
)
def test_text_that_cannot_be_shown_is_refused(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        checked_text(text)


@given(st.text(max_size=300))
def test_accepted_text_can_be_stored_and_is_accepted_again(text: str) -> None:
    try:
        accepted = checked_text(text)
    except ValueError:
        return
    assert accepted.encode().decode() == accepted
    assert 0 < len(accepted) <= MAX_CHARACTERS
    assert checked_text(accepted) == accepted
