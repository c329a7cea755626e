"""What a page request skips."""

from __future__ import annotations

from parity.core.paging import PageRequest


def test_a_page_by_number_skips_the_pages_before_it() -> None:
    assert PageRequest(10).skipped == 0
    assert PageRequest(10, number=4).skipped == 30


def test_a_page_by_position_skips_nothing() -> None:
    assert PageRequest(10, number=4, position="2026-03").skipped == 0
