"""DELETE /api/v1/customers/{customerId}/grants/{grantId}: removes a grant."""

from __future__ import annotations

from parity.core.times import now
from parity.customers.api.parameters import CustomerId
from parity.entitlements.api.grants import GrantId
from parity.entitlements.api.stores import override_stores
from parity.entitlements.service.grants import remove_grant
from parity.http.app import api, entrypoint
from parity.http.declarations import Response
from parity.http.openapi import describe_responses

app = api()


@app.delete(
    "/api/v1/customers/<customerId>/grants/<grantId>",
    summary="Remove a grant",
    tags=["Entitlements"],
    operation_id="removeGrant",
    status_code=204,
    responses=describe_responses(204, "Removed.", 400, 404, 503),
)
def delete_grant(customer_id: CustomerId, grant_id: GrantId) -> Response[None]:
    """What is left of it can no longer be used. Usage stays as it is."""
    remove_grant(override_stores(), customer_id, grant_id, now())
    return Response(204)


handler = entrypoint(app)
