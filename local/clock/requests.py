"""What a request to move the clock asks for."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from local.clock.durations import Duration, parse_duration
from parity.core.errors import FieldProblem, InvalidFieldsError
from parity.core.times import to_iso
from parity.http.problem import refuse_fields, unknown_field

LONGEST_MOVE = Duration(months=120, time=timedelta(0))
LATEST = datetime(2999, 12, 31, tzinfo=UTC)
EXAMPLES = 'such as {"advance": "P1M"} or {"to": "2027-01-31T12:00:00Z"}'

Target = Callable[[datetime], datetime]
"""From the present time of the clock to the moment that it should move to; raises InvalidFieldsError."""


def read_target(body: bytes) -> Target:
    """The target of a request's body. Raises InvalidFieldsError, which names the field and what is right."""
    fields = _parse_object(body)
    refuse_fields(unknown_field(name) for name in fields if name not in {"advance", "to"})
    if len(fields) != 1:
        raise _invalid("", f"must have one of advance and to, {EXAMPLES}.")
    if "to" in fields:
        moment = _parse_moment(fields["to"])
        return lambda now: _check("to", moment, now)
    duration = _parse_duration(fields["advance"])
    return lambda now: _check("advance", _add(now, duration), now)


def _parse_object(body: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise _invalid("", f"must be JSON, {EXAMPLES}.") from error
    if not isinstance(fields, dict):
        raise _invalid("", f"must be an object, {EXAMPLES}.")
    return fields


def _parse_moment(value: object) -> datetime:
    try:
        moment = datetime.fromisoformat(value if isinstance(value, str) else "")
        return moment.astimezone(UTC) if moment.tzinfo else _refuse_local_time()
    except (ValueError, OverflowError) as error:
        raise _invalid("to", "must be a time with its zone, such as 2027-01-31T12:00:00Z.") from error


def _refuse_local_time() -> datetime:
    raise ValueError


def _parse_duration(value: object) -> Duration:
    try:
        return parse_duration(value if isinstance(value, str) else "")
    except ValueError as error:
        raise _invalid(
            "advance", "must be a duration of ISO 8601 in whole numbers, such as P1Y, P1M, P10D or PT1H."
        ) from error


def _add(now: datetime, duration: Duration) -> datetime:
    """A time that no calendar has is too late, too."""
    try:
        return duration.after(now)
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)


def _check(field: str, target: datetime, now: datetime) -> datetime:
    if target <= now:
        raise _invalid(field, f"must lead to a time after {to_iso(now)}: the clock moves only forward.")
    if target > min(LONGEST_MOVE.after(now), LATEST):
        raise _invalid(field, f"must lead to a time within ten years, and before {to_iso(LATEST)}.")
    return target


def _invalid(field: str, detail: str) -> InvalidFieldsError:
    return InvalidFieldsError(FieldProblem(field, detail))
