"""The entry points without a resolver: the same answers, problems and logs as those with one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from parity.core.errors import BusyError, FieldProblem, InvalidFieldsError
from parity.customers.rules.errors import CustomerNotFoundError
from parity.http.bodies import RequestRefusedError
from parity.http.headers import common_headers
from parity.http.lean import (
    Answer,
    lean_handler,
    query_parameter,
    read_body,
    read_json_body,
    required_parameter,
)
from tests.support.fakes.gateway import make_http_event, make_rest_event

PATH = "/api/v1/entitlements"
REQUEST_ID = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"
HEADERS = {"Content-Type": "application/json", **common_headers(make_rest_event("GET", PATH))}


def call_lean(operation: Any, event: dict[str, Any] | None = None, *parameters: str) -> dict[str, Any]:  # noqa: ANN401
    return lean_handler(operation, parameters)(event or make_rest_event("GET", PATH), None)


def call_failing(error: Exception) -> dict[str, Any]:
    def operation(_: object) -> None:
        raise error

    return call_lean(operation)


def test_what_an_operation_returns_is_the_body() -> None:
    reply = call_lean(lambda _: {"name": "Café", "list": [1, None, True]})
    assert reply == {
        "statusCode": 200,
        "headers": HEADERS,
        "body": '{"name":"Café","list":[1,null,true]}',
        "isBase64Encoded": False,
    }


def test_an_operation_may_answer_with_headers_of_its_own() -> None:
    reply = call_lean(lambda _: Answer({"a": 1}, {"Idempotent-Replayed": "true"}))
    assert (reply["statusCode"], reply["body"]) == (200, '{"a":1}')
    assert reply["headers"] == {**HEADERS, "Idempotent-Replayed": "true"}


def test_the_origin_is_the_one_of_the_stack(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_ORIGIN", "https://app.example.com")
    replies = [call_lean(lambda _: {}), call_failing(BusyError()), call_failing(RuntimeError())]
    origins = {reply["headers"]["Access-Control-Allow-Origin"] for reply in replies}
    assert origins == {"https://app.example.com"}


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (CustomerNotFoundError("nobody"), 404, "customer_not_found"),
        (BusyError(), 503, "busy"),
        (RuntimeError(), 500, "internal_error"),
        (KeyError("x"), 500, "internal_error"),
    ],
    ids=str,
)
def test_an_error_is_a_problem(error: Exception, status: int, code: str) -> None:
    reply = call_failing(error)
    assert (reply["statusCode"], reply["headers"]["Content-Type"]) == (status, "application/problem+json")
    problem = json.loads(reply["body"])
    assert (problem["status"], problem["code"], problem["type"]) == (status, code, "about:blank")


@pytest.mark.parametrize("make", [make_rest_event, make_http_event])
@pytest.mark.parametrize(
    "error",
    [BusyError(), RuntimeError(), InvalidFieldsError(FieldProblem("requestId", "is not a known field."))],
    ids=str,
)
def test_a_problem_has_the_id_of_its_request(make: Any, error: Exception) -> None:  # noqa: ANN401
    def operation(_: object) -> None:
        raise error

    reply = call_lean(operation, make("POST", PATH))
    assert json.loads(reply["body"])["requestId"] == reply["headers"]["X-Request-Id"] == REQUEST_ID


def test_when_to_come_back_is_told() -> None:
    assert int(call_failing(BusyError())["headers"]["Retry-After"]) > 0


def test_an_unexpected_error_is_one_line_in_the_log_that_quotes_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    reply = call_failing(RuntimeError("acme@example.com"))
    line, metric = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert metric["RequestsFailed"] == 1
    assert (line["level"], line["error"], line["correlation_id"]) == ("ERROR", "RuntimeError", REQUEST_ID)
    assert any("test_lean.py" in frame for frame in line["where"])
    assert "acme@example.com" not in reply["body"] + json.dumps({**line, "where": ""})


def test_an_expected_error_is_not_in_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    call_failing(CustomerNotFoundError("nobody"))
    assert capsys.readouterr().out == ""


def test_an_event_of_which_nothing_is_known_still_gets_an_answer() -> None:
    assert call_lean(lambda event: event["body"], {"unknown": 1})["statusCode"] == 500


@pytest.mark.parametrize("make", [make_rest_event, make_http_event])
def test_declared_parameters_are_read_from_the_events_of_both_gateways(make: Any) -> None:  # noqa: ANN401
    declared = ("customer_id", "feature_id", "other")

    def operation(event: Any) -> list[str | None]:  # noqa: ANN401
        return [query_parameter(event, name) for name in declared]

    reply = call_lean(operation, make("GET", PATH, query="customer_id=acme&featureId=exports"), *declared)
    assert json.loads(reply["body"]) == ["acme", "exports", None]
    assert json.loads(call_lean(operation, make("GET", PATH), *declared)["body"]) == [None] * 3


@pytest.mark.parametrize("make", [make_rest_event, make_http_event])
def test_a_parameter_that_is_not_declared_is_refused(make: Any) -> None:  # noqa: ANN401
    reply = call_lean(lambda _: {}, make("GET", PATH, query="requested_usage=5000"), "customer_id")
    assert reply["statusCode"] == 400
    assert json.loads(reply["body"])["requested_usage"] == [
        "is not a known parameter; known are customer_id."
    ]


def test_what_is_required_is_named_where_it_is_missing() -> None:
    with pytest.raises(InvalidFieldsError) as refused:
        required_parameter(make_rest_event("GET", PATH), "customer_id")
    assert [problem.field for problem in refused.value.problems] == ["customer_id"]


@pytest.mark.parametrize("content_type", ["application/json", "Application/JSON; charset=utf-8"])
@pytest.mark.parametrize("body", ['{"a": 1}', b'{"a": 1}', b'\xef\xbb\xbf{"a": 1}'], ids=str)
@pytest.mark.parametrize("header", ["Content-Type", "content-type", "CONTENT-TYPE"])
def test_a_body_is_read_however_it_arrives(header: str, body: object, content_type: str) -> None:
    event = make_rest_event("POST", PATH, body=body)
    event["headers"] = {header: content_type}
    assert read_json_body(event) == {"a": 1}


def test_a_body_without_a_type_is_taken_for_json() -> None:
    event = make_rest_event("POST", PATH, body='{"a": 1}') | {"headers": None}
    assert read_json_body(event) == {"a": 1}


def test_a_body_is_read_by_its_type() -> None:
    readers = {"text/csv": str.upper, "application/json": len}
    event = make_rest_event("POST", PATH, body="a;b", headers={"Content-Type": "text/csv; charset=utf-8"})
    assert read_body(event, readers) == "A;B"
    assert read_body(event | {"headers": {}}, readers) == 3
    with pytest.raises(RequestRefusedError, match="text/csv or application/json"):
        read_body(event | {"headers": {"Content-Type": "text/html"}}, readers)
