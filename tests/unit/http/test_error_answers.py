"""Errors as problems, with the field arrays that client libraries show (docs/contract.md, "Errors")."""

from __future__ import annotations

import inspect
import json
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

import parity
from parity.api_keys.api.models import ApiKeyCreate
from parity.catalog.rules.errors import FeatureNotFoundError
from parity.core.errors import FieldProblem, InvalidFieldsError, ParityError
from parity.customers.api.customers import CustomerCreate
from parity.http.error_answers import answer_error, problem_from_validation, to_gateway
from parity.http.problem import CONTENT_TYPE, Problem

MISFITS: list[Any] = [1, None, [], {"name": {}}, {"name": 5}, {"nope": 1}, {"metadata": [1]}]
MISFITS += [{"email": 5}, {"billingAddress": "x"}, {"billingAddress": {"line1": 5}}, {"customerId": {}}]
PYTHON = ("Create", "Model", "instance", "dictionary", "input", "valid string", "None", "function")


def problem_of(model: type[BaseModel], value: Any) -> dict[str, Any]:  # noqa: ANN401
    with pytest.raises(ValidationError) as refused:
        model.model_validate(value)
    located = ({**error, "loc": ("body", *error["loc"])} for error in refused.value.errors())
    problem: dict[str, Any] = json.loads(problem_from_validation(located).to_json())
    return problem


def test_each_wrong_field_is_in_the_list_and_has_an_array_of_its_own() -> None:
    problem = problem_of(
        CustomerCreate,
        {"name": "", "billingAddress": {"country": 5, "line1": "x", "city": "y", "state": "z"}},
    )
    assert problem == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "name must not be empty. billingAddress/country must be text. "
        "billingAddress/postalCode is required.",
        "code": "invalid_request",
        "errors": [
            {"pointer": "#/name", "detail": "must not be empty."},
            {"pointer": "#/billingAddress/country", "detail": "must be text."},
            {"pointer": "#/billingAddress/postalCode", "detail": "is required."},
        ],
        "name": ["must not be empty."],
        "billingAddress": ["must be text.", "is required."],
    }


@pytest.mark.parametrize("value", MISFITS, ids=repr)
def test_a_problem_speaks_of_json_and_never_of_python(value: Any) -> None:  # noqa: ANN401
    problem = problem_of(CustomerCreate, value)
    assert not [word for word in PYTHON if word in json.dumps(problem)]
    assert all(error["detail"].startswith(("must ", "is ")) for error in problem["errors"])


@pytest.mark.parametrize("name", ["status", "title", "type", "detail", "code", "errors"])
def test_a_wrong_field_with_a_name_of_the_problems_own_leaves_that_in_place(name: str) -> None:
    problem = problem_of(ApiKeyCreate, {"name": "x", name: 1})
    assert problem["errors"] == [{"pointer": f"#/{name}", "detail": "is not a known field."}]
    assert (problem["status"], problem["code"], problem["title"]) == (400, "invalid_request", "Bad Request")
    assert (problem["type"], problem["detail"]) == ("about:blank", f"{name} is not a known field.")


def test_a_slash_in_a_field_name_is_no_step_of_the_pointer() -> None:
    problem = problem_of(ApiKeyCreate, {"name": "x", "a/b": 1, "c~d": 1})
    assert [error["pointer"] for error in problem["errors"]] == ["#/a~1b", "#/c~0d"]
    assert problem["a/b"] == problem["c~d"] == ["is not a known field."]


def test_a_hostile_body_does_not_make_a_larger_answer() -> None:
    problem = problem_of(ApiKeyCreate, {f"{number}{'x' * 10_000}": 1 for number in range(1000)})
    assert len(problem["errors"]) == 20
    assert len(json.dumps(problem)) < 10_000


def test_an_error_quotes_no_more_than_fits_an_answer() -> None:
    errors = [
        FeatureNotFoundError("x" * 1_000_000),
        InvalidFieldsError(FieldProblem("name", "x" * 1_000_000)),
        InvalidFieldsError(FieldProblem("name", "x" * 1_000_000, in_query=True)),
    ]
    for error in errors:
        body = answer_error(error).body
        assert body is not None
        assert len(body) < 15_000
        assert json.loads(body)["detail"].endswith("x...")


def test_a_rule_broken_by_the_whole_body_points_at_the_whole_body() -> None:
    answer = answer_error(InvalidFieldsError(FieldProblem("", "must hold 1 to 10000 rows.")))
    problem = json.loads(answer.body or "")
    assert problem["errors"] == [{"pointer": "#", "detail": "must hold 1 to 10000 rows."}]
    assert "" not in problem
    assert problem["detail"].startswith("The body")


ARGUMENTS: dict[str, object] = {
    "extra": {"usageLimit": 100},
    "limit": 100,
    "used": 90,
    "reserved": 5,
    "version": 2,
    "features": ["exports"],
    "page": 3,
    "live": 2,
    "current": 7,
    "blocking": [{"id": "sub"}],
    "plans": ["pro"],
    "problems": FieldProblem("timestamp", "is wrong."),
}
"""Arguments that are no text; every other argument is."""


def every_kind(of: type[ParityError] = ParityError) -> list[type[ParityError]]:
    """The classes below this one that have a code of their own."""
    below = [kind for each in of.__subclasses__() for kind in (each, *every_kind(each))]
    return [kind for kind in below if "code" in vars(kind)]


def every_error() -> list[ParityError]:
    """One error of each kind, of the core and of every area."""
    for module in walk_packages(parity.__path__, "parity."):
        if ".rules" in module.name:
            import_module(module.name)
    return [
        kind(*(ARGUMENTS.get(name, name) for name in inspect.signature(kind).parameters))  # type: ignore[arg-type] # by name
        for kind in every_kind()
    ]


@pytest.mark.parametrize("error", every_error(), ids=lambda error: error.code)
def test_every_error_of_the_domain_has_a_status_and_keeps_its_code(error: ParityError) -> None:
    answer = answer_error(error)
    problem = json.loads(answer.body or "")
    assert answer.content_type == CONTENT_TYPE
    assert problem["status"] == answer.status_code
    assert (problem["code"], problem["detail"]) == (error.code, error.detail)


def test_no_two_kinds_of_error_have_one_code() -> None:
    codes = [error.code for error in every_error()]
    assert len(set(codes)) == len(codes)


def test_what_is_refused_before_the_resolver_is_answered_in_the_gateways_form() -> None:
    answer = to_gateway(Problem(503, "busy", "Later.", headers={"Retry-After": "1"}))
    assert answer["statusCode"] == 503
    assert answer["multiValueHeaders"] == {"Content-Type": [CONTENT_TYPE], "Retry-After": ["1"]}
    assert json.loads(answer["body"])["code"] == "busy"
