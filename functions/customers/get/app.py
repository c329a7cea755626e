"""GET /api/v1/customers/{customerId}: returns one customer."""

from __future__ import annotations

from parity.customers.api.customers import CustomerModel, customer_response
from parity.customers.api.parameters import CustomerId
from parity.customers.store.customers import customer_store
from parity.http.app import api, entrypoint
from parity.http.declarations import Response
from parity.http.openapi import describe_responses

app = api()


@app.get(
    "/api/v1/customers/<customerId>",
    summary="Get a customer",
    tags=["Customers"],
    operation_id="getCustomer",
    responses=describe_responses(200, "The customer.", 400, 404),
)
def get_customer(customer_id: CustomerId) -> Response[CustomerModel]:
    """Archived customers can be read, too."""
    return customer_response(customer_store().get(customer_id))


handler = entrypoint(app)
