from __future__ import annotations

from collections.abc import Iterator

import pytest

from local.gateway import Domain, HttpGateway, RestGateway
from tests.unit.local.gateway.harness import API, HTTP_API, Functions, send


@pytest.fixture
def functions() -> Functions:
    return Functions()


@pytest.fixture
def domain(functions: Functions) -> Iterator[Domain]:
    rest, edge = RestGateway(API, functions), HttpGateway(HTTP_API, functions)
    yield Domain(rest, {"edge": edge})
    rest.close()
    edge.close()


def test_the_http_api_never_sees_its_base_path(domain: Domain, functions: Functions) -> None:
    assert send(domain, "GET", "/edge/items/i%201?x=1").status == 200
    event = functions.event
    assert event["version"] == "2.0"
    assert event["rawPath"] == event["requestContext"]["http"]["path"] == "/items/i 1"
    assert event["rawQueryString"] == "x=1"


@pytest.mark.parametrize("path", ["/items/i1", "/prod/items/i1", "/prod/edge/items", "/edgeways/items"])
def test_every_other_path_is_the_rest_apis(domain: Domain, functions: Functions, path: str) -> None:
    answer = send(domain, "GET", path)
    assert answer.header("x-amzn-requestid")
    assert all(event["requestContext"]["path"] == path for _, event in functions.calls)


@pytest.mark.parametrize("path", ["/edge", "/edge/", "/edge//items", "/edge/edge/items"])
def test_below_the_base_path_nothing_falls_back_to_the_rest_api(domain: Domain, path: str) -> None:
    answer = send(domain, "GET", path)
    assert (answer.status, answer.json()) == (404, {"message": "Not Found"})


def test_the_longest_base_path_wins(functions: Functions) -> None:
    rest, edge, deeper = (
        RestGateway(API, functions),
        HttpGateway(HTTP_API, functions),
        RestGateway(API, functions),
    )
    domain = Domain(rest, {"edge": edge, "edge/deeper": deeper})
    assert send(domain, "GET", "/edge/deeper/items").header("x-amzn-requestid")
    assert send(domain, "GET", "/edge/items").header("apigw-requestid")
    for gateway in (rest, edge, deeper):
        gateway.close()
