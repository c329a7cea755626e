"""GET /api/v1/entitlements: what a customer may do, as the client libraries ask (WIRE.md section 2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parity.api.entitlements import compatible
from parity.api.lean import lean, query, required_query
from parity.checking import check
from parity.domain.identifiers import normalized
from parity.domain.times import now
from parity.store.checks import check_store

if TYPE_CHECKING:
    from parity.api.lean import Event


def check_customer(event: Event) -> dict[str, Any]:
    """One DynamoDB request. A customer who is unknown or archived has an empty list."""
    customer_id = normalized(required_query(event, "customer_id", "customerId"))
    feature = query(event, "feature_id", "featureId")
    checked = check_store().checked(customer_id)
    return compatible(customer_id, check(checked, now(), [feature] if feature else None))


handler = lean(check_customer)
