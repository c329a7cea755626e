"""Cursors: whatever position goes in comes out, and nothing else is accepted."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parity.core.errors import InvalidCursorError
from parity.http.paging import MAX_POSITION_BYTES, decode_cursor, encode_cursor

URL_CHARACTERS = string.ascii_letters + string.digits + "-_"
POSITION = "2026-03-02T09:15:04.120450Z#6f0d2c1e-41b7-4c57-9a0e-2f3d8b7a5510"
CURSOR = encode_cursor(">", POSITION, "status=active")

directions = st.sampled_from("<>")
texts = st.text()
positions = st.text(min_size=1, max_size=MAX_POSITION_BYTES // 4)


@given(directions, positions, texts)
def test_a_cursor_gives_back_its_direction_and_position(direction: str, position: str, scope: str) -> None:
    cursor = encode_cursor(direction, position, scope)
    assert decode_cursor(cursor, scope) == (direction, position)
    assert set(cursor) <= set(URL_CHARACTERS)


@pytest.mark.parametrize("position", range(len(CURSOR)))
def test_a_cursor_with_one_changed_character_is_refused(position: int) -> None:
    for other in set(URL_CHARACTERS + "=+/ é") - {CURSOR[position]}:
        with pytest.raises(InvalidCursorError):
            decode_cursor(CURSOR[:position] + other + CURSOR[position + 1 :], "status=active")


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "=",
        CURSOR[:-1],
        CURSOR[1:],
        CURSOR + "A",
        CURSOR + "=",
        CURSOR + "\n",
        "🎉",
        "AAAA",
        "%",
        "\ud800",
    ],
)
def test_a_cursor_cut_or_made_up_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidCursorError):
        decode_cursor(cursor, "status=active")


@pytest.mark.parametrize(
    "position", ["", "x" * (MAX_POSITION_BYTES + 1), "é" * (MAX_POSITION_BYTES // 2 + 1)]
)
def test_a_made_cursor_whose_position_no_list_has_is_refused(position: str) -> None:
    with pytest.raises(InvalidCursorError):
        decode_cursor(encode_cursor(">", position, "status=active"), "status=active")


@pytest.mark.parametrize("direction", ["", "=", "é"])
def test_a_made_cursor_without_a_direction_is_refused(direction: str) -> None:
    with pytest.raises(InvalidCursorError):
        decode_cursor(encode_cursor(direction, POSITION, "status=active"), "status=active")


@given(texts)
def test_any_text_is_refused_as_a_cursor(text: str) -> None:
    with pytest.raises(InvalidCursorError):
        decode_cursor(text, "status=active")


@pytest.mark.parametrize("scope", ["", "status=all", "search=a&status=active"])
def test_a_cursor_of_another_list_is_refused(scope: str) -> None:
    with pytest.raises(InvalidCursorError):
        decode_cursor(CURSOR, scope)
