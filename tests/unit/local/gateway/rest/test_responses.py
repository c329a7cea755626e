from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from local.gateway import RestGateway
from local.gateway.base import MAX_PAYLOAD_BYTES
from local.model import FunctionError, GatewayResponse
from tests.unit.local.gateway.harness import API, Answer, Functions, Local


@pytest.fixture
def local() -> Iterator[Local]:
    functions = Functions()
    gateway = RestGateway(API, functions)
    yield Local(functions, gateway)
    gateway.close()


def answered(local: Local, answer: object, method: str = "GET", **parts: Any) -> Answer:  # noqa: ANN401 - as `send`
    local.functions.answers.update(dict.fromkeys(("items-list", "files"), answer))
    return local.send(method, "/items" if method == "GET" else "/files/a", **parts)


def configured(responses: dict[str, GatewayResponse], answer: object) -> Answer:
    gateway = RestGateway(replace(API, gateway_responses=responses), Functions({"items-list": answer}))
    local = Local(Functions(), gateway)
    response = local.send("GET", "/items")
    gateway.close()
    return response


def test_a_function_decides_status_headers_and_body(local: Local) -> None:
    answer = answered(local, {"statusCode": 201, "headers": {"Location": "/x"}, "body": '{"n": "é"}'})
    assert answer.status == 201
    assert answer.header("location") == "/x"
    assert answer.json() == {"n": "é"}
    assert answer.header("content-length") == str(len(answer.body))


def test_every_response_carries_the_gateways_ids(local: Local) -> None:
    for target in ("/items", "/nothing"):
        answer = local.send("GET", target)
        assert answer.header("x-amzn-requestid")
        assert answer.header("x-amz-apigw-id")


def test_json_is_assumed_unless_the_function_says_otherwise(local: Local) -> None:
    assert answered(local, {"statusCode": 200}).header("content-type") == "application/json"
    headers = {"Content-Type": "text/plain"}
    answer = answered(local, {"statusCode": 200, "headers": headers})
    assert [value for name, value in answer.headers if name == "content-type"] == ["text/plain"]


def test_repeated_headers_replace_single_ones_of_the_same_name(local: Local) -> None:
    answer = answered(
        local,
        {
            "statusCode": "200",
            "headers": {"Set-Cookie": "lost", "X-One": "1"},
            "multiValueHeaders": {"set-cookie": ["a=1", "b=2"]},
        },
    )
    assert [value for name, value in answer.headers if name == "set-cookie"] == ["a=1", "b=2"]
    assert answer.header("x-one") == "1"


def test_headers_of_the_connection_are_dropped_and_reserved_ones_renamed(local: Local) -> None:
    headers = {"Transfer-Encoding": "chunked", "Connection": "close", "WWW-Authenticate": "Basic"}
    answer = answered(local, {"statusCode": 401, "headers": headers})
    assert answer.header("transfer-encoding") is None
    assert answer.header("connection") is None
    assert answer.header("www-authenticate") is None
    assert answer.header("x-amzn-remapped-www-authenticate") == "Basic"


@pytest.mark.parametrize("status", [204, 304])
def test_some_statuses_have_no_body(local: Local, status: int) -> None:
    answer = answered(local, {"statusCode": status, "body": "ignored"})
    assert (answer.status, answer.body, answer.header("content-length")) == (status, b"", None)


def test_head_has_the_headers_of_the_body_only(local: Local) -> None:
    answer = answered(local, {"statusCode": 200, "body": "hello"}, method="HEAD")
    assert (answer.body, answer.header("content-length")) == (b"", "5")


def test_base64_is_decoded_for_a_client_that_asks_for_a_binary_media_type(local: Local) -> None:
    encoded = {"statusCode": 200, "body": base64.b64encode(b"\xff\x00").decode(), "isBase64Encoded": True}
    assert answered(local, encoded, headers=(("Accept", "text/csv, */*"),)).body == b"\xff\x00"
    assert answered(local, encoded, headers=(("Accept", "*/*, text/csv"),)).body == b"/wA="


def test_a_body_that_claims_to_be_base64_and_is_not_is_a_configuration_error(local: Local) -> None:
    broken = {"statusCode": 200, "body": "?", "isBase64Encoded": True}
    assert answered(local, broken, headers=(("Accept", "text/csv"),)).status == 500


@pytest.mark.parametrize(
    "answer",
    [
        b"no json",
        b"",
        None,
        "text",
        [],
        {},
        {"statusCode": None},
        {"statusCode": True},
        {"statusCode": 99},
        {"statusCode": 600},
        {"statusCode": "2xx"},
        {"statusCode": 200, "body": {"a": 1}},
        {"statusCode": 200, "headers": []},
        {"statusCode": 200, "headers": {"X": ["a"]}},
        {"statusCode": 200, "headers": {"X": None}},
        {"statusCode": 200, "headers": {"X": "a\r\nSet-Cookie: b"}},
        {"statusCode": 200, "headers": {"X": "\u2603"}},
        {"statusCode": 200, "headers": {"bad name": "a"}},
        {"statusCode": 200, "multiValueHeaders": {"X": [1]}},
        {"statusCode": 200, "cookies": []},
        {"errorMessage": "boom", "errorType": "KeyError"},
    ],
)
def test_a_malformed_answer_is_a_502(local: Local, answer: object) -> None:
    response = answered(local, answer)
    assert (response.status, response.json()) == (502, {"message": "Internal server error"})


@pytest.mark.parametrize("error_type", ["KeyError", "Runtime.ExitError", "Sandbox.Timedout"])
def test_a_failed_function_is_a_502_that_tells_nothing_of_it(local: Local, error_type: str) -> None:
    response = answered(local, FunctionError("items-list", error_type, "secret detail"))
    assert response.status == 502
    assert b"secret" not in response.body


def test_a_function_that_outlasts_the_gateway_is_a_504() -> None:
    released = threading.Event()
    gateway = RestGateway(
        API, Functions({"items-list": lambda _: released.wait(10)}), integration_timeout_seconds=0.01
    )
    response = Local(Functions(), gateway).send("GET", "/items")
    released.set()
    gateway.close()
    assert (response.status, response.json()) == (504, {"message": "Endpoint request timed out"})


def test_an_answer_over_lambdas_limit_is_a_502(local: Local) -> None:
    around = len(json.dumps({"statusCode": 200, "body": ""}))
    fits = "x" * (MAX_PAYLOAD_BYTES - around)
    assert answered(local, {"statusCode": 200, "body": fits}).status == 200
    assert answered(local, {"statusCode": 200, "body": fits + "x"}).status == 502


def test_a_mock_integration_answers_by_itself(local: Local) -> None:
    answer = local.send("OPTIONS", "/items/", headers=(("Origin", "https://a.example"),))
    assert (answer.status, answer.header("access-control-allow-origin"), answer.body) == (200, "*", b"")
    assert local.functions.calls == []


def test_a_gateway_response_sets_status_headers_and_body(local: Local) -> None:
    answer = local.send("GET", "/secret/a")
    assert answer.status == 401
    assert answer.header("content-type") == "application/problem+json"
    assert answer.header("www-authenticate") == "Bearer"
    assert answer.json() == {"code": "unauthorized", "id": answer.header("x-amzn-requestid")}


def test_unknown_paths_and_methods_are_answered_as_the_template_says(local: Local) -> None:
    for method, target in (("GET", "/nothing"), ("PATCH", "/items"), ("GET", "/items//"), ("GET", "/")):
        answer = local.send(method, target)
        assert (answer.status, answer.json()) == (404, {"detail": "Missing Authentication Token"})


def test_a_gateway_response_falls_back_to_its_class_and_then_to_aws() -> None:
    own = GatewayResponse(599, {}, {"application/json": '{"own": "$context.error.responseType"}'})
    default = GatewayResponse(None, {"X-Default": "yes"}, {"application/json": "$context.error.message"})
    specific = configured({"INTEGRATION_FAILURE": own, "DEFAULT_5XX": default}, {})
    assert (specific.status, specific.json()) == (599, {"own": "INTEGRATION_FAILURE"})
    fallback = configured({"DEFAULT_5XX": default, "DEFAULT_4XX": own}, {})
    assert (fallback.status, fallback.header("x-default")) == (502, "yes")
    assert fallback.body == b"Internal server error"
    assert configured({}, {}).json() == {"message": "Internal server error"}


def test_a_gateway_response_without_a_template_keeps_awss_body() -> None:
    answer = configured({"INTEGRATION_FAILURE": GatewayResponse(500, {"X-A": "b"}, {})}, {})
    assert (answer.status, answer.header("x-a")) == (500, "b")
    assert answer.json() == {"message": "Internal server error"}


def test_a_fault_of_the_gateway_itself_is_a_500_and_one_line_in_the_log(
    local: Local, caplog: pytest.LogCaptureFixture
) -> None:
    response = answered(local, RuntimeError("broken"))
    assert (response.status, response.json()) == (500, {"message": "Internal server error"})
    (record,) = caplog.records
    assert "broken" in record.message
    assert record.exc_info is None
