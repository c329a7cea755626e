"""DELETE /api/v1/customers/{customerId}/overrides/{feature}: removes an override or a grant."""

from __future__ import annotations

from parity.catalog.api.parameters import FeaturePath
from parity.core.times import now
from parity.customers.api.parameters import CustomerId
from parity.entitlements.api.overrides import OverrideKind
from parity.entitlements.api.stores import override_stores
from parity.entitlements.rules.sources import SourceKind
from parity.entitlements.service.overrides import remove_override
from parity.http.app import api, entrypoint
from parity.http.declarations import Response
from parity.http.openapi import describe_responses

app = api()


@app.delete(
    "/api/v1/customers/<customerId>/overrides/<feature>",
    summary="Remove an override or a grant",
    tags=["Entitlements"],
    operation_id="removeOverride",
    status_code=204,
    responses=describe_responses(204, "Removed.", 400, 404, 503),
)
def delete_override(
    customer_id: CustomerId, feature: FeaturePath, kind: OverrideKind = SourceKind.OVERRIDE
) -> Response[None]:
    """The next check follows it."""
    remove_override(override_stores(), customer_id, kind, feature, now())
    return Response(204)


handler = entrypoint(app)
