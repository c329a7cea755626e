"""POST /api/v1/customers: creates a customer."""

from __future__ import annotations

from functools import partial

from parity.core.times import now
from parity.customers.api.customers import CustomerCreate, CustomerModel, created_customer_response
from parity.customers.service.changes import create_customer
from parity.customers.store.customers import customer_store
from parity.http.app import api, entrypoint
from parity.http.declarations import Response
from parity.http.idempotency import IdempotencyKey, IdempotentRequest
from parity.http.openapi import describe_responses

app = api()


@app.post(
    "/api/v1/customers",
    summary="Create a customer",
    tags=["Customers"],
    operation_id="createCustomer",
    status_code=201,
    responses=describe_responses(201, "The customer.", 400, 409, 415, 422, 503),
)
def create(body: CustomerCreate, idempotency_key: IdempotencyKey = None) -> Response[CustomerModel]:
    """The identifier is unique for ever. It is derived from the name when left out."""
    request = IdempotentRequest(app, idempotency_key)
    shown = partial(created_customer_response, app.context["request"])
    return shown(create_customer(customer_store(), body.to_draft(), now(), request.recorder(shown)))


handler = entrypoint(app)
