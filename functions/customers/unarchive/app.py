"""POST /api/v1/customers/{customerId}/unarchive: makes an archived customer active again."""

from __future__ import annotations

from functools import partial

from parity.core.times import now
from parity.customers.api.customers import CustomerModel, customer_response
from parity.customers.api.parameters import CustomerId
from parity.customers.service.changes import CustomerToChange, unarchive_customer
from parity.customers.store.customers import customer_store
from parity.entitlements.service.restoring import restore_snapshot
from parity.entitlements.store.holdings import entitlement_store
from parity.http.app import api, entrypoint
from parity.http.declarations import Response
from parity.http.idempotency import IdempotencyKey, IdempotentRequest
from parity.http.openapi import describe_responses
from parity.http.preconditions import IfMatch, expected_versions

app = api()


@app.post(
    "/api/v1/customers/<customerId>/unarchive",
    summary="Unarchive a customer",
    tags=["Customers"],
    operation_id="unarchiveCustomer",
    responses=describe_responses(200, "The customer as it is now.", 400, 404, 409, 412, 422, 503),
)
def unarchive(
    customer_id: CustomerId, if_match: IfMatch = None, idempotency_key: IdempotencyKey = None
) -> Response[CustomerModel]:
    """Changes nothing if the customer is active."""
    request, moment = IdempotentRequest(app, idempotency_key), now()
    target = CustomerToChange(customer_id, expected_versions(if_match))
    record = request.recorder(customer_response)
    also_write = partial(restore_snapshot, entitlement_store(), moment)
    return customer_response(unarchive_customer(customer_store(), target, moment, record, also_write))


handler = entrypoint(app)
