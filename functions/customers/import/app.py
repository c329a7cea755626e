"""POST /api/v1/customers/import: creates many customers from JSON or CSV."""

from __future__ import annotations

from typing import Annotated, Any

from parity.core.times import now
from parity.customers.api.imports import (
    CSV_OR_JSON,
    ImportResult,
    check_row_count,
    import_response,
    make_result,
    read_drafts,
)
from parity.customers.rules.customers import CustomerDraft
from parity.customers.service.imports import import_customers
from parity.customers.store.customers import customer_store
from parity.http.app import api, entrypoint
from parity.http.declarations import Body, Response
from parity.http.idempotency import IdempotencyKey, IdempotentRequest
from parity.http.openapi import describe_responses

app = api()


@app.post(
    "/api/v1/customers/import",
    summary="Import customers",
    tags=["Customers"],
    operation_id="importCustomers",
    responses=describe_responses(200, "What became of each row.", 400, 415, 422),
)
def import_rows(
    rows: Annotated[list[Any], Body()], idempotency_key: IdempotencyKey = None
) -> Response[ImportResult]:
    """Good rows are stored, and each bad row says what is wrong. The same file can safely be sent again."""
    request = IdempotentRequest(app, idempotency_key)
    check_row_count(rows)
    is_out_of_time = app.context["request"].is_out_of_time
    drafts = read_drafts(rows, is_out_of_time)
    good = [draft for draft in drafts if isinstance(draft, CustomerDraft)]
    result = make_result(drafts, import_customers(customer_store(), good, now, is_out_of_time))
    response = import_response(result)
    if not result.unprocessed:
        request.keep_answer(response)
    return response


handler = entrypoint(app, accepts=CSV_OR_JSON)
