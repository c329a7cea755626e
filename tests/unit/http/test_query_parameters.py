"""Query parameters: known ones in either spelling, each once and with a value."""

from __future__ import annotations

from typing import Any

import pytest

from parity.core.errors import InvalidFieldsError
from parity.http.query_parameters import with_strict_query
from tests.support.fakes.gateway import make_http_event, make_rest_event

PATH = "/api/v1/subscriptions"
KNOWN = ("customer_id", "featureId", "at")

both_gateways = pytest.mark.parametrize("make", [make_rest_event, make_http_event])


def read_query(query: str, make: Any = make_rest_event) -> dict[str, list[str]]:  # noqa: ANN401
    event = with_strict_query(make("GET", PATH, query=query), KNOWN, lists=["featureId"])
    values: dict[str, list[str]] = event["multiValueQueryStringParameters"]
    assert event["queryStringParameters"] == {name: texts[-1] for name, texts in values.items()}
    return values


def refuse(query: str, make: Any = make_rest_event) -> dict[str, str]:  # noqa: ANN401
    """The sentence about each parameter that is refused."""
    with pytest.raises(InvalidFieldsError) as caught:
        read_query(query, make)
    assert all(problem.in_query for problem in caught.value.problems)
    return {problem.field: problem.detail for problem in caught.value.problems}


@both_gateways
@pytest.mark.parametrize(
    ("query", "values"),
    [
        ("customer_id=a&feature_id=b", {"customer_id": ["a"], "featureId": ["b"]}),
        ("customerId=a&featureId=b", {"customer_id": ["a"], "featureId": ["b"]}),
        ("featureId=a,b&featureId=c%2Cd", {"featureId": ["a,b", "c,d"]}),
        ("customer_id=a%2Cb", {"customer_id": ["a,b"]}),
        ("customer_id=a+%2B%26%3D%C3%A9", {"customer_id": ["a +&=é"]}),
        ("at=+x+", {"at": [" x "]}),
    ],
)
def test_a_parameter_is_read_in_both_spellings(query: str, values: dict[str, list[str]], make: Any) -> None:  # noqa: ANN401
    assert read_query(query, make) == values


@pytest.mark.parametrize("event", [make_rest_event("GET", PATH), make_http_event("GET", PATH), {}])
def test_a_request_without_a_query_is_left_as_it_is(event: dict[str, Any]) -> None:
    assert with_strict_query(event, ()) == with_strict_query(event, KNOWN) == event


@both_gateways
@pytest.mark.parametrize(
    "name",
    [
        "unknown",
        "CUSTOMER_ID",
        "customer-id",
        "CustomerId",
        "customer__id",
        "feature_Id",
        "At",
        "customer_id[]",
    ],
)
def test_an_unknown_parameter_is_refused_and_the_known_ones_are_named(name: str, make: Any) -> None:  # noqa: ANN401
    detail = "is not a known parameter; known are at, customer_id, featureId."
    assert refuse(f"at=x&{name}=1", make) == {name: detail}


def test_where_none_is_known_any_is_refused() -> None:
    with pytest.raises(InvalidFieldsError, match="x is not a known parameter; this call takes none"):
        with_strict_query(make_rest_event("GET", PATH, query="x=1"), ())


@both_gateways
@pytest.mark.parametrize("value", ["", "=", "=+", "=%09", "=%E3%80%80", "=a&featureId="])
def test_a_blank_value_is_refused(value: str, make: Any) -> None:  # noqa: ANN401
    assert refuse(f"featureId{value}", make) == {
        "featureId": "must not be blank; give a value or leave it out."
    }


@both_gateways
def test_a_repeated_parameter_is_refused_unless_it_is_a_list(make: Any) -> None:  # noqa: ANN401
    assert refuse("customerId=a&customerId=a&feature_id=a&feature_id=b", make) == {
        "customerId": "must be given once, and not 2 times."
    }


@both_gateways
def test_both_spellings_at_once_are_refused(make: Any) -> None:  # noqa: ANN401
    detail = "must be given in one spelling, as featureId or feature_id."
    assert refuse("featureId=a&feature_id=a", make) == {"featureId": detail, "feature_id": detail}


def test_every_wrong_parameter_is_named_up_to_a_number_and_a_length() -> None:
    assert refuse("a=1&at=&customer_id=1&customer_id=2").keys() == {"a", "at", "customer_id"}
    assert len(refuse("&".join(f"x{number}=1" for number in range(500)))) == 20
    assert refuse("x" * 5000 + "=1").keys() == {"x" * 40}
    assert refuse("=1").keys() == {'""'}
