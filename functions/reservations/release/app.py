"""POST /api/v1/customers/{customerId}/reservations/{reservationId}/release: ends a reservation unused."""

from __future__ import annotations

from parity.customers.api.parameters import CustomerId
from parity.http.app import api, entrypoint
from parity.http.declarations import Response
from parity.http.idempotency import IdempotencyKey
from parity.http.openapi import describe_responses
from parity.usage.api.reservations import ReservationId, ReservationModel, find_pending, reservation_response
from parity.usage.service.reservations import release_reservation
from parity.usage.store.reservations import reservation_store

app = api()


@app.post(
    "/api/v1/customers/<customerId>/reservations/<reservationId>/release",
    summary="Release a reservation",
    tags=["Usage"],
    operation_id="releaseReservation",
    responses=describe_responses(200, "The reservation, released.", 400, 404, 422, 503),
)
def release(
    customer_id: CustomerId, reservation_id: ReservationId, idempotency_key: IdempotencyKey = None
) -> Response[ReservationModel]:
    """Counts no usage."""
    idempotent, reservation = find_pending(app, idempotency_key, customer_id, reservation_id)
    record = idempotent.recorder(reservation_response)
    return reservation_response(release_reservation(reservation_store(), reservation, record))


handler = entrypoint(app)
