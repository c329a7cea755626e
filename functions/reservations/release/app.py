"""POST /api/v1/customers/{customerId}/reservations/{reservationId}/release: gives back what was reserved."""

from __future__ import annotations

from aws_lambda_powertools.event_handler import Response

from parity.api.app import api, entrypoint
from parity.api.fields import CustomerId
from parity.api.idempotency import IdempotencyKey
from parity.api.openapi import answers
from parity.api.reservations import ReservationId, ReservationModel, pending, shown
from parity.reservations import release
from parity.store.reservations import reservation_store

app = api()


@app.post(
    "/api/v1/customers/<customerId>/reservations/<reservationId>/release",
    summary="Release a reservation",
    tags=["Usage"],
    operation_id="releaseReservation",
    responses=answers(200, "The reservation, released.", 400, 404, 422, 503),
)
def release_(
    customer_id: CustomerId, reservation_id: ReservationId, idempotency_key: IdempotencyKey = None
) -> Response[ReservationModel]:
    """Nothing was used of it."""
    once, reservation = pending(app, idempotency_key, customer_id, reservation_id)
    return shown(release(reservation_store(), reservation, once.recorder(shown)))


handler = entrypoint(app)
