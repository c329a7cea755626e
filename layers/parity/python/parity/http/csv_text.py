"""Answers as CSV (RFC 4180), which people open in spreadsheets."""

from __future__ import annotations

import csv
import unicodedata
from decimal import Decimal
from io import StringIO
from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

CONTENT_TYPE = "text/csv; charset=utf-8"
FORMULA_SIGNS = frozenset("=+-@\N{MINUS SIGN}")
LINE_SIGNS = ("\t", "\r", "\n")


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The header and the rows, each line ended by CR LF; None is an empty cell.

    Text that a spreadsheet would run as a formula gets an apostrophe before it, numbers never do.
    """
    text = StringIO(newline="")
    csv.writer(text).writerows([_cell(value) for value in row] for row in chain([header], rows))
    return text.getvalue()


def is_formula(text: str) -> bool:
    """Whether a spreadsheet may run the text: it also reads full-width signs, and past leading spaces."""
    first = unicodedata.normalize("NFKC", text.lstrip()[:1])
    return text.startswith(LINE_SIGNS) or first in FORMULA_SIGNS


def _cell(value: object) -> object:
    match value:
        case str() if is_formula(value):
            return f"'{value}"
        case Decimal():
            return f"{value:f}"  # without an exponent, which not every reader of CSV knows
        case _:
            return value
