"""POST /api/v1/customers/{customerId}/erase: removes who an archived customer is."""

from __future__ import annotations

from parity.core.times import now
from parity.customers.api.customers import CustomerModel, customer_response
from parity.customers.api.parameters import CustomerId
from parity.customers.service.changes import CustomerToChange, erase_customer
from parity.customers.store.customers import customer_store
from parity.http.app import api, entrypoint
from parity.http.declarations import Response
from parity.http.idempotency import IdempotencyKey, IdempotentRequest
from parity.http.openapi import describe_responses
from parity.http.preconditions import IfMatch, expected_versions

app = api()


@app.post(
    "/api/v1/customers/<customerId>/erase",
    summary="Erase a customer",
    tags=["Customers"],
    operation_id="eraseCustomer",
    responses=describe_responses(200, "The customer as it is now.", 400, 404, 409, 412, 422, 503),
)
def erase(
    customer_id: CustomerId, if_match: IfMatch = None, idempotency_key: IdempotencyKey = None
) -> Response[CustomerModel]:
    """For ever: name, email, metadata, billing address and search words go.

    The identifier, the billing id, subscriptions and usage stay. Refused while the customer is not archived.
    Erasing again changes nothing.
    """
    request = IdempotentRequest(app, idempotency_key)
    target = CustomerToChange(customer_id, expected_versions(if_match))
    record = request.recorder(customer_response)
    return customer_response(erase_customer(customer_store(), target, now(), record))


handler = entrypoint(app)
