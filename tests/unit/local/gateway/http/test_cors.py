from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from local.gateway import HttpGateway
from local.model import Cors, HttpApi, HttpRoute
from tests.unit.local.gateway.harness import HTTP_API, Answer, Functions, Headers, Local

APP, ADMIN = "https://app.example.com", "https://admin.example.com"
PREFLIGHT: Headers = (("Access-Control-Request-Method", "GET"),)


@contextmanager
def serving(api: HttpApi) -> Iterator[Local]:
    functions = Functions({"authorize": {"isAuthorized": False}})
    gateway = HttpGateway(api, functions)
    yield Local(functions, gateway)
    gateway.close()


@pytest.fixture
def local() -> Iterator[Local]:
    with serving(HTTP_API) as local:
        yield local


def cors_of(answer: Answer) -> dict[str, str]:
    return {name: value for name, value in answer.headers if name.startswith("access-control-")}


def from_origin(origin: str) -> Headers:
    return (("Origin", origin),)


@pytest.mark.parametrize("path", ["/items", "/secret/a", "/nothing"])
@pytest.mark.parametrize("origin", [APP, ADMIN])
def test_the_gateway_answers_preflights_by_itself(local: Local, path: str, origin: str) -> None:
    answer = local.send("OPTIONS", path, headers=from_origin(origin) + PREFLIGHT)
    assert (answer.status, answer.body) == (204, b"")
    assert cors_of(answer) == {
        "access-control-allow-origin": origin,
        "access-control-expose-headers": "ETag",
        "access-control-allow-methods": "GET,POST",
        "access-control-allow-headers": "Authorization,Content-Type",
        "access-control-max-age": "600",
    }
    assert local.functions.calls == []


@pytest.mark.parametrize("origin", ["https://evil.example.com", "http://app.example.com", "null"])
def test_an_origin_that_is_not_allowed_learns_nothing(local: Local, origin: str) -> None:
    for method in ("OPTIONS", "GET"):
        assert cors_of(local.send(method, "/items", headers=from_origin(origin) + PREFLIGHT)) == {}


def test_a_request_that_is_not_cross_origin_gets_no_headers(local: Local) -> None:
    assert cors_of(local.send("GET", "/items")) == {}
    assert cors_of(local.send("OPTIONS", "/items", headers=PREFLIGHT)) == {}


def test_the_functions_own_cors_headers_are_replaced(local: Local) -> None:
    own = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Methods": "DELETE", "X-Own": "1"}
    local.functions.answers["items-list"] = {"statusCode": 200, "headers": own}
    answer = local.send("GET", "/items", headers=from_origin(APP))
    assert cors_of(answer) == {
        "access-control-allow-origin": APP,
        "access-control-expose-headers": "ETag",
    }
    assert answer.header("x-own") == "1"


@pytest.mark.parametrize(
    ("path", "key", "status"), [("/secret/a", "", 401), ("/secret/a", "Bearer x", 403), ("/nothing", "", 404)]
)
def test_a_browser_can_read_the_gateways_refusals(local: Local, path: str, key: str, status: int) -> None:
    answer = local.send("GET", path, headers=(*from_origin(APP), ("Authorization", key)))
    assert (answer.status, answer.header("access-control-allow-origin")) == (status, APP)


def test_a_route_that_takes_options_gets_the_preflight() -> None:
    api = replace(HTTP_API, routes=(HttpRoute("$default", "default"),))
    with serving(api) as local:
        answer = local.send("OPTIONS", "/items", headers=from_origin(APP) + PREFLIGHT)
        assert local.functions.names == ["default"]
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
    with serving(replace(HTTP_API, cors=Cors(allow_origins=(allowed,)))) as local:
        answer = local.send("GET", "/items", headers=from_origin(origin))
        assert answer.header("access-control-allow-origin") == answered


def test_credentials_are_allowed_only_when_configured() -> None:
    with serving(replace(HTTP_API, cors=Cors(allow_origins=(APP,), allow_credentials=True))) as local:
        answer = local.send("GET", "/items", headers=from_origin(APP))
        assert answer.header("access-control-allow-credentials") == "true"


def test_without_a_configuration_the_functions_headers_stay_and_preflights_are_not_found() -> None:
    with serving(replace(HTTP_API, cors=None)) as local:
        local.functions.answers["items-list"] = {
            "statusCode": 200,
            "headers": {"Access-Control-Allow-Origin": "*"},
        }
        assert cors_of(local.send("GET", "/items")) == {"access-control-allow-origin": "*"}
        assert local.send("OPTIONS", "/items", headers=from_origin(APP) + PREFLIGHT).status == 404
