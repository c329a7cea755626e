"""What a meter makes of the values it counts, as partial results that merge in any order and any grouping.

All arithmetic is exact: values have at most 15 digits before the point and 9 behind it
(`parity.catalog.rules.meters`), and a sum that had more digits than there is room for would be an error.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import partial, reduce
from typing import TYPE_CHECKING, Any, TypeAlias

from parity.catalog.rules.aggregation_functions import Aggregation
from parity.core.numbers import EXACT, Number, plain

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


def merged(function: Aggregation, a: Tally | None, b: Tally | None) -> Tally | None:
    """What two parts amount to together; None is a part in which nothing counted."""
    if a is None or b is None:
        return b if a is None else a
    tally: Tally = KINDS[function].merged(a, b)
    return tally


def merged_all(function: Aggregation, parts: Iterable[Tally | None]) -> Tally | None:
    tally: Tally | None = reduce(partial(merged, function), parts, None)
    return tally


def result(function: Aggregation, tally: Tally | None) -> Number:
    """The usage that is shown; 0 where nothing counted."""
    return 0 if tally is None else KINDS[function].result(tally)


def to_json(function: Aggregation, tally: Tally) -> Any:  # noqa: ANN401
    """Integers, texts and lists of them."""
    return KINDS[function].to_json(tally)


def from_json(function: Aggregation, value: Any) -> Tally:  # noqa: ANN401
    """The tally that `to_json` was given."""
    tally: Tally = KINDS[function].from_json(value)
    return tally


@dataclass(frozen=True, slots=True)
class _Kind:
    """How the tallies of a function merge, what they result in, and how they are stored."""

    merged: Callable[[Any, Any], Any]
    result: Callable[[Any], Number]
    to_json: Callable[[Any], Any]
    from_json: Callable[[Any], Any]


def _added(a: Number, b: Number) -> Number:
    return plain(EXACT.add(a, b)) if isinstance(a, Decimal) or isinstance(b, Decimal) else a + b


def _averaged(a: Average, b: Average) -> Average:
    return _added(a[0], b[0]), a[1] + b[1]


def _average(tally: Average) -> Number:
    """To 6 decimals, half even. A quotient that was rounded before could end on the wrong side."""
    total, count = tally
    scaled = EXACT.multiply(total, 10**AVERAGE_DECIMALS)
    nearest_multiple = EXACT.subtract(scaled, EXACT.remainder_near(scaled, count))
    return plain(EXACT.divide(nearest_multiple, count).scaleb(-AVERAGE_DECIMALS, EXACT))


def _telescoped(a: Change, b: Change) -> Change:
    """From the earliest state to the latest: a change that comes twice, or late, makes no difference."""
    return *min(a[:2], b[:2]), *max(a[2:], b[2:])


def _same(value: Any) -> Any:  # noqa: ANN401
    return value


def _number_to_json(number: Number) -> int | str:
    return number if isinstance(number, int) else str(number)


def _number_from_json(value: int | str) -> Number:
    return value if isinstance(value, int) else Decimal(value)


def _split(digests: str) -> frozenset[str]:
    starts = range(0, len(digests), DIGEST_CHARACTERS)
    return frozenset(digests[start : start + DIGEST_CHARACTERS] for start in starts)


COUNT = _Kind(_added, _same, _same, _same)
SUM = _Kind(_added, _same, _number_to_json, _number_from_json)
MAX = _Kind(max, _same, _number_to_json, _number_from_json)
MIN = _Kind(min, _same, _number_to_json, _number_from_json)
LATEST = _Kind(
    max,
    lambda tally: tally[2],
    lambda tally: [*tally[:2], _number_to_json(tally[2])],
    lambda value: (*value[:2], _number_from_json(value[2])),
)
UNIQUE = _Kind(frozenset.union, len, lambda tally: "".join(sorted(tally)), _split)
AVERAGE = _Kind(
    _averaged,
    _average,
    lambda tally: [_number_to_json(tally[0]), tally[1]],
    lambda value: (_number_from_json(value[0]), value[1]),
)
CHANGE = _Kind(_telescoped, lambda tally: tally[3] - tally[1], list, tuple)

KINDS = {
    Aggregation.COUNT: COUNT,
    Aggregation.SUM: SUM,
    Aggregation.MAX: MAX,
    Aggregation.MIN: MIN,
    Aggregation.LATEST: LATEST,
    Aggregation.UNIQUE: UNIQUE,
    Aggregation.AVERAGE: AVERAGE,
    Aggregation.CHANGE: CHANGE,
}
