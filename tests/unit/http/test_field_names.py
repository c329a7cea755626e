"""Fields of bodies that are read without a model, by the names that callers send."""

from __future__ import annotations

import json
from typing import Any

import pytest

from parity.core.errors import FieldProblem, InvalidFieldsError
from parity.http.problem import problem_from_error, rename_fields, unknown_field

NAMES = {"customer_id": "customerId", "feature_id": "featureId"}


def pointers_of(*problems: FieldProblem) -> list[str]:
    problem: dict[str, Any] = json.loads(problem_from_error(InvalidFieldsError(*problems)).to_json())
    return [error["pointer"] for error in problem["errors"]]


def test_fields_have_their_names_in_camel_case_whichever_were_sent() -> None:
    sent = {"customer_id": "acme", "featureId": "exports", "job_id": 1}
    assert rename_fields(sent, NAMES) == {"customerId": "acme", "featureId": "exports", "job_id": 1}


@pytest.mark.parametrize(
    "sent", [{"customerId": "a", "customer_id": "a"}, {"customer_id": None, "customerId": "b"}]
)
def test_a_field_in_both_spellings_is_refused_even_if_they_agree(sent: dict[str, Any]) -> None:
    with pytest.raises(InvalidFieldsError, match="one spelling, as customer_id or customerId") as refused:
        rename_fields(sent, NAMES, "checks/3")
    assert pointers_of(*refused.value.problems) == ["#/checks/3/customer_id"]


def test_an_unknown_field_is_pointed_at_as_it_was_sent() -> None:
    problems = [unknown_field("customer_name"), unknown_field("a_b/c~d", "events/0")]
    assert pointers_of(*problems) == ["#/customer_name", "#/events/0/a_b~1c~0d"]


def test_a_field_of_a_rule_is_pointed_at_in_camel_case() -> None:
    problem = FieldProblem("plan_entitlements/0/usage_limit", "must be above 0.")
    assert pointers_of(problem) == ["#/planEntitlements/0/usageLimit"]
