"""The query parameters of a request, read as strictly as a body (docs/decisions/0046).

Each operation declares the names that it takes. This module imports little: the lean handlers need it, too.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from parity.core.errors import FieldProblem
from parity.core.spellings import to_camel_case, to_snake_case
from parity.core.text import NOT_UTF_8, REPLACEMENT_CHARACTER
from parity.http.problem import MAX_NAME_CHARACTERS, refuse_fields

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    Given = Mapping[str, Sequence[str]]


def with_strict_query(
    event: Mapping[str, Any], known: Collection[str], lists: Collection[str] = ()
) -> dict[str, Any]:
    """The gateway event with each query parameter under its name in `known`, whichever spelling was sent.

    `lists` are the names that may be repeated. Raises InvalidFieldsError for a parameter that is unknown,
    blank, not UTF-8, repeated, or given in both spellings.
    """
    given = _given_values(event)
    if not given:
        return dict(event)
    names = _names_by_spelling(tuple(known))
    refuse_fields(_problems(given, names, lists))
    values = {names[spelling]: list(texts) for spelling, texts in given.items()}
    return {
        **event,
        "queryStringParameters": {name: texts[-1] for name, texts in values.items()},
        "multiValueQueryStringParameters": values,
    }


def _given_values(event: Mapping[str, Any]) -> Given:
    """The decoded values of each parameter as it was spelled, in either payload format.

    Format 2.0 joins repeated values with commas, which a value may contain too. So its raw query is read.
    """
    raw = event.get("rawQueryString")
    if raw is not None:
        return parse_qs(raw, keep_blank_values=True)
    return event.get("multiValueQueryStringParameters") or {}


@cache
def _names_by_spelling(known: tuple[str, ...]) -> Mapping[str, str]:
    """Each name by itself in camelCase and in snake_case; a function has one operation, so this is kept."""
    return {spelling: name for name in known for spelling in (to_snake_case(name), to_camel_case(name))}


def _problems(given: Given, names: Mapping[str, str], lists: Collection[str]) -> Iterator[FieldProblem]:
    for spelling, values in given.items():
        name = names.get(spelling)
        if name is None:
            detail = f"is not a known parameter; {_known_names(names)}."
        elif len({other for other in given if names.get(other) == name}) > 1:
            detail = f"must be given in one spelling, as {' or '.join(sorted(_spellings(names, name)))}."
        elif not all(value.strip() for value in values):
            detail = "must not be blank; give a value or leave it out."
        elif any(REPLACEMENT_CHARACTER in value for value in values):
            detail = NOT_UTF_8
        elif len(values) > 1 and name not in lists:
            detail = f"must be given once, and not {len(values)} times."
        else:
            continue
        yield FieldProblem(spelling[:MAX_NAME_CHARACTERS] or '""', detail, in_query=True)


def _known_names(names: Mapping[str, str]) -> str:
    known = sorted(set(names.values()))
    return f"known are {', '.join(known)}" if known else "this call takes none"


def _spellings(names: Mapping[str, str], name: str) -> set[str]:
    return {spelling for spelling, known in names.items() if known == name}
