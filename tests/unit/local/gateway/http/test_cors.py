from __future__ import annotations

from dataclasses import replace

import pytest

from local.model import Cors, HttpRoute
from tests.unit.local.gateway.apis import HTTP, HTTP_API
from tests.unit.local.gateway.harness import Answer, GatewayClient, Headers, serve

APP, ADMIN = "https://app.example.com", "https://admin.example.com"
PREFLIGHT: Headers = (("Access-Control-Request-Method", "GET"),)


def cors_headers(answer: Answer) -> dict[str, str]:
    return {name: value for name, value in answer.headers if name.startswith("access-control-")}


def from_origin(origin: str) -> Headers:
    return (("Origin", origin),)


@pytest.mark.parametrize("path", ["/items", "/secret/a", "/nothing"])
@pytest.mark.parametrize("origin", [APP, ADMIN])
def test_the_gateway_answers_preflights_without_a_function(
    client: GatewayClient, path: str, origin: str
) -> None:
    answer = client.send("OPTIONS", path, headers=from_origin(origin) + PREFLIGHT)
    assert (answer.status, answer.body) == (204, b"")
    assert cors_headers(answer) == {
        "access-control-allow-origin": origin,
        "access-control-expose-headers": "ETag",
        "access-control-allow-methods": "GET,POST",
        "access-control-allow-headers": "Authorization,Content-Type",
        "access-control-max-age": "600",
    }
    assert client.functions.calls == []


@pytest.mark.parametrize("origin", ["https://evil.example.com", "http://app.example.com", "null"])
def test_an_origin_that_is_not_allowed_gets_no_cors_headers(client: GatewayClient, origin: str) -> None:
    for method in ("OPTIONS", "GET"):
        assert cors_headers(client.send(method, "/items", headers=from_origin(origin) + PREFLIGHT)) == {}


def test_a_request_that_is_not_cross_origin_gets_no_headers(client: GatewayClient) -> None:
    assert cors_headers(client.send("GET", "/items")) == {}
    assert cors_headers(client.send("OPTIONS", "/items", headers=PREFLIGHT)) == {}


def test_the_functions_own_cors_headers_are_replaced(client: GatewayClient) -> None:
    own = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Methods": "DELETE", "X-Own": "1"}
    client.functions.answers["items-list"] = {"statusCode": 200, "headers": own}
    answer = client.send("GET", "/items", headers=from_origin(APP))
    assert cors_headers(answer) == {
        "access-control-allow-origin": APP,
        "access-control-expose-headers": "ETag",
    }
    assert answer.header("x-own") == "1"


@pytest.mark.parametrize(
    ("path", "key", "status"), [("/secret/a", "", 401), ("/secret/a", "Bearer x", 403), ("/nothing", "", 404)]
)
def test_errors_of_the_gateway_have_cors_headers(
    client: GatewayClient, path: str, key: str, status: int
) -> None:
    client.functions.answers["authorize"] = HTTP.deny
    answer = client.send("GET", path, headers=(*from_origin(APP), ("Authorization", key)))
    assert (answer.status, answer.header("access-control-allow-origin")) == (status, APP)


def test_a_route_for_options_gets_the_preflight() -> None:
    api = replace(HTTP_API, routes=(HttpRoute("$default", "default"),))
    with serve(api) as client:
        answer = client.send("OPTIONS", "/items", headers=from_origin(APP) + PREFLIGHT)
        assert client.functions.names == ["default"]
        assert answer.header("access-control-allow-origin") == APP


@pytest.mark.parametrize(
    ("allowed", "origin", "answered"),
    [
        ("*", "http://any.example.com", "*"),
        ("https://*", "https://any.example.com", "https://any.example.com"),
        ("https://*", "http://any.example.com", None),
        ("http://*", "http://localhost:5173", "http://localhost:5173"),
    ],
)
def test_origins_may_be_allowed_by_pattern(allowed: str, origin: str, answered: str | None) -> None:
    with serve(replace(HTTP_API, cors=Cors(allow_origins=(allowed,)))) as client:
        answer = client.send("GET", "/items", headers=from_origin(origin))
        assert answer.header("access-control-allow-origin") == answered


def test_credentials_are_allowed_only_when_configured() -> None:
    with serve(replace(HTTP_API, cors=Cors(allow_origins=(APP,), allow_credentials=True))) as client:
        answer = client.send("GET", "/items", headers=from_origin(APP))
        assert answer.header("access-control-allow-credentials") == "true"


def test_without_a_configuration_the_functions_headers_stay_and_preflights_are_not_found() -> None:
    with serve(replace(HTTP_API, cors=None)) as client:
        client.functions.answers["items-list"] = {
            "statusCode": 200,
            "headers": {"Access-Control-Allow-Origin": "*"},
        }
        assert cors_headers(client.send("GET", "/items")) == {"access-control-allow-origin": "*"}
        assert client.send("OPTIONS", "/items", headers=from_origin(APP) + PREFLIGHT).status == 404
