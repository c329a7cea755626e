"""Usage as JSON and as CSV."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from parity.core.errors import InvalidFieldsError
from parity.core.numbers import Number
from parity.core.periods import Period
from parity.usage.api.series import MAX_ANSWER_BYTES, usage_csv, usage_json
from parity.usage.rules.intervals import MAX_POINTS, Interval, Point, Span, UsageSeries
from parity.usage.service.series import SeriesQuery

START = datetime(2026, 3, 2, tzinfo=UTC)
DAY = timedelta(days=1)
NOW = datetime(2026, 3, 3, 10, 7, 30, 5, tzinfo=UTC)


def query(*features: str, interval: Interval = Interval.DAY, customer_id: str = "acme") -> SeriesQuery:
    span = Span(START, START + 2 * DAY, interval, ZoneInfo("Europe/Berlin"))
    return SeriesQuery(customer_id, features or None, span)


def series(
    *values: Number, feature: str = "exports", limit: int | None = 100, window_limit: int | None = None
) -> UsageSeries:
    days = [Period(START + day * DAY, START + (day + 1) * DAY) for day in range(len(values))]
    points = tuple(Point(day, value, window_limit) for day, value in zip(days, values, strict=True))
    return UsageSeries(feature, sum(values), limit, points)


def json_answer(asked: SeriesQuery, *found: UsageSeries) -> Any:  # noqa: ANN401
    response = usage_json(asked, found, NOW)
    assert (response.status_code, response.content_type) == (200, "application/json")
    return json.loads(response.body or "", parse_float=Decimal)


def csv_rows(asked: SeriesQuery, *found: UsageSeries) -> list[list[str]]:
    response = usage_csv(asked, found)
    assert (response.status_code, response.content_type) == (200, "text/csv; charset=utf-8")
    return list(csv.reader(StringIO(response.body or "", newline=""), strict=True))


def test_one_feature_is_answered_as_it_is() -> None:
    assert json_answer(query("exports"), series(7, 0)) == {
        "customerId": "acme",
        "featureId": "exports",
        "interval": "DAY",
        "timezone": "Europe/Berlin",
        "from": "2026-03-02T00:00:00.000000Z",
        "to": "2026-03-04T00:00:00.000000Z",
        "total": 7,
        "usageLimit": 100,
        "asOf": "2026-03-03T10:07:30.000005Z",
        "points": [
            {"start": "2026-03-02T00:00:00.000000Z", "end": "2026-03-03T00:00:00.000000Z", "value": 7},
            {"start": "2026-03-03T00:00:00.000000Z", "end": "2026-03-04T00:00:00.000000Z", "value": 0},
        ],
    }


@pytest.mark.parametrize("features", [(), ("exports", "emails")], ids=repr)
def test_several_features_or_all_are_a_list(features: tuple[str, ...]) -> None:
    asked = query(*features)
    found = [series(7), series(8, feature="emails")]
    results = [json_answer(query(each.feature), each) for each in found]
    assert json_answer(asked, *found) == {"results": results}


def test_all_features_of_a_customer_that_uses_one_or_none_are_a_list() -> None:
    assert json_answer(query()) == {"results": []}
    assert [each["featureId"] for each in json_answer(query(), series(7))["results"]] == ["exports"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-5, "-5"),
        (2**70, str(2**70)),
        (Decimal("0.1"), "0.1"),
        (Decimal("-12.5"), "-12.5"),
        (Decimal("123456789.123456"), "123456789.123456"),
    ],
    ids=str,
)
def test_values_are_numbers_as_they_are(value: Number, text: str) -> None:
    body = usage_json(query("exports"), [series(value)], NOW).body or ""
    assert f'"value":{text}}}' in body
    assert f'"total":{text},' in body
    assert csv_rows(query("exports"), series(value))[1][4] == text


def test_a_value_of_more_digits_than_json_clients_read_is_whole_in_csv() -> None:
    exact = Decimal("123456789012345678.123456789")
    (point,) = json_answer(query("exports"), series(exact))["points"]
    assert float(point["value"]) == float(exact)
    assert csv_rows(query("exports"), series(exact))[1][4] == "123456789012345678.123456789"


@pytest.mark.parametrize("limit", [5, None])
def test_windows_have_the_limits_that_they_had(limit: int | None) -> None:
    asked, found = query("exports", interval=Interval.WINDOW), series(7, limit=100, window_limit=limit)
    answer = json_answer(asked, found)
    assert (answer["interval"], answer["usageLimit"]) == ("WINDOW", 100)
    assert [point["usageLimit"] for point in answer["points"]] == [limit]
    assert csv_rows(asked, found)[1][5] == ("" if limit is None else "5")


def test_a_window_that_never_ends_has_no_end() -> None:
    found = UsageSeries("exports", 7, None, (Point(Period(START, None), 7),))
    asked = query("exports", interval=Interval.WINDOW)
    assert json_answer(asked, found)["points"] == [
        {
            "start": "2026-03-02T00:00:00.000000Z",
            "end": None,
            "value": 7,
            "usageLimit": None,
            "rolledOver": 0,
        }
    ]
    assert csv_rows(asked, found)[1][2:] == ["2026-03-02T00:00:00.000000Z", "", "7", ""]


def test_csv_has_a_row_for_each_point_of_each_feature() -> None:
    found = [series(7, 0), series(Decimal("0.5"), feature="emails", limit=None)]
    assert csv_rows(query(), *found) == [
        ["customerId", "featureId", "start", "end", "value", "usageLimit"],
        ["acme", "exports", "2026-03-02T00:00:00.000000Z", "2026-03-03T00:00:00.000000Z", "7", "100"],
        ["acme", "exports", "2026-03-03T00:00:00.000000Z", "2026-03-04T00:00:00.000000Z", "0", "100"],
        ["acme", "emails", "2026-03-02T00:00:00.000000Z", "2026-03-03T00:00:00.000000Z", "0.5", ""],
    ]


@pytest.mark.parametrize(
    ("customer_id", "cell"),
    [("=1+1", "'=1+1"), ("@acme", "'@acme"), ('Zoë, "株式会社"', 'Zoë, "株式会社"')],
    ids=repr,
)
def test_a_customer_is_no_formula(customer_id: str, cell: str) -> None:
    assert csv_rows(query(customer_id=customer_id), series(-7))[1][0] == cell
    assert csv_rows(query(customer_id=customer_id), series(-7))[1][4] == "-7"


def test_the_most_points_of_one_feature_can_be_sent() -> None:
    most = series(*[10**15] * MAX_POINTS, window_limit=2**53)
    asked = query("exports", interval=Interval.WINDOW)
    for response in usage_json(asked, [most], NOW), usage_csv(asked, [most]):
        assert len(json.dumps(response.body, ensure_ascii=False)) < MAX_ANSWER_BYTES


def test_an_answer_that_is_too_large_to_send_is_refused() -> None:
    most = [series(*[10**15] * MAX_POINTS)] * 6
    with pytest.raises(InvalidFieldsError, match="interval makes an answer too large") as as_json:
        usage_json(query(), most, NOW)
    with pytest.raises(InvalidFieldsError) as as_csv:
        usage_csv(query(customer_id='"' * 255), most)
    assert as_json.value.problems == as_csv.value.problems
    assert as_json.value.problems[0].in_query
