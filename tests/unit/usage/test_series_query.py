"""The query parameters of usage over time, and what is wrong with others."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parity.core.errors import FieldProblem, InvalidFieldsError
from parity.metering.rules.buckets import quarter_of
from parity.usage.api.series_query import read_features, read_span, wants_csv
from parity.usage.rules.intervals import Interval, Span, round_up_to_quarter
from tests.support.builders.strategies import MOMENTS

NOW = datetime(2026, 3, 20, 10, 7, 30, tzinfo=UTC)


def span(**parameters: Any) -> Span:  # noqa: ANN401
    """The span that these query parameters ask for; the others are left out."""
    defaults: dict[str, Any] = {
        "from_": None,
        "to": None,
        "interval": Interval.DAY,
        "timezone": "UTC",
        "now": NOW,
    }
    return read_span(**defaults | parameters)


def problem(**parameters: Any) -> FieldProblem:  # noqa: ANN401
    with pytest.raises(InvalidFieldsError) as refused:
        span(**parameters)
    (found,) = refused.value.problems
    assert found.in_query
    return found


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_without_parameters_it_is_all_features_in_the_last_30_days() -> None:
    found = span()
    assert (found.start, found.end) == (utc("2026-02-18T00:00"), utc("2026-03-20T10:15"))
    assert (found.interval, found.zone.key) == (Interval.DAY, "UTC")
    assert read_features(None) is None


@pytest.mark.parametrize(
    ("sent", "features"),
    [
        (["exports"], ("exports",)),
        (["exports,emails"], ("exports", "emails")),
        (["exports", "emails"], ("exports", "emails")),
        (["b, a", "c", "a"], ("b", "a", "c")),
        ([",exports,"], ("exports",)),
    ],
    ids=repr,
)
def test_features_are_repeated_or_have_commas_between(sent: list[str], features: tuple[str, ...]) -> None:
    assert read_features(sent) == features


@pytest.mark.parametrize(
    ("text", "timezone", "start"),
    [
        ("2026-03-02T09:15:00Z", "Asia/Tokyo", "2026-03-02T09:15"),
        ("2026-03-02T09:15:00+02:00", "UTC", "2026-03-02T07:15"),
        ("2026-03-02T09:15:00 02:00", "UTC", "2026-03-02T07:15"),
        ("2026-03-02T09:29:59.999999Z", "UTC", "2026-03-02T09:15"),
        ("2026-03-02", "UTC", "2026-03-02T00:00"),
        ("2026-03-02", "Asia/Kathmandu", "2026-03-01T18:15"),
        ("2026-03-02", "America/New_York", "2026-03-02T05:00"),
        ("2018-11-04", "America/Sao_Paulo", "2018-11-04T03:00"),
        ("1970-01-01", "Asia/Tokyo", "1969-12-31T15:00"),
    ],
)
def test_a_start_is_a_time_or_the_beginning_of_a_date_in_the_zone(
    text: str, timezone: str, start: str
) -> None:
    assert span(from_=text, timezone=timezone).start == utc(start)


@pytest.mark.parametrize(
    ("text", "timezone", "start", "end"),
    [
        ("2026-03-02T09:15:00.000001Z", "UTC", "2026-01-31T00:00", "2026-03-02T09:30"),
        ("2026-03-02", "Asia/Kathmandu", "2026-01-30T18:15", "2026-03-01T18:15"),
    ],
)
def test_without_a_start_30_whole_days_lead_up_to_the_end(
    text: str, timezone: str, start: str, end: str
) -> None:
    found = span(to=text, timezone=timezone)
    assert (found.start, found.end) == (utc(start), utc(end))


@given(MOMENTS, MOMENTS)
def test_what_is_asked_for_is_rounded_out_to_quarter_hours(one: datetime, other: datetime) -> None:
    start, end = sorted([one, other])
    if start == end:
        end += timedelta(microseconds=1)
    found = span(from_=start.isoformat(), to=end.isoformat())
    assert (found.start, found.end) == (quarter_of(start), round_up_to_quarter(end))


WRONG: dict[str, tuple[dict[str, str], str, str]] = {
    "no time": ({"from_": "yesterday"}, "from", "must be a time such as 2026-03-02T09:15:04Z."),
    "no such day": ({"to": "2026-02-30"}, "to", "must be a time such as 2026-03-02T09:15:04Z."),
    "a number": ({"to": "1772442904"}, "to", "must be a time such as 2026-03-02T09:15:04Z."),
    "long ago": ({"from_": "1969-12-31"}, "from", "must be between the years 1970 and 2499."),
    "far ahead": ({"to": "9999-12-31T23:59:59Z"}, "to", "must be between the years 1970 and 2499."),
    "backwards": ({"from_": "2026-03-03", "to": "2026-03-02"}, "from", "must be before `to`"),
    "nothing": ({"from_": "2026-03-02", "to": "2026-03-02"}, "from", "must be before `to`"),
    "in the future": ({"from_": "2026-03-21"}, "from", "must be before `to`, which is now if"),
    "no zone": ({"timezone": "Mars/Olympus"}, "timezone", "must be an IANA time zone"),
}


@pytest.mark.parametrize(("parameters", "name", "detail"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_names_its_parameter(parameters: dict[str, str], name: str, detail: str) -> None:
    found = problem(**parameters)
    assert found.field == name
    assert found.detail.startswith(detail)


@given(st.text(min_size=1))
def test_any_text_is_a_time_or_is_refused(text: str) -> None:
    with suppress(InvalidFieldsError):
        found = span(from_=text, to="2499-12-31")
        assert found.start == quarter_of(found.start)


@pytest.mark.parametrize(
    ("asked_for", "accept", "is_csv"),
    [
        (None, None, False),
        (None, "*/*", False),
        (None, "application/json", False),
        (None, "text/csv", True),
        (None, "text/csv; charset=utf-8", True),
        (None, "TEXT/CSV;q=0.9, */*", True),
        (None, "text/html, text/csv", True),
        (None, "application/json, text/csv", False),
        (None, "text/csv, application/json", True),
        ("csv", None, True),
        ("csv", "application/json", True),
        ("json", "text/csv", False),
    ],
)
def test_the_parameter_decides_on_csv_and_else_what_is_accepted_first(
    asked_for: str | None, accept: str | None, *, is_csv: bool
) -> None:
    assert wants_csv(asked_for, accept) is is_csv
