"""Pages of rows that are all at hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parity.core.errors import PageNotFoundError
from parity.core.paging import Page, PageRequest, paginate

ROWS = st.lists(st.text(min_size=1, max_size=3), unique=True).map(sorted)


def page(rows: list[str], request: PageRequest) -> Page[str]:
    return paginate(rows, rows, request)


@given(ROWS, st.integers(1, 5))
def test_following_next_and_then_previous_shows_every_row_once_each_way(rows: list[str], size: int) -> None:
    there = [page(rows, PageRequest(size))]
    while there[-1].next:
        there.append(page(rows, PageRequest(size, position=there[-1].next)))
    assert [row for found in there for row in found.rows] == rows
    assert there[0].previous is None
    back = there[-1:]
    while back[-1].previous:
        back.append(page(rows, PageRequest(size, position=back[-1].previous, backward=True)))
    assert [found.rows for found in reversed(back)] == [found.rows for found in there]


@given(ROWS, st.integers(1, 5))
def test_a_page_by_number_is_the_one_that_next_leads_to(rows: list[str], size: int) -> None:
    found = page(rows, PageRequest(size))
    number = 1
    while found.next:
        number += 1
        found = page(rows, PageRequest(size, position=found.next))
        assert page(rows, PageRequest(size, number)) == found
    with pytest.raises(PageNotFoundError):
        page(rows, PageRequest(size, number + 1))


def test_a_position_whose_row_is_gone_leads_on_from_where_it_was() -> None:
    rows = ["a", "c", "e"]
    assert page(rows, PageRequest(2, position="b")).rows == ["c", "e"]
    assert page(rows, PageRequest(2, position="d", backward=True)).rows == ["a", "c"]
    beyond = page(rows, PageRequest(2, position="z"))
    assert (beyond.rows, beyond.next, beyond.previous) == ([], None, None)


def test_a_page_by_number_skips_the_pages_before_it() -> None:
    assert PageRequest(10).skipped == 0
    assert PageRequest(10, number=4).skipped == 30


def test_a_page_by_position_skips_nothing() -> None:
    assert PageRequest(10, number=4, position="2026-03").skipped == 0
