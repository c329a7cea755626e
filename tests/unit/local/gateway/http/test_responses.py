from __future__ import annotations

import base64
import threading
from collections.abc import Iterator

import pytest

from local.gateway import HttpGateway
from local.gateway.base import MAX_PAYLOAD_BYTES
from local.gateway.request import MAX_BODY_BYTES
from local.model import FunctionError
from tests.unit.local.gateway.harness import HTTP_API, Answer, Functions, Local


@pytest.fixture
def local() -> Iterator[Local]:
    functions = Functions()
    gateway = HttpGateway(HTTP_API, functions)
    yield Local(functions, gateway)
    gateway.close()


def answered(local: Local, answer: object) -> Answer:
    local.functions.answers["items-list"] = answer
    return local.send("GET", "/items")


def test_a_function_decides_status_headers_cookies_and_body(local: Local) -> None:
    answer = answered(
        local,
        {
            "statusCode": "201",
            "headers": {"Location": "/x", "X-Count": 3, "X-Flag": True, "Set-Cookie": "c=3"},
            "cookies": ["a=1", "b=2"],
            "body": '{"n": "é"}',
        },
    )
    assert (answer.status, answer.json()) == (201, {"n": "é"})
    assert answer.header("location") == "/x"
    assert (answer.header("x-count"), answer.header("x-flag")) == ("3", "true")
    assert [value for name, value in answer.headers if name == "set-cookie"] == ["a=1", "b=2", "c=3"]
    assert answer.header("content-length") == str(len(answer.body))


def test_text_is_assumed_unless_the_function_says_otherwise(local: Local) -> None:
    assert (
        answered(local, {"statusCode": 200, "body": "hi"}).header("content-type")
        == "text/plain;charset=UTF-8"
    )
    answer = answered(local, {"statusCode": 200, "headers": {"Content-Type": "text/csv"}, "body": "a"})
    assert [value for name, value in answer.headers if name == "content-type"] == ["text/csv"]


def test_base64_is_always_decoded(local: Local) -> None:
    encoded = {"statusCode": 200, "body": base64.b64encode(b"\xff\x00").decode(), "isBase64Encoded": True}
    assert answered(local, encoded).body == b"\xff\x00"


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        ("Hello", b"Hello"),
        (b'{ "message": "x" }', b'{ "message": "x" }'),
        ({"body": "no status"}, b'{"body": "no status"}'),
        ([1, 2], b"[1, 2]"),
        (None, b"null"),
    ],
)
def test_an_answer_without_a_status_is_the_body_itself(local: Local, answer: object, body: bytes) -> None:
    response = answered(local, answer)
    assert (response.status, response.body) == (200, body)
    assert response.header("content-type") == "application/json"


@pytest.mark.parametrize(
    "answer",
    [
        b"no json",
        {"statusCode": None},
        {"statusCode": "abc"},
        {"statusCode": 99},
        {"statusCode": 200, "headers": []},
        {"statusCode": 200, "headers": {"X": ["a"]}},
        {"statusCode": 200, "headers": {"X": "a\r\nSet-Cookie: b"}},
        {"statusCode": 200, "cookies": "a=1"},
        {"statusCode": 200, "cookies": [1]},
        {"statusCode": 200, "body": "?", "isBase64Encoded": True},
        FunctionError("items-list", "KeyError", "secret detail"),
        FunctionError("items-list", "Sandbox.Timedout", "secret detail"),
        {"statusCode": 200, "body": "x" * MAX_PAYLOAD_BYTES},
        RuntimeError("the gateway itself"),
    ],
)
def test_a_failure_is_a_500_that_tells_nothing_of_it(local: Local, answer: object) -> None:
    response = answered(local, answer)
    assert (response.status, response.json()) == (500, {"message": "Internal Server Error"})


def test_a_function_that_outlasts_the_gateway_is_a_503() -> None:
    released = threading.Event()
    functions = Functions({"items-list": lambda _: released.wait(10)})
    gateway = HttpGateway(HTTP_API, functions, integration_timeout_seconds=0.01)
    response = Local(functions, gateway).send("GET", "/items")
    released.set()
    gateway.close()
    assert (response.status, response.json()) == (503, {"message": "Service Unavailable"})


@pytest.mark.parametrize(("method", "target"), [("GET", "/nothing"), ("PATCH", "/items"), ("GET", "/items/")])
def test_what_no_route_takes_is_not_found(local: Local, method: str, target: str) -> None:
    answer = local.send(method, target)
    assert (answer.status, answer.json()) == (404, {"message": "Not Found"})
    assert answer.header("apigw-requestid")


def test_a_body_over_the_limit_of_the_gateway_or_of_lambda_is_refused(local: Local) -> None:
    for size in (MAX_BODY_BYTES + 1, MAX_PAYLOAD_BYTES):
        answer = local.send("POST", "/items", body=b"x" * size)
        assert (answer.status, answer.json()) == (413, {"message": "Request Entity Too Large"})
    assert local.functions.calls == []


def test_a_malformed_target_is_a_bad_request(local: Local) -> None:
    answer = local.send("GET", "/items/%zz")
    assert (answer.status, answer.json()) == (400, {"message": "Bad Request"})
