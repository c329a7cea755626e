from __future__ import annotations

import base64
import re
from collections.abc import Iterator

import pytest

from local.gateway import HttpGateway
from tests.unit.local.gateway.harness import HTTP_API, KEY, Functions, Local


@pytest.fixture
def local() -> Iterator[Local]:
    functions = Functions({"authorize": {"isAuthorized": True, "context": {"keyId": "k1", "scopes": ["a"]}}})
    gateway = HttpGateway(HTTP_API, functions)
    yield Local(functions, gateway)
    gateway.close()


def test_what_a_request_lacks_is_left_out(local: Local) -> None:
    local.send("GET", "/items")
    assert set(local.functions.event) == {
        "version",
        "routeKey",
        "rawPath",
        "rawQueryString",
        "headers",
        "requestContext",
        "isBase64Encoded",
    }
    assert local.functions.event["isBase64Encoded"] is False
    assert local.functions.event["rawQueryString"] == ""


def test_an_event_names_its_route_and_path(local: Local) -> None:
    local.send("GET", "/items/a%20b")
    event = local.functions.event
    assert event["version"] == "2.0"
    assert event["routeKey"] == "GET /items/{itemId}"
    assert event["rawPath"] == "/items/a b"
    assert event["pathParameters"] == {"itemId": "a b"}


def test_the_query_is_kept_raw_and_its_parameters_decoded_and_joined(local: Local) -> None:
    local.send("GET", "/items?q=a+b&q=%C3%BC%2B&flag&empty=")
    event = local.functions.event
    assert event["rawQueryString"] == "q=a+b&q=%C3%BC%2B&flag&empty="
    assert event["queryStringParameters"] == {"q": "a b,ü+", "flag": "", "empty": ""}


def test_headers_are_in_lower_case_and_joined(local: Local) -> None:
    headers = (("X-mIxEd", "1"), ("x-mixed", "2"), ("Connection", "close"), ("X-Forwarded-Proto", "https"))
    local.send("GET", "/items", headers=headers)
    sent = local.functions.event["headers"]
    assert sent["x-mixed"] == "1,2"
    assert sent["host"] == "api.example.com:3000"
    assert sent["content-length"] == "0"
    assert sent["x-forwarded-for"] == "203.0.113.7"
    assert sent["x-forwarded-proto"] == "http"
    assert "connection" not in sent
    assert all(name == name.lower() for name in sent)


def test_cookies_are_a_list_and_no_header(local: Local) -> None:
    local.send("GET", "/items", headers=(("Cookie", "a=1; b=2"), ("cookie", "c=3")))
    assert local.functions.event["cookies"] == ["a=1", "b=2", "c=3"]
    assert "cookie" not in local.functions.event["headers"]


def test_the_request_context_describes_the_request(local: Local) -> None:
    answer = local.send("GET", "/items/i1?x=1", headers=(("User-Agent", "test/1"),))
    context = local.functions.event["requestContext"]
    assert re.fullmatch(r"\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000", context.pop("time"))
    assert context.pop("timeEpoch") > 1_700_000_000_000
    assert context == {
        "accountId": "000000000000",
        "apiId": "Edge",
        "domainName": "api.example.com:3000",
        "domainPrefix": "api",
        "http": {
            "method": "GET",
            "path": "/items/i1",
            "protocol": "HTTP/1.1",
            "sourceIp": "203.0.113.7",
            "userAgent": "test/1",
        },
        "requestId": answer.header("apigw-requestid"),
        "routeKey": "GET /items/{itemId}",
        "stage": "$default",
    }


def test_a_guarded_route_gets_the_authorizers_context_as_it_is(local: Local) -> None:
    local.send("GET", "/secret/a", headers=KEY)
    assert local.functions.event["requestContext"]["authorizer"] == {
        "lambda": {"keyId": "k1", "scopes": ["a"]}
    }


@pytest.mark.parametrize(
    "content_type", ["application/json", "APPLICATION/JSON; charset=utf-8", "text/csv", "application/xml"]
)
def test_text_is_passed_on_as_text(local: Local, content_type: str) -> None:
    local.send("POST", "/items", headers=(("Content-Type", content_type),), body='{"n":"é"}'.encode())
    assert local.functions.event["body"] == '{"n":"é"}'
    assert local.functions.event["isBase64Encoded"] is False


@pytest.mark.parametrize(
    "content_type",
    ["application/octet-stream", "application/cloudevents+json", "application/x-www-form-urlencoded"],
)
def test_all_else_is_passed_on_as_base64(local: Local, content_type: str) -> None:
    local.send("POST", "/items", headers=(("Content-Type", content_type),), body=b"a\xff")
    assert local.functions.event["body"] == base64.b64encode(b"a\xff").decode()
    assert local.functions.event["isBase64Encoded"] is True


def test_a_body_without_a_content_type_is_passed_on_as_base64(local: Local) -> None:
    local.send("POST", "/items", body=b"{}")
    assert local.functions.event["body"] == "e30="
    assert local.functions.event["headers"]["content-length"] == "2"
