from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from local.gateway import RestGateway
from local.model import Route
from tests.unit.local.gateway.harness import ALLOW_ALL, API, KEY, Functions, Local


@pytest.fixture
def local() -> Iterator[Local]:
    functions = Functions({"authorize": ALLOW_ALL})
    gateway = RestGateway(API, functions)
    yield Local(functions, gateway)
    gateway.close()


def test_an_event_has_every_key_of_payload_format_1_0(local: Local) -> None:
    local.send("GET", "/items")
    assert set(local.functions.event) == {
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


def test_what_a_request_lacks_is_null(local: Local) -> None:
    local.send("GET", "/items")
    event = local.functions.event
    for name in (
        "queryStringParameters",
        "multiValueQueryStringParameters",
        "pathParameters",
        "stageVariables",
    ):
        assert event[name] is None
    assert event["body"] is None
    assert event["isBase64Encoded"] is False


def test_path_and_parameters_stay_encoded_and_the_trailing_slash_stays(local: Local) -> None:
    local.send("GET", "/items/a%2Bb%20c+d/")
    event = local.functions.event
    assert event["resource"] == "/items/{itemId}"
    assert event["path"] == "/items/a%2Bb%20c+d/"
    assert event["pathParameters"] == {"itemId": "a%2Bb%20c+d"}


def test_query_parameters_are_decoded_and_the_last_one_is_the_single_value(local: Local) -> None:
    local.send("GET", "/items?q=a+b&q=%C3%BC%2B&flag&empty=")
    event = local.functions.event
    assert event["queryStringParameters"] == {"q": "ü+", "flag": "", "empty": ""}
    assert event["multiValueQueryStringParameters"] == {"q": ["a b", "ü+"], "flag": [""], "empty": [""]}


def test_headers_keep_their_case_and_the_last_one_is_the_single_value(local: Local) -> None:
    local.send("GET", "/items", headers=(("X-mIxEd", "1"), ("x-mixed", "2"), ("Accept", "*/*")))
    event = local.functions.event
    assert event["headers"]["X-mIxEd"] == "2"
    assert event["multiValueHeaders"]["X-mIxEd"] == ["1", "2"]
    assert event["headers"]["Host"] == "api.example.com:3000"
    assert "x-mixed" not in event["headers"]


def test_the_gateway_adds_forwarding_headers_and_drops_those_of_the_connection(local: Local) -> None:
    headers = (("connection", "close"), ("Content-Length", "0"), ("x-forwarded-proto", "https"))
    local.send("GET", "/items", headers=(*headers, ("x-forwarded-for", "198.51.100.1")))
    passed_on = local.functions.event["headers"]
    assert passed_on["X-Forwarded-For"] == "198.51.100.1, 203.0.113.7"
    assert passed_on["X-Forwarded-Proto"] == "http"
    assert passed_on["X-Forwarded-Port"] == "3000"
    assert re.fullmatch(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24}", passed_on["X-Amzn-Trace-Id"])
    assert not {"connection", "Content-Length", "x-forwarded-proto", "x-forwarded-for"} & set(passed_on)


def test_the_request_context_describes_the_request(local: Local) -> None:
    answer = local.send("GET", "/items/i1?x=1", headers=(("User-Agent", "test/1"),))
    context = local.functions.event["requestContext"]
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


def test_each_resource_has_its_own_id(local: Local) -> None:
    ids = set()
    for path in ("/items", "/items/i1", "/items/i2"):
        local.send("GET", path)
        ids.add(local.functions.event["requestContext"]["resourceId"])
    assert len(ids) == 2


def test_under_the_stage_only_the_context_sees_the_stage(local: Local) -> None:
    local.send("GET", "/prod/items/i1/")
    event = local.functions.event
    assert event["path"] == "/items/i1/"
    assert event["requestContext"]["path"] == "/prod/items/i1/"


def test_a_path_that_only_starts_like_the_stage_is_not_under_it() -> None:
    functions = Functions()
    gateway = RestGateway(replace(API, routes=(Route("GET", "/products", "products-list"),)), functions)
    Local(functions, gateway).send("GET", "/products")
    gateway.close()
    assert functions.event["path"] == "/products"


def test_a_text_body_is_passed_on_as_text(local: Local) -> None:
    local.send("POST", "/items", headers=(("Content-Type", "application/json"),), body='{"n":"é"}'.encode())
    assert local.functions.event["body"] == '{"n":"é"}'
    assert local.functions.event["isBase64Encoded"] is False


def test_text_that_is_not_utf_8_loses_its_bad_bytes(local: Local) -> None:
    local.send("POST", "/items", body=b"caf\xe9")
    assert local.functions.event["body"] == "caf\ufffd"


@pytest.mark.parametrize("content_type", ["text/csv", "Text/CSV; charset=latin-1"])
def test_a_binary_media_type_arrives_as_base64(local: Local, content_type: str) -> None:
    local.send("POST", "/items/import", headers=(("content-type", content_type),), body=b"caf\xe9")
    assert base64.b64decode(local.functions.event["body"]) == b"caf\xe9"
    assert local.functions.event["isBase64Encoded"] is True


def test_an_empty_binary_body_is_null_like_any_other(local: Local) -> None:
    local.send("POST", "/items/import", headers=(("content-type", "text/csv"),))
    assert local.functions.event["body"] is None
    assert local.functions.event["isBase64Encoded"] is False


def test_the_function_sees_what_the_authorizer_passed_on_as_text(local: Local) -> None:
    local.functions.answers["authorize"] = {
        **ALLOW_ALL,
        "context": {"mode": "live", "uses": 3, "admin": True},
    }
    local.send("GET", "/secret/a", headers=KEY)
    authorizer = dict(local.functions.event["requestContext"]["authorizer"])
    assert isinstance(authorizer.pop("integrationLatency"), int)
    assert authorizer == {"mode": "live", "uses": "3", "admin": "true", "principalId": "key-1"}


def test_the_authorizer_gets_the_request_without_its_body(local: Local) -> None:
    local.send("GET", "/prod/secret/a%20b/?x=1", headers=KEY)
    name, event = local.functions.calls[0]
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
