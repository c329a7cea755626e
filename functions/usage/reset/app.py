"""POST /api/v1/customers/{customerId}/usage/{feature}/reset: sets the usage of a feature to 0."""

from __future__ import annotations

from parity.catalog.api.parameters import FeaturePath
from parity.core.times import now
from parity.customers.api.parameters import CustomerId
from parity.http.app import api, entrypoint
from parity.http.declarations import Response
from parity.http.idempotency import IdempotencyKey, IdempotentRequest
from parity.http.openapi import describe_responses
from parity.usage.api.report_stores import setup_stores
from parity.usage.api.resets import UsageResetModel, UsageResetRequest, reset_response
from parity.usage.service.resets import ResetRequest, reset_usage

app = api()


@app.post(
    "/api/v1/customers/<customerId>/usage/<feature>/reset",
    summary="Reset usage now",
    tags=["Usage"],
    operation_id="resetUsage",
    responses=describe_responses(200, "What was used before.", 400, 404, 409, 415, 422, 503, 504),
)
def reset(
    customer_id: CustomerId,
    feature: FeaturePath,
    body: UsageResetRequest | None = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[UsageResetModel]:
    """Resets the current windows. What is reserved stays reserved, and usage over time stays as it is."""
    idempotent, note = IdempotentRequest(app, idempotency_key), body.note if body else None
    request = ResetRequest(customer_id, feature, note)
    return reset_response(reset_usage(setup_stores(), request, now(), idempotent.recorder(reset_response)))


handler = entrypoint(app)
