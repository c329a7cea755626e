"""Tallies: partial results of an aggregation, which merge in any order and any grouping.

All arithmetic is exact. A value has at most 15 digits before the point and 9 behind it (`event_values`). A
sum that had more than 60 digits would raise an error instead of being rounded (`parity.core.numbers`).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import partial, reduce
from typing import TYPE_CHECKING, Any, TypeAlias

from parity.catalog.rules.aggregation_functions import Aggregation
from parity.core.numbers import EXACT, Number, add, normalize_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


Latest: TypeAlias = tuple[int, str, Number]
"""The microseconds of the event's timestamp, its idempotency key, and the value."""

Average: TypeAlias = tuple[Number, int]
"""The sum and how many values it has."""

Change: TypeAlias = tuple[int, int, int, int]
"""A counter's version and total before the first change, then those after the last one."""

Tally: TypeAlias = Number | Latest | Average | Change | frozenset[str]
"""A number for COUNT, SUM, MAX and MIN, digests of the values for UNIQUE."""

AVERAGE_DECIMALS = 6
DIGEST_CHARACTERS = 11
"""64 bits in base64url."""


def merge_tallies(aggregation: Aggregation, a: Tally | None, b: Tally | None) -> Tally | None:
    """The tally of two parts together. None is a part in which nothing counted."""
    if a is None or b is None:
        return b if a is None else a
    tally: Tally = TALLY_TYPES[aggregation].merge(a, b)
    return tally


def merge_all_tallies(aggregation: Aggregation, tallies: Iterable[Tally | None]) -> Tally | None:
    tally: Tally | None = reduce(partial(merge_tallies, aggregation), tallies, None)
    return tally


def result(aggregation: Aggregation, tally: Tally | None) -> Number:
    """Computes the usage from a tally; 0 where nothing counted.

    AVERAGE: `(10, 4)`, which is four values with the sum 10, gives 2.5. CHANGE: `(3, 30, 5, 45)` gives 15,
    since the counter's total went from 30 to 45.
    """
    return 0 if tally is None else TALLY_TYPES[aggregation].result(tally)


def to_json(aggregation: Aggregation, tally: Tally) -> Any:  # noqa: ANN401
    """Integers, texts and lists of them."""
    return TALLY_TYPES[aggregation].to_json(tally)


def from_json(aggregation: Aggregation, value: Any) -> Tally:  # noqa: ANN401
    """The tally that `to_json` was given."""
    tally: Tally = TALLY_TYPES[aggregation].from_json(value)
    return tally


@dataclass(frozen=True, slots=True)
class _TallyType:
    """How the tallies of an aggregation are merged, turned into usage, and stored."""

    merge: Callable[[Any, Any], Any]
    result: Callable[[Any], Number]
    to_json: Callable[[Any], Any]
    from_json: Callable[[Any], Any]


def _add_averages(a: Average, b: Average) -> Average:
    return add(a[0], b[0]), a[1] + b[1]


def _mean(tally: Average) -> Number:
    """To 6 decimals, half even. The quotient is rounded only once: rounded twice, it may end a step off."""
    total, count = tally
    scaled = EXACT.multiply(total, 10**AVERAGE_DECIMALS)
    nearest_multiple = EXACT.subtract(scaled, EXACT.remainder_near(scaled, count))
    return normalize_number(EXACT.divide(nearest_multiple, count).scaleb(-AVERAGE_DECIMALS, EXACT))


def _join_changes(a: Change, b: Change) -> Change:
    """The change from the earliest state to the latest. The order and a repetition make no difference.

    `(0, 0, 1, 5)` and `(1, 5, 2, 12)` give `(0, 0, 2, 12)`.
    """
    return *min(a[:2], b[:2]), *max(a[2:], b[2:])


def _identity(value: Any) -> Any:  # noqa: ANN401
    return value


def _number_to_json(number: Number) -> int | str:
    return number if isinstance(number, int) else str(number)


def _number_from_json(value: int | str) -> Number:
    return value if isinstance(value, int) else Decimal(value)


def _split_digests(digests: str) -> frozenset[str]:
    starts = range(0, len(digests), DIGEST_CHARACTERS)
    return frozenset(digests[start : start + DIGEST_CHARACTERS] for start in starts)


TALLY_TYPES = {
    Aggregation.COUNT: _TallyType(add, _identity, _identity, _identity),
    Aggregation.SUM: _TallyType(add, _identity, _number_to_json, _number_from_json),
    Aggregation.MAX: _TallyType(max, _identity, _number_to_json, _number_from_json),
    Aggregation.MIN: _TallyType(min, _identity, _number_to_json, _number_from_json),
    Aggregation.LATEST: _TallyType(
        max,
        lambda tally: tally[2],
        lambda tally: [*tally[:2], _number_to_json(tally[2])],
        lambda value: (*value[:2], _number_from_json(value[2])),
    ),
    Aggregation.UNIQUE: _TallyType(
        frozenset.union, len, lambda tally: "".join(sorted(tally)), _split_digests
    ),
    Aggregation.AVERAGE: _TallyType(
        _add_averages,
        _mean,
        lambda tally: [_number_to_json(tally[0]), tally[1]],
        lambda value: (_number_from_json(value[0]), value[1]),
    ),
    Aggregation.CHANGE: _TallyType(_join_changes, lambda tally: tally[3] - tally[1], list, tuple),
}
