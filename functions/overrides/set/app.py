"""PUT /api/v1/customers/{customerId}/overrides/{feature}: sets an override or a grant."""

from __future__ import annotations

from parity.catalog.api.parameters import FeaturePath
from parity.core.times import now
from parity.customers.api.parameters import CustomerId
from parity.entitlements.api.overrides import AdjustmentModel, AdjustmentSet
from parity.entitlements.api.stores import override_stores
from parity.entitlements.service.overrides import set_override
from parity.http.app import api, entrypoint
from parity.http.openapi import describe_responses

app = api()


@app.put(
    "/api/v1/customers/<customerId>/overrides/<feature>",
    summary="Override or add to an entitlement",
    tags=["Entitlements"],
    operation_id="setOverride",
    responses=describe_responses(200, "The override or grant as it is now.", 400, 404, 409, 415, 503),
)
def put_override(customer_id: CustomerId, feature: FeaturePath, body: AdjustmentSet) -> AdjustmentModel:
    """Replaces an earlier one of the same type, and keeps its usage while `reset` and `resetTime` stay.

    The same request again changes nothing. Otherwise the next check follows it.
    """
    return AdjustmentModel.of(set_override(override_stores(), customer_id, feature, body.to_draft(), now()))


handler = entrypoint(app)
