from __future__ import annotations

import base64
from dataclasses import replace

import pytest

from local.model import GatewayResponse
from tests.unit.local.gateway.apis import REST_API
from tests.unit.local.gateway.harness import Answer, GatewayClient, serve


def respond_with_gateway_responses(responses: dict[str, GatewayResponse]) -> Answer:
    """The response to a malformed answer of a function."""
    with serve(replace(REST_API, gateway_responses=responses), {"items-list": {}}) as client:
        return client.send("GET", "/items")


def test_repeated_headers_replace_single_ones_of_the_same_name(client: GatewayClient) -> None:
    answer = client.respond_with(
        {
            "statusCode": "200",
            "headers": {"Set-Cookie": "lost", "X-One": "1"},
            "multiValueHeaders": {"set-cookie": ["a=1", "b=2"]},
        }
    )
    assert [value for name, value in answer.headers if name == "set-cookie"] == ["a=1", "b=2"]
    assert answer.header("x-one") == "1"


def test_base64_is_decoded_when_the_client_accepts_a_binary_media_type(client: GatewayClient) -> None:
    encoded = {"statusCode": 200, "body": base64.b64encode(b"\xff\x00").decode(), "isBase64Encoded": True}
    assert client.respond_with(encoded, headers=(("Accept", "text/csv, */*"),)).body == b"\xff\x00"
    assert client.respond_with(encoded, headers=(("Accept", "*/*, text/csv"),)).body == b"/wA="


@pytest.mark.parametrize(
    "answer",
    [
        None,
        "text",
        [],
        {},
        {"statusCode": 200, "body": {"a": 1}},
        {"statusCode": 200, "multiValueHeaders": {"X": [1]}},
        {"statusCode": 200, "cookies": []},
        {"errorMessage": "boom", "errorType": "KeyError"},
    ],
)
def test_an_answer_of_another_form_is_a_502(client: GatewayClient, answer: object) -> None:
    response = client.respond_with(answer)
    assert (response.status, response.json()) == (502, {"message": "Internal server error"})


def test_a_mock_integration_answers_without_a_function(client: GatewayClient) -> None:
    answer = client.send("OPTIONS", "/items/", headers=(("Origin", "https://a.example"),))
    assert (answer.status, answer.header("access-control-allow-origin"), answer.body) == (200, "*", b"")
    assert client.functions.calls == []


def test_a_gateway_response_sets_status_headers_and_body(client: GatewayClient) -> None:
    answer = client.send("GET", "/secret/a")
    assert answer.status == 401
    assert answer.header("content-type") == "application/problem+json"
    assert answer.header("www-authenticate") == "Bearer"
    assert answer.json() == {"code": "unauthorized", "id": answer.header("x-amzn-requestid")}
    assert answer.header("x-request-id") == answer.header("x-amzn-requestid")


def test_a_gateway_response_falls_back_to_its_class_and_then_to_aws() -> None:
    own = GatewayResponse(599, {}, {"application/json": '{"own": "$context.error.responseType"}'})
    default = GatewayResponse(None, {"X-Default": "yes"}, {"application/json": "$context.error.message"})
    specific = respond_with_gateway_responses({"INTEGRATION_FAILURE": own, "DEFAULT_5XX": default})
    assert (specific.status, specific.json()) == (599, {"own": "INTEGRATION_FAILURE"})
    fallback = respond_with_gateway_responses({"DEFAULT_5XX": default, "DEFAULT_4XX": own})
    assert (fallback.status, fallback.header("x-default")) == (502, "yes")
    assert fallback.body == b"Internal server error"
    assert respond_with_gateway_responses({}).json() == {"message": "Internal server error"}


def test_a_gateway_response_without_a_template_keeps_awss_body() -> None:
    answer = respond_with_gateway_responses({"INTEGRATION_FAILURE": GatewayResponse(500, {"X-A": "b"}, {})})
    assert (answer.status, answer.header("x-a")) == (500, "b")
    assert answer.json() == {"message": "Internal server error"}
