"""GET /api/v1/customers/{customerId}/usage: returns a customer's usage over time."""

from __future__ import annotations

from parity.core.times import now
from parity.customers.api.parameters import CustomerId
from parity.http.app import api, entrypoint
from parity.http.declarations import Response
from parity.http.openapi import describe_responses
from parity.usage.api.history_stores import history_stores
from parity.usage.api.series import USAGE_ANSWER, usage_csv, usage_json
from parity.usage.api.series_query import (
    FeatureFilter,
    FormatQuery,
    From,
    IntervalQuery,
    TimezoneQuery,
    To,
    read_features,
    read_span,
    wants_csv,
)
from parity.usage.rules.intervals import Interval
from parity.usage.service.series import SeriesQuery, read_usage_series

app = api()


@app.get(
    "/api/v1/customers/<customerId>/usage",
    summary="Show a customer's usage",
    tags=["Usage"],
    operation_id="queryUsage",
    responses=describe_responses(200, "", 400, 404, 409) | {200: USAGE_ANSWER},
)
def query_usage(  # noqa: PLR0913, PLR0917 - the query parameters
    customer_id: CustomerId,
    feature_id: FeatureFilter = None,
    from_: From = None,
    to: To = None,
    interval: IntervalQuery = Interval.DAY,
    timezone: TimezoneQuery = "UTC",
    format_: FormatQuery = None,
) -> Response[str]:
    """A time without usage is zero. One feature gives an object, several a list; both can be CSV."""
    moment = now()
    span = read_span(from_, to, interval, timezone, moment)
    asked = SeriesQuery(customer_id, read_features(feature_id), span)
    found = read_usage_series(history_stores(), asked, moment)
    if wants_csv(format_, app.context["request"].headers.get("accept")):
        return usage_csv(asked, found)
    return usage_json(asked, found, moment)


handler = entrypoint(app)
