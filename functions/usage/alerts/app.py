"""GET /api/v1/customers/{customerId}/alerts: lists the usage thresholds that were reached."""

from __future__ import annotations

from parity.customers.api.parameters import CustomerId
from parity.http.app import api, entrypoint
from parity.http.openapi import describe_responses
from parity.usage.api.alerts import AlertFeature, UsageAlert, UsageAlerts, alert_listing_stores
from parity.usage.service.alert_listing import list_alerts

app = api()


@app.get(
    "/api/v1/customers/<customerId>/alerts",
    summary="List usage alerts",
    tags=["Usage"],
    operation_id="listUsageAlerts",
    responses=describe_responses(200, "The latest 100 of the customer.", 400, 404, 409),
)
def list_reached(customer_id: CustomerId, feature_id: AlertFeature = None) -> UsageAlerts:
    """Each threshold once per window, newest first."""
    found = list_alerts(alert_listing_stores(), customer_id, feature_id)
    return UsageAlerts(customer_id=customer_id, results=[UsageAlert.of(each) for each in found])


handler = entrypoint(app)
