"""GET /api/v1/entitlements: what a customer may do (docs/contract.md, "Entitlements")."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parity.core.identifiers import normalize_identifier
from parity.core.times import now
from parity.entitlements.api.entries import format_entries
from parity.entitlements.service.check import check
from parity.entitlements.store.checks import check_store
from parity.http.callers import check_token
from parity.http.lean import lean_handler, query_parameter, required_parameter

if TYPE_CHECKING:
    from parity.http.lean import Event


def check_customer(event: Event) -> dict[str, Any]:
    """One DynamoDB request. A customer who is unknown or archived has an empty list."""
    customer_id = normalize_identifier(required_parameter(event, "customer_id"))
    moment = now()
    check_token(event, customer_id, moment)
    feature = query_parameter(event, "feature_id")
    data = check_store().read_for_check(customer_id)
    return format_entries(customer_id, check(data, moment, [feature] if feature else None))


handler = lean_handler(check_customer, parameters=("customer_id", "feature_id"))
