"""GET /api/v1/customers/{customerId}/usage: how much a customer used, over time."""

from __future__ import annotations

from aws_lambda_powertools.event_handler import Response

from parity.core.times import now
from parity.customers.api.parameters import CustomerId
from parity.http.app import api, entrypoint
from parity.http.openapi import answers
from parity.usage.api.series import USAGE_ANSWER, usage_csv, usage_json
from parity.usage.api.series_query import (
    FeatureFilter,
    FormatQuery,
    From,
    IntervalQuery,
    TimezoneQuery,
    To,
    usage_question,
    wants_csv,
)
from parity.usage.api.stores import query_stores
from parity.usage.rules.intervals import Interval
from parity.usage.service.series import Span, usage_series

app = api()


@app.get(
    "/api/v1/customers/<customerId>/usage",
    summary="Show a customer's usage",
    tags=["Usage"],
    operation_id="queryUsage",
    responses=answers(200, "", 400, 404, 409) | {200: USAGE_ANSWER},
)
def query(  # noqa: PLR0913, PLR0917 - the query parameters
    customer_id: CustomerId,
    feature_id: FeatureFilter = None,
    from_: From = None,
    to: To = None,
    interval: IntervalQuery = Interval.DAY,
    timezone: TimezoneQuery = "UTC",
    format_: FormatQuery = None,
) -> Response[str]:
    """Zero where there was none; one feature as it is, several as a list, each also as CSV."""
    moment = now()
    question = usage_question(
        features=feature_id, from_=from_, to=to, interval=interval, timezone=timezone, now=moment
    )
    span = Span(question.start, question.end, question.interval, question.zone)
    found = usage_series(query_stores(), customer_id, question.features, span, moment)
    if wants_csv(format_, app.context["request"].headers.get("accept")):
        return usage_csv(question, customer_id, found)
    return usage_json(question, customer_id, found, moment)


handler = entrypoint(app)
