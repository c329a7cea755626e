from __future__ import annotations

import base64
import re

import pytest

from tests.unit.local.gateway.harness import KEY, GatewayClient


def test_what_a_request_does_not_have_is_left_out(client: GatewayClient) -> None:
    client.send("GET", "/items")
    assert set(client.functions.event) == {
        "version",
        "routeKey",
        "rawPath",
        "rawQueryString",
        "headers",
        "requestContext",
        "isBase64Encoded",
    }
    assert client.functions.event["isBase64Encoded"] is False
    assert client.functions.event["rawQueryString"] == ""


def test_an_event_has_its_route_and_path(client: GatewayClient) -> None:
    client.send("GET", "/items/a%20b")
    event = client.functions.event
    assert event["version"] == "2.0"
    assert event["routeKey"] == "GET /items/{itemId}"
    assert event["rawPath"] == "/items/a b"
    assert event["pathParameters"] == {"itemId": "a b"}


def test_the_query_is_kept_raw_and_its_parameters_decoded_and_joined(client: GatewayClient) -> None:
    client.send("GET", "/items?q=a+b&q=%C3%BC%2B&flag&empty=")
    event = client.functions.event
    assert event["rawQueryString"] == "q=a+b&q=%C3%BC%2B&flag&empty="
    assert event["queryStringParameters"] == {"q": "a b,ü+", "flag": "", "empty": ""}


def test_headers_are_in_lower_case_and_joined(client: GatewayClient) -> None:
    headers = (("X-mIxEd", "1"), ("x-mixed", "2"), ("Connection", "close"), ("X-Forwarded-Proto", "https"))
    client.send("GET", "/items", headers=headers)
    sent = client.functions.event["headers"]
    assert sent["x-mixed"] == "1,2"
    assert sent["host"] == "api.example.com:3000"
    assert sent["content-length"] == "0"
    assert sent["x-forwarded-for"] == "203.0.113.7"
    assert sent["x-forwarded-proto"] == "http"
    assert "connection" not in sent
    assert all(name == name.lower() for name in sent)


def test_cookies_are_a_list_and_no_header(client: GatewayClient) -> None:
    client.send("GET", "/items", headers=(("Cookie", "a=1; b=2"), ("cookie", "c=3")))
    assert client.functions.event["cookies"] == ["a=1", "b=2", "c=3"]
    assert "cookie" not in client.functions.event["headers"]


def test_the_request_context_describes_the_request(client: GatewayClient) -> None:
    answer = client.send("GET", "/items/i1?x=1", headers=(("User-Agent", "test/1"),))
    context = client.functions.event["requestContext"]
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


def test_the_function_gets_the_context_of_the_authorizer_unchanged(client: GatewayClient) -> None:
    context = {"keyId": "k1", "scopes": ["a"]}
    client.functions.answers["authorize"] = {"isAuthorized": True, "context": context}
    client.send("GET", "/secret/a", headers=KEY)
    assert client.functions.event["requestContext"]["authorizer"] == {"lambda": context}


def test_an_authorizer_may_answer_without_a_context(client: GatewayClient) -> None:
    client.send("GET", "/secret/a", headers=KEY)
    assert client.functions.event["requestContext"]["authorizer"] == {"lambda": None}


def test_the_authorizer_gets_an_event_of_format_2_0(client: GatewayClient) -> None:
    client.send("GET", "/secret/a?x=1&x=2", headers=(*KEY, ("Cookie", "a=1")))
    event = client.functions.calls[0][1]
    assert event["version"] == "2.0"
    assert event["type"] == "REQUEST"
    assert event["routeArn"] == "arn:aws:execute-api:us-east-1:000000000000:Edge/$default/GET/secret/a"
    assert event["identitySource"] == ["Bearer sk_1"]
    assert event["routeKey"] == "GET /secret/{name}"
    assert event["rawPath"] == "/secret/a"
    assert event["headers"]["authorization"] == "Bearer sk_1"
    assert event["queryStringParameters"] == {"x": "1,2"}
    assert event["pathParameters"] == {"name": "a"}
    assert event["cookies"] == ["a=1"]
    assert event["requestContext"]["http"]["method"] == "GET"
    assert "body" not in event


@pytest.mark.parametrize(
    "content_type", ["application/json", "APPLICATION/JSON; charset=utf-8", "text/csv", "application/xml"]
)
def test_text_is_passed_on_as_text(client: GatewayClient, content_type: str) -> None:
    client.send("POST", "/items", headers=(("Content-Type", content_type),), body='{"n":"é"}'.encode())
    assert client.functions.event["body"] == '{"n":"é"}'
    assert client.functions.event["isBase64Encoded"] is False


@pytest.mark.parametrize(
    "content_type",
    ["application/octet-stream", "application/cloudevents+json", "application/x-www-form-urlencoded"],
)
def test_other_types_are_passed_on_as_base64(client: GatewayClient, content_type: str) -> None:
    client.send("POST", "/items", headers=(("Content-Type", content_type),), body=b"a\xff")
    assert client.functions.event["body"] == base64.b64encode(b"a\xff").decode()
    assert client.functions.event["isBase64Encoded"] is True


def test_a_body_without_a_content_type_is_passed_on_as_base64(client: GatewayClient) -> None:
    client.send("POST", "/items", body=b"{}")
    assert client.functions.event["body"] == "e30="
    assert client.functions.event["headers"]["content-length"] == "2"
