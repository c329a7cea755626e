"""The filter patterns of an event source mapping, as Lambda matches them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Json = Any
Test = Callable[[Json], bool]


class PatternError(ValueError):
    """A pattern that Lambda would refuse, or an operator that it does not offer to filters."""


def matches(pattern: Mapping[str, Json], event: Json) -> bool:
    """Whether an event (any JSON) has what the pattern asks for; raises PatternError.

    All keys of a pattern must match. The leaf of a pattern is a list, of which one entry must match.
    """
    return all(_key_matches(key, expected, event) for key, expected in pattern.items())


def check(pattern: Mapping[str, Json]) -> None:
    """Raise PatternError unless every part of the pattern is one that `matches` knows."""
    for key, expected in pattern.items():
        if key == "$or":
            for alternative in _alternatives(expected):
                check(alternative)
        elif isinstance(expected, Mapping):
            check(expected)
        else:
            for entry in _entries(key, expected):
                _test(entry)


def _key_matches(key: str, expected: Json, event: Json) -> bool:
    if key == "$or":
        return any(matches(alternative, event) for alternative in _alternatives(expected))
    values = event.get(key, _ABSENT) if isinstance(event, Mapping) else _ABSENT
    if isinstance(expected, Mapping):
        return any(matches(expected, value) for value in _candidates(values))
    tests = [_test(entry) for entry in _entries(key, expected)]
    return any(test(value) for test in tests for value in _candidates(values))


def _candidates(values: Json) -> Sequence[Json]:
    """Of an array in the event, any element may match."""
    return values if isinstance(values, list) and values else [values]


class _Absent:
    """The value of a key that the event does not have."""


_ABSENT = _Absent()


def _alternatives(expected: Json) -> Sequence[Mapping[str, Json]]:
    if isinstance(expected, list) and expected and all(isinstance(entry, Mapping) for entry in expected):
        return expected
    raise PatternError('"$or" takes a list of patterns')


def _entries(key: str, expected: Json) -> Sequence[Json]:
    if isinstance(expected, list) and expected:
        return expected
    raise PatternError(f'"{key}" must hold a list with at least one value')


def _test(entry: Json) -> Test:
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
    return lambda value: _same(literal, value)


def _same(literal: Json, value: Json) -> bool:
    """Equal as JSON, where `true` is not 1."""
    return isinstance(literal, bool) == isinstance(value, bool) and bool(literal == value)


def _exists(wanted: Json) -> Test:
    """Of leaves only, as in Lambda: an object neither exists nor satisfies anything else."""
    if not isinstance(wanted, bool):
        raise PatternError('"exists" takes true or false')
    return lambda value: _is_leaf(value) == wanted


def _is_leaf(value: Json) -> bool:
    return value is not _ABSENT and not isinstance(value, Mapping)


def _prefix(text: Json) -> Test:
    expected = _text("prefix", text)
    return lambda value: isinstance(value, str) and value.startswith(expected)


def _suffix(text: Json) -> Test:
    expected = _text("suffix", text)
    return lambda value: isinstance(value, str) and value.endswith(expected)


def _equals_ignore_case(text: Json) -> Test:
    expected = _text("equals-ignore-case", text).casefold()
    return lambda value: isinstance(value, str) and value.casefold() == expected


def _text(operator: str, operand: Json) -> str:
    if isinstance(operand, str):
        return operand
    raise PatternError(f'"{operator}" takes a string')


def _anything_but(operand: Json) -> Test:
    excluded = [_test(entry) for entry in (operand if isinstance(operand, list) else [operand])]
    return lambda value: _is_leaf(value) and not any(test(value) for test in excluded)


_COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "=": lambda value, bound: value == bound,
    "<": lambda value, bound: value < bound,
    "<=": lambda value, bound: value <= bound,
    ">": lambda value, bound: value > bound,
    ">=": lambda value, bound: value >= bound,
}


def _numeric(operand: Json) -> Test:
    """Of JSON numbers: DynamoDB's numbers are strings in a stream record, so this never matches those."""
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
