"""POST /api/v1/customers/{customerId}/tokens: creates a token that reads one customer's entitlements."""

from __future__ import annotations

from parity.api_keys.api.customer_tokens import CustomerTokenCreate, CustomerTokenModel, token_response
from parity.api_keys.service.customer_tokens import issue_customer_token
from parity.api_keys.store.signing_keys import signing_key_store
from parity.core.times import now
from parity.customers.api.parameters import CustomerId
from parity.customers.rules.customers import check_active
from parity.customers.store.customers import customer_store
from parity.http.app import api, entrypoint
from parity.http.declarations import Response
from parity.http.openapi import describe_responses

app = api()


@app.post(
    "/api/v1/customers/<customerId>/tokens",
    summary="Create a customer token",
    tags=["Customers"],
    operation_id="createCustomerToken",
    status_code=201,
    responses=describe_responses(201, "The token, shown this once.", 400, 404, 409, 415, 503),
)
def create(customer_id: CustomerId, body: CustomerTokenCreate | None = None) -> Response[CustomerTokenModel]:
    """With the token a browser reads the entitlements of this customer, and nothing else.

    Nothing is stored, so there is nothing that sending the request again could repeat. It needs no
    Idempotency-Key, and each answer has a token that is good.
    """
    check_active(customer_store().get(customer_id))
    lifetime = (body or CustomerTokenCreate()).lifetime
    return token_response(*issue_customer_token(signing_key_store(), customer_id, lifetime, now()))


handler = entrypoint(app)
