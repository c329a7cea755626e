"""A batch of checks: the request read, and the answer written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parity.core.errors import FieldProblem, InvalidFieldsError
from parity.core.identifiers import normalize_identifier
from parity.core.numbers import MAX_EXACT_INTEGER, read_integer
from parity.core.text import MAX_CHARACTERS
from parity.entitlements.api.entries import format_rich_entry
from parity.entitlements.service.explain import CustomerCheck
from parity.http.problem import refuse_fields, rename_fields, unknown_field

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from parity.entitlements.rules.evaluation import Entitlement

MAX_CHECKS = 100
NAMES = {
    "customer_id": "customerId",
    "feature_id": "featureId",
    "requested_usage": "requestedUsage",
}
FIELDS = frozenset(NAMES.values())


def parse_checks(body: Mapping[str, Any]) -> list[CustomerCheck]:
    """Reads `{"checks": [{"customerId", "featureId", "requestedUsage"?}]}`. Raises InvalidFieldsError."""
    refuse_fields(unknown_field(name) for name in sorted(body.keys() - {"checks"}))
    checks = body.get("checks")
    if not isinstance(checks, list) or not 0 < len(checks) <= MAX_CHECKS:
        raise InvalidFieldsError(FieldProblem("checks", f"must be an array of 1 to {MAX_CHECKS} checks."))
    return [_parse_check(f"checks/{number}", check) for number, check in enumerate(checks)]


def _parse_check(where: str, check: Any) -> CustomerCheck:  # noqa: ANN401
    if not isinstance(check, dict):
        raise InvalidFieldsError(FieldProblem(where, "must be an object."))
    fields = rename_fields(check, NAMES, where)
    refuse_fields(unknown_field(name, where) for name in sorted(fields.keys() - FIELDS))
    return CustomerCheck(
        customer_id=_required_identifier(where, fields, "customerId"),
        feature=_required_identifier(where, fields, "featureId"),
        requested=_requested_usage(where, fields.get("requestedUsage", 0)),
    )


def _required_identifier(where: str, fields: dict[str, Any], name: str) -> str:
    """The composed identifier. One that is too long to exist is cut to a length that is too long, too."""
    value = fields.get(name)
    if not isinstance(value, str) or not value:
        raise InvalidFieldsError(FieldProblem(f"{where}/{name}", "must be text and not empty."))
    return normalize_identifier(value)[: MAX_CHARACTERS + 1]


def _requested_usage(where: str, value: Any) -> int:  # noqa: ANN401
    integer = read_integer(value)
    if integer is None or not 0 <= integer <= MAX_EXACT_INTEGER:
        raise InvalidFieldsError(
            FieldProblem(f"{where}/requestedUsage", "must be a whole number, 0 or more.")
        )
    return integer


def format_results(checks: Iterable[CustomerCheck], answers: Iterable[Entitlement]) -> dict[str, Any]:
    return {
        "results": [
            {"customerId": check.customer_id, **format_rich_entry(answer)}
            for check, answer in zip(checks, answers, strict=True)
        ]
    }
