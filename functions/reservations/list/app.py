"""GET /api/v1/customers/{customerId}/reservations: lists pending reservations."""

from __future__ import annotations

from parity.core.times import now
from parity.customers.api.parameters import CustomerId
from parity.customers.store.customers import customer_store
from parity.http.app import api, entrypoint
from parity.http.openapi import describe_responses
from parity.usage.api.reservations import ReservationList, ReservationModel
from parity.usage.service.reservations import list_pending_reservations
from parity.usage.store.reservations import reservation_store

app = api()


@app.get(
    "/api/v1/customers/<customerId>/reservations",
    summary="List pending reservations",
    tags=["Usage"],
    operation_id="listReservations",
    responses=describe_responses(200, "All of the customer.", 400, 404),
)
def list_reservations(customer_id: CustomerId) -> ReservationList:
    """By feature. Leaves out those that were confirmed or released, or have expired."""
    found = list_pending_reservations(customer_store(), reservation_store(), customer_id, now())
    return ReservationList(count=len(found), results=[ReservationModel.of(each) for each in found])


handler = entrypoint(app)
