"""POST /api/v1/entitlements/check: answers up to 100 checks in one request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parity.core.times import now
from parity.entitlements.api.batch import format_results, parse_checks
from parity.entitlements.service.explain import check_many, conceal_customer
from parity.entitlements.store.checks import check_store
from parity.http.callers import has_publishable_key
from parity.http.lean import lean_handler, read_json_body

if TYPE_CHECKING:
    from parity.http.lean import Event


def check_batch(event: Event) -> dict[str, Any]:
    """The answers are in the order of the checks. Costs one DynamoDB request per customer."""
    questions = parse_checks(read_json_body(event))
    answers = check_many(check_store(), questions, now())
    return format_results(
        questions, map(conceal_customer, answers) if has_publishable_key(event) else answers
    )


handler = lean_handler(check_batch)
