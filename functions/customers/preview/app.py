"""GET /api/v1/customers/identifier: previews the identifier that a name would get."""

from __future__ import annotations

from parity.customers.api.customers import CustomerName, IdentifierPreview
from parity.customers.service.identifiers import preview_identifier
from parity.customers.store.customers import customer_store
from parity.http.app import api, entrypoint
from parity.http.openapi import describe_responses

app = api()


@app.get(
    "/api/v1/customers/identifier",
    summary="Preview an identifier",
    tags=["Customers"],
    operation_id="previewCustomerIdentifier",
    responses=describe_responses(200, "The identifier.", 400, 404),
)
def preview(name: CustomerName) -> IdentifierPreview:
    """The identifier that a customer of this name would get now, if the request named none.

    A name whose own identifier is in use gets a random suffix, another one each time.
    """
    return IdentifierPreview(customer_id=preview_identifier(customer_store(), name))


handler = entrypoint(app)
