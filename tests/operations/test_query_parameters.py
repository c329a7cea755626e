"""Query parameters of every route, as docs/openapi.json has them: known, given once, with a value."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from tests.support.answers import expect, refusal, to_camel_case
from tests.support.builders.catalog import make_hard_limit
from tests.support.builders.customers import create_customer
from tests.support.builders.descriptions import DESCRIPTION, described_operation, parameters_in
from tests.support.builders.entitlements import subscribe_acme
from tests.support.builders.evaluation import MONTHLY
from tests.support.fakes.functions import ROUTES, Reply, call, invoke
from tests.support.fakes.gateway import make_http_event

PATH_VALUES = {
    "customerId": "acme",
    "subscriptionId": "6f0d2c1e-41b7-4c57-9a0e-2f3d8b7a5510",
    "keyId": "6f0d2c1e-41b7-4c57-9a0e-2f3d8b7a5510",
    "grantId": "6f0d2c1e-41b7-4c57-9a0e-2f3d8b7a5510",
    "reservationId": "6f0d2c1e-41b7-4c57-9a0e-2f3d8b7a5510",
    "feature": "exports",
    "plan": "pro",
    "version": "1",
}
VALUES = {
    "at": "2026-03-02T09:15:04Z",
    "created_on_after": "2026-03-02",
    "created_on_before": "2026-03-02",
    "customer_id": "acme",
    "cursor": "x",
    "end_date": "2026-03-02",
    "endpoint": "we_0123456789abcdef",
    "eventType": "customer.created",
    "feature": "exports",
    "feature_id": "exports",
    "featureId": "exports",
    "format": "json",
    "from": "2026-03-01",
    "interval": "DAY",
    "isSuccess": "true",
    "kind": "EVERY_MONTH",
    "limit": "3",
    "modified_on_after": "2026-03-02",
    "occurred_on_after": "2026-03-02",
    "occurred_on_before": "2026-03-02",
    "modified_on_before": "2026-03-02",
    "name": "Acme",
    "page": "1",
    "page_size": "7",
    "requestedUsage": "5000",
    "search": "acme",
    "sort": "createdOn",
    "start_date": "2026-03-02",
    "start_date_after": "2026-03-02",
    "start_date_before": "2026-03-02",
    "status": "active",
    "timezone": "Europe/Berlin",
    "to": "2026-03-02",
    "type": "override",
    "version": "1",
}
"""A value of each parameter that the API has."""


@cache
def parameters_of(operation: str) -> dict[str, dict[str, Any]]:
    """The described query parameters of an operation by name."""
    assert "400" in described_operation(operation)["responses"]
    return parameters_in("query", operation)


def is_list(parameter: dict[str, Any]) -> bool:
    return '"array"' in json.dumps(parameter["schema"])


def send_query(operation: str, query: str) -> Reply:
    path = {name: value for name, value in PATH_VALUES.items() if f"{{{name}}}" in ROUTES[operation][1]}
    return call(operation, parameters=path or None, query=query)


def refused_parameters(reply: Reply) -> dict[str, str]:
    """What the answer says of each parameter in its list and in the arrays by name."""
    assert refusal(reply) == (400, "invalid_request")
    found = {error["parameter"]: error["detail"] for error in reply.body["errors"]}
    assert all(f"{name} {detail}" in reply.body["detail"] for name, detail in found.items())
    return found


def required_query(operation: str, but: str = "") -> str:
    """The parameters that the operation cannot do without, so that they are not what is refused."""
    needed = [name for name, each in parameters_of(operation).items() if each["required"] and name != but]
    return "".join(f"&{name}={VALUES[name]}" for name in needed)


def other_spelling(name: str) -> str:
    """`customerId` for `customer_id`, and the other way round; the name itself if it is a single word."""
    if "_" in name:
        return to_camel_case(name)
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


PARAMETERS = [(operation, name) for operation in ROUTES for name in parameters_of(operation)]


@pytest.fixture
def store_items() -> None:
    """What the calls of the table are about: `acme` has the feature `exports` from the plan `pro`."""
    subscribe_acme(make_hard_limit(999, **MONTHLY))


def test_every_described_route_and_parameter_is_in_the_table() -> None:
    described = DESCRIPTION["paths"]
    assert {(method.upper(), path) for path, each in described.items() for method in each} == set(
        ROUTES.values()
    )
    assert {name for _, name in PARAMETERS} == VALUES.keys()


@pytest.mark.parametrize("operation", ROUTES)
def test_every_route_refuses_an_unknown_parameter_and_names_it(operation: str) -> None:
    for name in ("unknown_one", "Customer_Id", "_"):
        (found,) = refused_parameters(send_query(operation, f"{name}=1{required_query(operation)}")).items()
        assert found[0] == name
        known = sorted(parameters_of(operation))
        assert found[1].endswith(f"known are {', '.join(known)}." if known else "this call takes none.")


@pytest.mark.parametrize(("operation", "name"), PARAMETERS)
def test_every_parameter_is_refused_blank_broken_repeated_and_in_both_spellings(
    operation: str, name: str
) -> None:
    value, rest = VALUES[name], required_query(operation, but=name)
    for spelling in {name, other_spelling(name)}:
        for wrong in ("", "=", "=%20", "=%E3%80%80", "=a%FFb", "=%ED%A0%80"):
            assert refused_parameters(send_query(operation, spelling + wrong + rest)).keys() == {spelling}
        if not is_list(parameters_of(operation)[name]):
            twice = send_query(operation, f"{spelling}={value}&{spelling}={value}{rest}")
            assert refused_parameters(twice).keys() == {spelling}
    if other_spelling(name) != name:
        both = send_query(operation, f"{name}={value}&{other_spelling(name)}={value}{rest}")
        assert refused_parameters(both).keys() == {name, other_spelling(name)}


@pytest.mark.usefixtures("store_items")
@pytest.mark.parametrize(
    ("operation", "name"), [each for each in PARAMETERS if other_spelling(each[1]) != each[1]]
)
def test_both_spellings_have_the_same_answer(operation: str, name: str) -> None:
    query, rest = f"={VALUES[name]}", required_query(operation, but=name)
    one, other = (send_query(operation, each + query + rest) for each in (name, other_spelling(name)))
    assert expect(one, 200) | {"asOf": ""} == expect(other, 200) | {"asOf": ""}


@pytest.mark.usefixtures("store_items")
@pytest.mark.parametrize("name", ["requestedUsage", "requested_usage"])
def test_a_requested_usage_above_the_limit_is_denied_in_both_spellings(name: str) -> None:
    for usage, expected in ((5000, False), (999, True)):
        reply = send_query("entitlements/list", f"feature_id=exports&{name}={usage}")
        assert [entry["hasAccess"] for entry in expect(reply, 200)["entitlements"]] == [expected]


@pytest.mark.usefixtures("store_items")
@pytest.mark.parametrize("name", ["customerId", "customer_id"])
def test_a_list_never_answers_for_everybody_where_one_customer_was_meant(name: str) -> None:
    create_customer("Other")
    assert expect(call("subscriptions/list", query=f"{name}=acme"), 200)["count"] == 1
    assert expect(call("subscriptions/list", query=f"{name}=other"), 200)["count"] == 0
    assert refused_parameters(call("subscriptions/list", query=f"{name}=")).keys() == {name}


@pytest.mark.parametrize("query", ["status=,", "status=active,,nonsense", "status=+,+"])
def test_a_list_of_statuses_has_known_ones(query: str) -> None:
    assert refused_parameters(call("subscriptions/list", query=query)).keys() == {"status"}


@pytest.mark.parametrize("query", ["feature_id=,", "featureId=,+,&featureId=,"])
def test_a_list_of_features_without_any_is_not_all_of_them(query: str) -> None:
    assert refused_parameters(send_query("usage/query", query)).keys() == {"featureId"}


@pytest.mark.usefixtures("store_items")
@pytest.mark.parametrize(
    "query", ["customer_id=acme&feature_id=exports", "customerId=acme&featureId=exports"]
)
def test_the_edge_reads_parameters_as_the_core_does(query: str) -> None:
    event = make_http_event("GET", "/api/v1/entitlements", query=query)
    answer = expect(invoke("entitlements/check", event), 200)
    assert answer == expect(call("entitlements/check", query=query), 200)
    assert [entry["featureId"] for entry in answer["entitlements"]] == ["exports"]
    again = make_http_event("GET", "/api/v1/entitlements", query=f"{query}&{query}")
    assert refusal(invoke("entitlements/check", again)) == (400, "invalid_request")


def test_a_customer_whose_identifier_has_a_comma_is_asked_about_on_the_edge() -> None:
    event = make_http_event("GET", "/api/v1/entitlements", query="customer_id=a%2Cb")
    assert expect(invoke("entitlements/check", event), 200)["customerId"] == "a,b"
