"""POST /api/v1/customers/{customerId}/reservations: reserves usage until its amount is known."""

from __future__ import annotations

from parity.catalog.store.features import feature_store
from parity.core.times import now
from parity.customers.api.parameters import CustomerId
from parity.http.app import api, entrypoint
from parity.http.declarations import Response
from parity.http.idempotency import IdempotencyKey, IdempotentRequest
from parity.http.openapi import describe_responses
from parity.usage.api.report_stores import report_stores
from parity.usage.api.reservations import ReservationCreate, ReservationModel, created_response
from parity.usage.service.reservations import reserve_usage

app = api()


@app.post(
    "/api/v1/customers/<customerId>/reservations",
    summary="Reserve usage",
    tags=["Usage"],
    operation_id="createReservation",
    status_code=201,
    responses=describe_responses(201, "The reservation.", 400, 404, 409, 415, 422, 503, 504),
)
def create_reservation(
    customer_id: CustomerId, body: ReservationCreate, idempotency_key: IdempotencyKey = None
) -> Response[ReservationModel]:
    """What is reserved is not available to others until it is confirmed, released, or expires."""
    idempotent, draft = IdempotentRequest(app, idempotency_key), body.to_draft(customer_id)
    record = idempotent.recorder(created_response)
    return created_response(reserve_usage(report_stores(), feature_store(), draft, now(), record))


handler = entrypoint(app)
