"""Dates that callers give and that have to be ahead."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from parity.core.errors import FieldProblem, InvalidFieldsError

if TYPE_CHECKING:
    from datetime import datetime

MAX_YEARS_AHEAD = 10
MAX_AHEAD = timedelta(days=366 * MAX_YEARS_AHEAD)


def coming(field: str, moment: datetime, now: datetime) -> datetime:
    if moment <= now:
        raise InvalidFieldsError(FieldProblem(field, "must not be in the past."))
    if moment - now > MAX_AHEAD:
        raise InvalidFieldsError(FieldProblem(field, f"must be within {MAX_YEARS_AHEAD} years."))
    return moment
