"""Answers as CSV (RFC 4180), which people open in spreadsheets."""

from __future__ import annotations

import csv
from decimal import Decimal
from io import StringIO
from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

CONTENT_TYPE = "text/csv; charset=utf-8"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The header and the rows, each line ended by CR LF; None is an empty cell.

    Text that a spreadsheet would run as a formula gets an apostrophe before it, numbers never do.
    """
    text = StringIO(newline="")
    csv.writer(text).writerows([_cell(value) for value in row] for row in chain([header], rows))
    return text.getvalue()


def _cell(value: object) -> object:
    match value:
        case str() if value.startswith(FORMULA_STARTS):
            return f"'{value}"
        case Decimal():
            return f"{value:f}"  # without an exponent, which not every reader of CSV knows
        case _:
            return value
