"""DELETE /api/v1/customers/{customerId}: archives a customer."""

from __future__ import annotations

from parity.core.times import now
from parity.customers.api.parameters import CustomerId
from parity.customers.service.changes import CustomerToChange, archive_customer
from parity.customers.store.customers import customer_store
from parity.http.app import api, entrypoint
from parity.http.declarations import Response
from parity.http.openapi import describe_responses
from parity.http.preconditions import IfMatch, expected_versions
from parity.metering.store.counters import freeze_counters
from parity.subscriptions.store.subscriptions import subscription_store

app = api()


@app.delete(
    "/api/v1/customers/<customerId>",
    summary="Archive a customer",
    tags=["Customers"],
    operation_id="archiveCustomer",
    status_code=204,
    responses=describe_responses(204, "Archived, now or before.", 400, 404, 409, 412, 503),
)
def archive(customer_id: CustomerId, if_match: IfMatch = None) -> Response[None]:
    """Takes all access away and keeps the history. Refused while the customer has a live subscription."""
    stores = customer_store(), subscription_store()
    target = CustomerToChange(customer_id, expected_versions(if_match))
    archive_customer(*stores, target, now(), freeze_counters)
    return Response(204)


handler = entrypoint(app)
