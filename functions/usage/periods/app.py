"""GET /api/v1/customers/{customerId}/usage/{feature}/periods: lists the windows of an entitlement."""

from __future__ import annotations

from parity.catalog.api.parameters import FeaturePath
from parity.core.times import now
from parity.customers.api.parameters import CustomerId
from parity.http.app import api, entrypoint
from parity.http.openapi import describe_responses
from parity.usage.api.history import DEFAULT_PERIODS, KindFilter, PeriodLimit, UsagePeriods
from parity.usage.api.history_stores import history_stores
from parity.usage.service.history import HistoryQuery, read_usage_history

app = api()


@app.get(
    "/api/v1/customers/<customerId>/usage/<feature>/periods",
    summary="Show the windows of a metered entitlement",
    tags=["Usage"],
    operation_id="listUsagePeriods",
    responses=describe_responses(200, "The latest windows.", 400, 404, 409),
)
def list_periods(
    customer_id: CustomerId,
    feature: FeaturePath,
    kind: KindFilter = None,
    limit: PeriodLimit = DEFAULT_PERIODS,
) -> UsagePeriods:
    """The usage and the limit of each window, newest first."""
    asked, moment = HistoryQuery(customer_id, feature, kind, limit), now()
    history = read_usage_history(history_stores(), asked, moment)
    return UsagePeriods.of(customer_id, history, moment)


handler = entrypoint(app)
