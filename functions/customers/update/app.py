"""PATCH /api/v1/customers/{customerId}: changes fields of a customer."""

from __future__ import annotations

from parity.core.times import now
from parity.customers.api.customers import CustomerModel, CustomerUpdate, customer_response
from parity.customers.api.parameters import CustomerId
from parity.customers.service.changes import CustomerToChange, update_customer
from parity.customers.store.customers import customer_store
from parity.http.app import api, entrypoint
from parity.http.declarations import Response
from parity.http.openapi import describe_responses
from parity.http.preconditions import IfMatch, expected_versions

app = api()


@app.patch(
    "/api/v1/customers/<customerId>",
    summary="Change a customer",
    tags=["Customers"],
    operation_id="updateCustomer",
    responses=describe_responses(200, "The customer as it is now.", 400, 404, 409, 412, 415, 503),
)
def update(
    customer_id: CustomerId, body: CustomerUpdate, if_match: IfMatch = None
) -> Response[CustomerModel]:
    """Fields left out stay as they are, and null clears. The identifier never changes."""
    target = CustomerToChange(customer_id, expected_versions(if_match))
    return customer_response(update_customer(customer_store(), target, body.changes(), now()))


handler = entrypoint(app)
