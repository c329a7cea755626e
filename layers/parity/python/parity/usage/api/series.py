"""Usage over time as it goes over the wire, as JSON or as CSV (docs/usage.md, "Usage over time")."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, TypeAlias

from parity.core.times import to_iso
from parity.http.csv_text import CONTENT_TYPE, csv_text
from parity.http.declarations import Field, Response
from parity.http.models import ResponseModel, Timestamp
from parity.usage.api.quantity import Quantity
from parity.usage.rules.intervals import Interval, refused_parameter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Self

    from aws_lambda_powertools.event_handler.openapi.types import OpenAPIResponse

    from parity.usage.rules.intervals import Point, UsageSeries
    from parity.usage.service.series import SeriesQuery

MAX_ANSWER_BYTES = 6_000_000
"""The most that a function can answer (6 MiB), less its headers."""

COLUMNS = ("customerId", "featureId", "start", "end", "value", "usageLimit")
EXAMPLE = "acct-7731,reports,2026-03-01T00:00:00.000000Z,2026-03-02T00:00:00.000000Z,41,50"


class UsagePoint(ResponseModel):
    """The usage from `start` to before `end`."""

    start: Timestamp
    end: Timestamp | None
    value: Quantity

    @classmethod
    def of(cls, point: Point) -> Self:
        return cls(start=point.period.start, end=point.period.end, value=point.value)


class WindowUsagePoint(UsagePoint):
    """The usage of a reset window and the limit it had, null if none; a window need not have an end.

    `usageLimit` includes what was `rolledOver`.
    """

    usage_limit: int | None
    rolled_over: int

    @classmethod
    def of(cls, point: Point) -> Self:
        return cls(
            start=point.period.start,
            end=point.period.end,
            value=point.value,
            usage_limit=point.usage_limit,
            rolled_over=point.rolled_over,
        )


class FeatureUsage(ResponseModel):
    """The usage of one feature, zero where there was none; `usageLimit` is the limit that applies now."""

    customer_id: str
    feature_id: str
    interval: Interval
    timezone: str
    from_: Annotated[Timestamp, Field(alias="from")]
    to: Timestamp
    total: Quantity
    usage_limit: int | None
    as_of: Timestamp
    points: list[WindowUsagePoint] | list[UsagePoint]

    @classmethod
    def of(cls, query: SeriesQuery, series: UsageSeries, now: datetime) -> Self:
        span = query.span
        point = WindowUsagePoint if span.interval is Interval.WINDOW else UsagePoint
        return cls(
            customer_id=query.customer_id,
            feature_id=series.feature,
            interval=span.interval,
            timezone=span.zone.key,
            from_=span.start,
            to=span.end,
            total=series.total,
            usage_limit=series.usage_limit,
            as_of=now,
            points=[point.of(each) for each in series.points],
        )


class FeatureUsageList(ResponseModel):
    results: list[FeatureUsage]


UsageAnswer: TypeAlias = FeatureUsage | FeatureUsageList
USAGE_ANSWER: OpenAPIResponse = {
    "description": "One feature's usage if one was asked for, else a list.",
    "content": {
        "application/json": {"model": UsageAnswer},
        "text/csv": {
            "schema": {
                "type": "string",
                "description": f"With the columns {', '.join(COLUMNS)}.",
                "examples": [f"{','.join(COLUMNS)}\r\n{EXAMPLE}\r\n"],
            },
        },
    },
}


def usage_json(query: SeriesQuery, found: Sequence[UsageSeries], now: datetime) -> Response[str]:
    """Raises InvalidFieldsError if the answer is too large to send."""
    models = [FeatureUsage.of(query, series, now) for series in found]
    is_single = query.features is not None and len(query.features) == 1
    answer = models[0] if is_single else FeatureUsageList(results=models)
    return _response("application/json", answer.model_dump_json(by_alias=True))


def usage_csv(query: SeriesQuery, found: Iterable[UsageSeries]) -> Response[str]:
    """Raises InvalidFieldsError if the answer is too large to send."""
    rows = (row for series in found for row in _csv_rows(query, series))
    return _response(CONTENT_TYPE, csv_text(COLUMNS, rows))


def _csv_rows(query: SeriesQuery, series: UsageSeries) -> Iterator[tuple[object, ...]]:
    for point in series.points:
        start, end = point.period.start, point.period.end
        limit = point.usage_limit if query.span.interval is Interval.WINDOW else series.usage_limit
        times = to_iso(start), to_iso(end) if end else None
        yield query.customer_id, series.feature, *times, point.value, limit


def _response(content_type: str, text: str) -> Response[str]:
    if len(json.dumps(text, ensure_ascii=False).encode()) > MAX_ANSWER_BYTES:
        detail = "makes an answer too large to send: ask for longer intervals, less time or fewer features."
        raise refused_parameter("interval", detail)
    return Response(200, content_type, text)
