"""GET /api/v1/customers/{customerId}/reservations: lists what is reserved."""

from __future__ import annotations

from parity.api.app import api, entrypoint
from parity.api.fields import CustomerId
from parity.api.openapi import answers
from parity.api.reservations import ReservationList, ReservationModel
from parity.domain.times import now
from parity.reservations import pending_reservations
from parity.store.customers import customer_store
from parity.store.reservations import reservation_store

app = api()


@app.get(
    "/api/v1/customers/<customerId>/reservations",
    summary="List pending reservations",
    tags=["Usage"],
    operation_id="listReservations",
    responses=answers(200, "All of the customer.", 404),
)
def list_(customer_id: CustomerId) -> ReservationList:
    """By feature; without those that were confirmed or released, or have expired."""
    found = pending_reservations(customer_store(), reservation_store(), customer_id, now())
    return ReservationList(count=len(found), results=[ReservationModel.of(each) for each in found])


handler = entrypoint(app)
