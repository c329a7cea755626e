"""The filters of an event source mapping, as Lambda matches them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Json = Any
Test = Callable[[Json], bool]


class PatternError(ValueError):
    """A pattern that Lambda refuses in a filter."""


def matches(pattern: Mapping[str, Json], event: Json) -> bool:
    """Whether an event (any JSON) matches a pattern; raises PatternError.

    All keys of a pattern must match. A leaf of a pattern is a list: one of its entries must match.
    """
    return all(_key_matches(key, expected, event) for key, expected in pattern.items())


def check_pattern(pattern: Mapping[str, Json]) -> None:
    """Raise PatternError for a pattern that `matches` cannot evaluate, whatever the event."""
    for key, expected in pattern.items():
        if key == "$or":
            for alternative in _require_alternatives(expected):
                check_pattern(alternative)
        elif isinstance(expected, Mapping):
            check_pattern(expected)
        else:
            for entry in _require_entries(key, expected):
                _build_test(entry)


def _key_matches(key: str, expected: Json, event: Json) -> bool:
    if key == "$or":
        return any(matches(alternative, event) for alternative in _require_alternatives(expected))
    values = event.get(key, _ABSENT) if isinstance(event, Mapping) else _ABSENT
    if isinstance(expected, Mapping):
        return any(matches(expected, value) for value in _candidates(values))
    tests = [_build_test(entry) for entry in _require_entries(key, expected)]
    return any(test(value) for test in tests for value in _candidates(values))


def _candidates(values: Json) -> Sequence[Json]:
    """The values that a pattern may match: any element of an array, or the value itself."""
    return values if isinstance(values, list) and values else [values]


class _Absent:
    """The value of a key that the event does not have."""


_ABSENT = _Absent()


def _require_alternatives(expected: Json) -> Sequence[Mapping[str, Json]]:
    if isinstance(expected, list) and expected and all(isinstance(entry, Mapping) for entry in expected):
        return expected
    raise PatternError('"$or" takes a list of patterns')


def _require_entries(key: str, expected: Json) -> Sequence[Json]:
    if isinstance(expected, list) and expected:
        return expected
    raise PatternError(f'"{key}" must hold a list with at least one value')


def _build_test(entry: Json) -> Test:
    if not isinstance(entry, Mapping):
        return _equals(entry)
    if len(entry) != 1:
        raise PatternError(f"expected one operator in {dict(entry)}")
    ((operator, operand),) = entry.items()
    if operator not in _OPERATORS:
        raise PatternError(f'the operator "{operator}" is not one of {", ".join(_OPERATORS)}')
    return _OPERATORS[operator](operand)


def _equals(literal: Json) -> Test:
    if isinstance(literal, list):
        raise PatternError(f"a list cannot be a value of a pattern: {literal}")
    return lambda value: _is_same_json(literal, value)


def _is_same_json(literal: Json, value: Json) -> bool:
    """Whether two JSON values are equal; in JSON `true` is not 1, in Python it is."""
    return isinstance(literal, bool) == isinstance(value, bool) and bool(literal == value)


def _exists(wanted: Json) -> Test:
    """As in Lambda, only a leaf exists: an object does not."""
    if not isinstance(wanted, bool):
        raise PatternError('"exists" takes true or false')
    return lambda value: _is_leaf(value) == wanted


def _is_leaf(value: Json) -> bool:
    return value is not _ABSENT and not isinstance(value, Mapping)


def _prefix(text: Json) -> Test:
    expected = _require_text("prefix", text)
    return lambda value: isinstance(value, str) and value.startswith(expected)


def _suffix(text: Json) -> Test:
    expected = _require_text("suffix", text)
    return lambda value: isinstance(value, str) and value.endswith(expected)


def _equals_ignore_case(text: Json) -> Test:
    expected = _require_text("equals-ignore-case", text).casefold()
    return lambda value: isinstance(value, str) and value.casefold() == expected


def _require_text(operator: str, operand: Json) -> str:
    if isinstance(operand, str):
        return operand
    raise PatternError(f'"{operator}" takes a string')


def _anything_but(operand: Json) -> Test:
    excluded = [_build_test(entry) for entry in (operand if isinstance(operand, list) else [operand])]
    return lambda value: _is_leaf(value) and not any(test(value) for test in excluded)


_COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "=": lambda value, bound: value == bound,
    "<": lambda value, bound: value < bound,
    "<=": lambda value, bound: value <= bound,
    ">": lambda value, bound: value > bound,
    ">=": lambda value, bound: value >= bound,
}


def _numeric(operand: Json) -> Test:
    """For JSON numbers. In stream records DynamoDB's numbers are strings, which this never matches."""
    if not isinstance(operand, list) or len(operand) not in (2, 4):
        raise PatternError('"numeric" takes a list such as [">", 0, "<=", 5]')
    bounds = list(zip(operand[::2], operand[1::2], strict=True))
    if not all(sign in _COMPARISONS and _is_number(bound) for sign, bound in bounds):
        raise PatternError(f'"numeric" does not understand {operand}')
    return lambda value: _is_number(value) and all(_COMPARISONS[sign](value, bound) for sign, bound in bounds)


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_OPERATORS: Mapping[str, Callable[[Json], Test]] = {
    "exists": _exists,
    "prefix": _prefix,
    "suffix": _suffix,
    "equals-ignore-case": _equals_ignore_case,
    "anything-but": _anything_but,
    "numeric": _numeric,
}
