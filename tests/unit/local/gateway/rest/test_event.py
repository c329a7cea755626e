from __future__ import annotations

import base64
import re
from dataclasses import replace

import pytest

from local.model import Route
from tests.unit.local.gateway.apis import ALLOW_ALL, REST_API
from tests.unit.local.gateway.harness import KEY, GatewayClient, serve


def test_an_event_has_every_key_of_payload_format_1_0(client: GatewayClient) -> None:
    client.send("GET", "/items")
    assert set(client.functions.event) == {
        "resource",
        "path",
        "httpMethod",
        "headers",
        "multiValueHeaders",
        "queryStringParameters",
        "multiValueQueryStringParameters",
        "pathParameters",
        "stageVariables",
        "requestContext",
        "body",
        "isBase64Encoded",
    }


def test_what_a_request_does_not_have_is_null(client: GatewayClient) -> None:
    client.send("GET", "/items")
    event = client.functions.event
    for name in (
        "queryStringParameters",
        "multiValueQueryStringParameters",
        "pathParameters",
        "stageVariables",
    ):
        assert event[name] is None
    assert event["body"] is None
    assert event["isBase64Encoded"] is False


def test_path_and_parameters_keep_their_encoding_and_the_path_its_trailing_slash(
    client: GatewayClient,
) -> None:
    client.send("GET", "/items/a%2Bb%20c+d/")
    event = client.functions.event
    assert event["resource"] == "/items/{itemId}"
    assert event["path"] == "/items/a%2Bb%20c+d/"
    assert event["pathParameters"] == {"itemId": "a%2Bb%20c+d"}


def test_query_parameters_are_decoded_and_the_last_one_is_the_single_value(client: GatewayClient) -> None:
    client.send("GET", "/items?q=a+b&q=%C3%BC%2B&flag&empty=")
    event = client.functions.event
    assert event["queryStringParameters"] == {"q": "ü+", "flag": "", "empty": ""}
    assert event["multiValueQueryStringParameters"] == {"q": ["a b", "ü+"], "flag": [""], "empty": [""]}


def test_headers_keep_their_case_and_the_last_one_is_the_single_value(client: GatewayClient) -> None:
    client.send("GET", "/items", headers=(("X-mIxEd", "1"), ("x-mixed", "2"), ("Accept", "*/*")))
    event = client.functions.event
    assert event["headers"]["X-mIxEd"] == "2"
    assert event["multiValueHeaders"]["X-mIxEd"] == ["1", "2"]
    assert event["headers"]["Host"] == "api.example.com:3000"
    assert "x-mixed" not in event["headers"]


def test_the_gateway_adds_forwarding_headers_and_drops_those_of_the_connection(client: GatewayClient) -> None:
    headers = (("connection", "close"), ("Content-Length", "0"), ("x-forwarded-proto", "https"))
    client.send("GET", "/items", headers=(*headers, ("x-forwarded-for", "198.51.100.1")))
    passed_on = client.functions.event["headers"]
    assert passed_on["X-Forwarded-For"] == "198.51.100.1, 203.0.113.7"
    assert passed_on["X-Forwarded-Proto"] == "http"
    assert passed_on["X-Forwarded-Port"] == "3000"
    assert re.fullmatch(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24}", passed_on["X-Amzn-Trace-Id"])
    assert not {"connection", "Content-Length", "x-forwarded-proto", "x-forwarded-for"} & set(passed_on)


def test_the_request_context_describes_the_request(client: GatewayClient) -> None:
    answer = client.send("GET", "/items/i1?x=1", headers=(("User-Agent", "test/1"),))
    context = client.functions.event["requestContext"]
    expected = {
        "accountId": "000000000000",
        "apiId": "Api",
        "domainName": "api.example.com:3000",
        "domainPrefix": "api",
        "httpMethod": "GET",
        "path": "/items/i1",
        "protocol": "HTTP/1.1",
        "requestId": answer.header("x-amzn-requestid"),
        "extendedRequestId": answer.header("x-amz-apigw-id"),
        "resourcePath": "/items/{itemId}",
        "stage": "prod",
    }
    assert {name: context[name] for name in expected} == expected
    assert context["identity"]["sourceIp"] == "203.0.113.7"
    assert context["identity"]["userAgent"] == "test/1"
    assert context["identity"]["caller"] is None
    assert re.fullmatch(r"\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000", context["requestTime"])
    assert context["requestTimeEpoch"] > 1_700_000_000_000
    assert "authorizer" not in context


def test_each_resource_has_its_own_id(client: GatewayClient) -> None:
    ids = set()
    for path in ("/items", "/items/i1", "/items/i2"):
        client.send("GET", path)
        ids.add(client.functions.event["requestContext"]["resourceId"])
    assert len(ids) == 2


def test_below_the_stage_only_the_request_context_has_the_stage(client: GatewayClient) -> None:
    client.send("GET", "/prod/items/i1/")
    event = client.functions.event
    assert event["path"] == "/items/i1/"
    assert event["requestContext"]["path"] == "/prod/items/i1/"


def test_a_path_that_begins_with_the_letters_of_the_stage_is_not_below_it() -> None:
    with serve(replace(REST_API, routes=(Route("GET", "/products", "products-list"),))) as client:
        client.send("GET", "/products")
        assert client.functions.event["path"] == "/products"


def test_a_text_body_is_passed_on_as_text(client: GatewayClient) -> None:
    client.send("POST", "/items", headers=(("Content-Type", "application/json"),), body='{"n":"é"}'.encode())
    assert client.functions.event["body"] == '{"n":"é"}'
    assert client.functions.event["isBase64Encoded"] is False


def test_text_loses_the_bytes_that_are_not_utf_8(client: GatewayClient) -> None:
    client.send("POST", "/items", body=b"caf\xe9")
    assert client.functions.event["body"] == "caf\ufffd"


@pytest.mark.parametrize("content_type", ["text/csv", "Text/CSV; charset=latin-1"])
def test_a_binary_media_type_arrives_as_base64(client: GatewayClient, content_type: str) -> None:
    client.send("POST", "/items/import", headers=(("content-type", content_type),), body=b"caf\xe9")
    assert base64.b64decode(client.functions.event["body"]) == b"caf\xe9"
    assert client.functions.event["isBase64Encoded"] is True


def test_an_empty_binary_body_is_null_like_any_other(client: GatewayClient) -> None:
    client.send("POST", "/items/import", headers=(("content-type", "text/csv"),))
    assert client.functions.event["body"] is None
    assert client.functions.event["isBase64Encoded"] is False


def test_the_function_gets_the_context_of_the_authorizer_as_text(client: GatewayClient) -> None:
    client.functions.answers["authorize"] = {
        **ALLOW_ALL,
        "context": {"mode": "live", "uses": 3, "admin": True},
    }
    client.send("GET", "/secret/a", headers=KEY)
    authorizer = dict(client.functions.event["requestContext"]["authorizer"])
    assert isinstance(authorizer.pop("integrationLatency"), int)
    assert authorizer == {"mode": "live", "uses": "3", "admin": "true", "principalId": "key-1"}


def test_the_authorizer_gets_the_request_without_its_body(client: GatewayClient) -> None:
    client.send("GET", "/prod/secret/a%20b/?x=1", headers=KEY)
    name, event = client.functions.calls[0]
    assert name == "authorize"
    assert event["type"] == "REQUEST"
    assert event["methodArn"] == "arn:aws:execute-api:us-east-1:000000000000:Api/prod/GET/secret/a%20b/"
    assert event["resource"] == "/secret/{name}"
    assert event["path"] == "/secret/a%20b/"
    assert event["headers"]["Authorization"] == "Bearer sk_1"
    assert event["queryStringParameters"] == {"x": "1"}
    assert event["pathParameters"] == {"name": "a%20b"}
    assert event["stageVariables"] == {}
    assert event["requestContext"]["stage"] == "prod"
    assert "body" not in event
