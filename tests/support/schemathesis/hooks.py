"""What schemathesis cannot know of this API; it runs in .venvs/schemathesis.

A request that docs/openapi.json allows is accepted, unless the state, the clock or another field of the same
request refuses it, which no schema can say. `REASONS` has these refusals, by why they are no fault.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

import schemathesis
from hypothesis import strategies
from schemathesis.openapi import format as register_format

CODES = {"invalid_cursor", "invalid_csv", "no_price", "timestamp_too_old", "timestamp_in_future"}
"""Codes of 400 for what no schema can say, such as which columns a CSV has."""

REASONS = {
    "times are near, and follow each other": (
        r"must (not )?be in the (future|past)\.",
        r"must be within \d+ years\.",
        r"must be between the years 1970 and 2499\.",
        r"must be after (the start|startsOn)\.",
        r"must be before `to`",
    ),
    "a list has an end, and an answer a size": (
        r"may skip at most",
        r"must be longer, or the time",
        r"makes an answer too large",
        r"would be more than \d+ in all\.",
        r"must have at most \d+ bytes",
        r"must name a feature; leave it out for all of them\.",
    ),
    "what is named exists": (
        r"is not the identifier of",
        r"is not known: there is no feature",
        r"is archived: ",
        r"must be one that the plan has a price for",
        r"which the plan does not have",
        r"must be an IANA time zone",
        r"must be the name of windows",
        r"is not an email address",
    ),
    "white space, accents and punctuation are no characters of a word": (
        r"must have a word of at least two characters, or a Chinese character\.",
    ),
    "the subscription decides": (
        r"cannot be set: the subscription is \w+\.",
        r"needs a period that ends: this one was charged once\.",
        r"is required: a renewal and a change both await their payments\.",
    ),
    "the type of the feature decides": (
        r"must be true or false for a BOOLEAN feature\.",
        r"must be a (whole )?number( for a \w+ feature)?\.$",
        r"must be true, or above 0\.",
        r"(belongs to|is for) (features of the type )?METER (features )?only\.",
        r"does not belong to a BOOLEAN feature\.",
        r"belongs to METER features of the sub-type RAW_EVENTS only\.",
        r"is required for the sub-type RAW_EVENTS\.",
    ),
    "fields go together": (
        r"must not be given together with a (cursor\.|search, )",
        r"is required,? unless hasUnlimitedUsage is true\.",
        r"needs a reset other than NEVER\.",
        r"is for overrides only\.",
        r"must have a field for every function except COUNT",
        r"must have a (number|text) as its value for",
        r"is required with freeTrial\.",
        r"contradicts freeTrial",
        r"is refused for ONE_TIME",
        r"is required for a PAID price\.",
        r"must be 0 for a FREE price\.",
        r"must have at most \d digits after the point in",
        r"has another price already\.",
        r"is required with the type SPECIFIC_DATE\.",
        r"names a feature more than once\.",
        r"is given twice\.",
        r"needs a recurring charge period\.",
        r"cannot be combined with a startDate",
        r"belongs to effective NOW",
        r"must not be negative with SET\.",
    ),
}


def near_times() -> strategies.SearchStrategy[str]:
    now = datetime.now(UTC).replace(tzinfo=None)
    times = strategies.datetimes(now - timedelta(days=400), now + timedelta(days=400))
    return times.map(lambda time: time.isoformat(timespec="seconds") + "Z")


register_format("date-time", near_times())


def is_refused_by_state(problem: dict[str, Any]) -> bool:
    """Whether each of the wrong fields, and there is one, is wrong for one of the reasons."""
    details = [error["detail"] for error in problem.get("errors", [])]
    known = [pattern for patterns in REASONS.values() for pattern in patterns]
    return problem["code"] in CODES or (
        details != [] and all(any(re.search(pattern, detail) for pattern in known) for detail in details)
    )


def has_wrong_header(case: Any) -> bool:  # noqa: ANN401
    """Whether a header is not in its described form.

    Where schemathesis finds no value of a header, as of a quoted one, it sends a wrong one as a right one.
    """
    schemas = {each.name: each.definition["schema"] for each in case.operation.headers}
    sent = [(name, str(value)) for name, value in case.headers.items() if "pattern" in schemas.get(name, {})]
    return any(not re.fullmatch(schemas[name]["pattern"], value) for name, value in sent)


def has_space_around(value: object) -> bool:
    """Whether a text within is longer than it counts, as white space around it is cut."""
    if isinstance(value, dict):
        return any(map(has_space_around, value.values()))
    if isinstance(value, list):
        return any(map(has_space_around, value))
    return isinstance(value, str) and value != value.strip()


@schemathesis.hook  # type: ignore[untyped-decorator]
def filter_failure(context: Any, failure: Any, case: Any, response: Any) -> bool:  # noqa: ANN401
    """Whether it is one: a valid request that is refused by state is none."""
    if type(failure).__name__ == "AcceptedNegativeData":
        return not has_space_around(case.body)
    if type(failure).__name__ != "RejectedPositiveData" or response.status_code != HTTPStatus.BAD_REQUEST:
        return True
    return not has_wrong_header(case) and not is_refused_by_state(response.json())
