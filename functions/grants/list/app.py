"""GET /api/v1/customers/{customerId}/grants: lists grants, with what is left of each."""

from __future__ import annotations

from parity.core.times import now
from parity.customers.api.parameters import CustomerId
from parity.entitlements.api.grants import GrantList, GrantModel
from parity.entitlements.service.grants import list_grants
from parity.entitlements.store.holdings import entitlement_store
from parity.http.app import api, entrypoint
from parity.http.openapi import describe_responses

app = api()


@app.get(
    "/api/v1/customers/<customerId>/grants",
    summary="List grants",
    tags=["Entitlements"],
    operation_id="listGrants",
    responses=describe_responses(200, "All of the customer.", 400, 404),
)
def list_all(customer_id: CustomerId) -> GrantList:
    """By feature, with what is left of each. Expired ones included."""
    found = list_grants(entitlement_store(), customer_id, now())
    return GrantList(count=len(found), results=[GrantModel.of(each) for each in found])


handler = entrypoint(app)
