"""POST /api/v1/customers/{customerId}/reservations/{reservationId}/confirm: counts the actual usage."""

from __future__ import annotations

from parity.core.times import now
from parity.customers.api.parameters import CustomerId
from parity.http.app import api, entrypoint
from parity.http.declarations import Response
from parity.http.idempotency import IdempotencyKey
from parity.http.openapi import describe_responses
from parity.usage.api.report_stores import report_stores
from parity.usage.api.reservations import (
    ReservationConfirm,
    ReservationId,
    ReservationModel,
    find_pending,
    reservation_response,
)
from parity.usage.service.reservations import confirm_reservation

app = api()


@app.post(
    "/api/v1/customers/<customerId>/reservations/<reservationId>/confirm",
    summary="Confirm a reservation",
    tags=["Usage"],
    operation_id="confirmReservation",
    responses=describe_responses(200, "The reservation, confirmed.", 400, 404, 409, 415, 422, 503, 504),
)
def confirm(
    customer_id: CustomerId,
    reservation_id: ReservationId,
    body: ReservationConfirm | None = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[ReservationModel]:
    """Counts in the window of now, even above the limit, because it has happened. Ends the reservation."""
    idempotent, reservation = find_pending(app, idempotency_key, customer_id, reservation_id)
    value = body.value if body else None
    record = idempotent.recorder(reservation_response)
    return reservation_response(confirm_reservation(report_stores(), reservation, value, now(), record))


handler = entrypoint(app)
