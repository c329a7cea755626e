"""Times and dates that are none, or are out of range, in every field and parameter that takes one."""

from __future__ import annotations

from collections.abc import Iterator

from parity.core.times import now
from tests.support.builders.descriptions import Path
from tests.support.scenarios.hostile.hostile_request import (
    HostileRequest,
    every_field,
    every_parameter,
    invalid,
    spoil_body,
    spoil_field,
    spoil_parameter,
)

NAMES = {
    "startsOn", "expiresOn", "startDate", "trialEnd", "occurredOn", "timestamp",
    "at", "from", "to",
    "start_date_after", "start_date_before", "modified_on_after", "modified_on_before",
}  # fmt: skip
"""The fields and parameters that take a time."""

WRONG = {
    "a word": "yesterday",
    "30 February": "2026-02-30T00:00:00Z",
    "hour 25": "2026-03-02T25:00:00Z",
    "an offset of 25 hours": "2026-03-02T09:15:04+25:00",
    "the year 1": "0001-01-01T00:00:00+14:00",
    "seconds since 1970": "1764000000",
    "a fullwidth digit": "202\N{FULLWIDTH DIGIT SIX}-03-02T09:15:04Z",
}
DATES = {
    "a day of the past": "2020-01-01",
    "a day in 100 years": "2126-01-01",
    "a time": "2099-01-01T00:00:00Z",
    "a date with a fullwidth digit": f"{now().year + 1}-0\N{FULLWIDTH DIGIT ONE}-01",
    "no date": None,
}
"""Days on which a subscription cannot end."""


def list_times() -> Iterator[HostileRequest]:
    for operation, name, _ in every_parameter():
        if name in NAMES:
            for text in WRONG.values():
                yield spoil_parameter(operation, name, text)
    for operation, path, _ in every_field():
        if path[-1] in NAMES:
            yield from _spoil_time(operation, path)
    for what, date in DATES.items():
        body = {"cancellationType": "SPECIFIC_DATE", "cancellationDate": date}
        yield spoil_body("subscriptions/cancel", f"{what} to cancel on", invalid("#/cancellationDate"), body)


def _spoil_time(operation: str, path: Path) -> Iterator[HostileRequest]:
    for what, text in WRONG.items():
        yield spoil_field(operation, path, what, text)
    yield spoil_field(operation, path, "a number", 1_764_000_000)
