"""POST /api/v1/customers/{customerId}/grants: adds a grant."""

from __future__ import annotations

from parity.core.times import now
from parity.customers.api.parameters import CustomerId
from parity.entitlements.api.grants import GrantCreate, GrantModel, created_grant_response
from parity.entitlements.api.stores import override_stores
from parity.entitlements.service.grants import create_grant
from parity.http.app import api, entrypoint
from parity.http.declarations import Response
from parity.http.idempotency import IdempotencyKey, IdempotentRequest
from parity.http.openapi import describe_responses

app = api()


@app.post(
    "/api/v1/customers/<customerId>/grants",
    summary="Add a grant",
    tags=["Entitlements"],
    operation_id="createGrant",
    status_code=201,
    responses=describe_responses(201, "The grant.", 400, 404, 409, 415, 422, 503),
)
def create(
    customer_id: CustomerId, body: GrantCreate, idempotency_key: IdempotencyKey = None
) -> Response[GrantModel]:
    """Gives a customer more of a feature, beside what its plans give. A customer has at most 100 grants."""
    record = IdempotentRequest(app, idempotency_key).recorder(created_grant_response)
    return created_grant_response(create_grant(override_stores(), body.to_draft(customer_id), now(), record))


handler = entrypoint(app)
