"""GET /api/v1/customers/{customerId}/overrides: lists overrides and grants."""

from __future__ import annotations

from parity.customers.api.parameters import CustomerId
from parity.customers.store.customers import customer_store
from parity.entitlements.api.overrides import AdjustmentList, AdjustmentModel
from parity.entitlements.service.overrides import list_overrides
from parity.entitlements.store.overrides import override_store
from parity.http.app import api, entrypoint
from parity.http.openapi import describe_responses

app = api()


@app.get(
    "/api/v1/customers/<customerId>/overrides",
    summary="List overrides and grants",
    tags=["Entitlements"],
    operation_id="listOverrides",
    responses=describe_responses(200, "All of the customer.", 400, 404),
)
def list_all(customer_id: CustomerId) -> AdjustmentList:
    """Expired ones included."""
    found = list_overrides(customer_store(), override_store(), customer_id)
    return AdjustmentList(count=len(found), results=[AdjustmentModel.of(each) for each in found])


handler = entrypoint(app)
