"""Responses of functions, as far as both kinds of API read them alike."""

from __future__ import annotations

import pytest

from tests.unit.local.gateway.apis import Kind
from tests.unit.local.gateway.harness import GatewayClient


def test_a_function_decides_status_headers_and_body(client: GatewayClient) -> None:
    answer = client.respond_with({"statusCode": "201", "headers": {"Location": "/x"}, "body": '{"n": "é"}'})
    assert answer.status == 201
    assert answer.header("location") == "/x"
    assert answer.json() == {"n": "é"}
    assert answer.header("content-length") == str(len(answer.body))


def test_a_function_may_replace_the_default_content_type(client: GatewayClient, kind: Kind) -> None:
    default = client.respond_with({"statusCode": 200, "body": "a"})
    assert default.header("content-type") == kind.default_content_type
    own = client.respond_with({"statusCode": 200, "headers": {"Content-Type": "text/csv"}, "body": "a"})
    assert [value for name, value in own.headers if name == "content-type"] == ["text/csv"]


def test_headers_of_the_connection_are_dropped_and_reserved_ones_renamed(client: GatewayClient) -> None:
    headers = {"Transfer-Encoding": "chunked", "Connection": "close", "WWW-Authenticate": "Basic"}
    answer = client.respond_with({"statusCode": 401, "headers": headers})
    assert answer.header("transfer-encoding") is None
    assert answer.header("connection") is None
    assert answer.header("www-authenticate") is None
    assert answer.header("x-amzn-remapped-www-authenticate") == "Basic"


@pytest.mark.parametrize("status", [204, 304])
def test_some_statuses_have_no_body(client: GatewayClient, status: int) -> None:
    answer = client.respond_with({"statusCode": status, "body": "ignored"})
    assert (answer.status, answer.body, answer.header("content-length")) == (status, b"", None)


def test_the_answer_to_head_has_only_the_headers_of_the_body(client: GatewayClient) -> None:
    answer = client.respond_with({"statusCode": 200, "body": "hello"}, method="HEAD")
    assert (answer.body, answer.header("content-length")) == (b"", "5")


def test_a_body_that_is_wrongly_declared_as_base64_is_a_500(client: GatewayClient, kind: Kind) -> None:
    broken = {"statusCode": 200, "body": "?", "isBase64Encoded": True}
    answer = client.respond_with(broken, headers=(("Accept", "text/csv"),))
    assert (answer.status, answer.json()) == kind.gateway_failed


@pytest.mark.parametrize(
    "answer",
    [
        b"no json",
        b"",
        {"statusCode": None},
        {"statusCode": True},
        {"statusCode": 99},
        {"statusCode": 600},
        {"statusCode": "2xx"},
        {"statusCode": 200, "headers": []},
        {"statusCode": 200, "headers": {"X": ["a"]}},
        {"statusCode": 200, "headers": {"X": None}},
        {"statusCode": 200, "headers": {"X": "a\r\nSet-Cookie: b"}},
        {"statusCode": 200, "headers": {"X": "\u2603"}},
        {"statusCode": 200, "headers": {"bad name": "a"}},
    ],
)
def test_a_malformed_answer_is_a_failure(client: GatewayClient, kind: Kind, answer: object) -> None:
    response = client.respond_with(answer)
    assert (response.status, response.json()) == kind.function_failed
