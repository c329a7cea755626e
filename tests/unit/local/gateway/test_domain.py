from __future__ import annotations

from collections.abc import Iterator

import pytest

from local.gateway import Domain
from tests.unit.local.gateway.apis import HTTP_API, REST_API
from tests.unit.local.gateway.harness import GatewayClient, send, serve


@pytest.fixture
def rest() -> Iterator[GatewayClient]:
    with serve(REST_API) as client:
        yield client


@pytest.fixture
def edge() -> Iterator[GatewayClient]:
    with serve(HTTP_API) as client:
        yield client


@pytest.fixture
def domain(rest: GatewayClient, edge: GatewayClient) -> Domain:
    return Domain(rest.gateway, {"edge": edge.gateway})


def test_the_http_api_gets_the_path_without_its_base_path(domain: Domain, edge: GatewayClient) -> None:
    assert send(domain, "GET", "/edge/items/i%201?x=1").status == 200
    event = edge.functions.event
    assert event["version"] == "2.0"
    assert event["rawPath"] == event["requestContext"]["http"]["path"] == "/items/i 1"
    assert event["rawQueryString"] == "x=1"


@pytest.mark.parametrize("path", ["/items/i1", "/prod/items/i1", "/prod/edge/items", "/edgeways/items"])
def test_every_other_path_is_of_the_rest_api(domain: Domain, rest: GatewayClient, path: str) -> None:
    answer = send(domain, "GET", path)
    assert answer.header("x-amzn-requestid")
    assert all(event["requestContext"]["path"] == path for _, event in rest.functions.calls)


@pytest.mark.parametrize("path", ["/edge", "/edge/", "/edge//items", "/edge/edge/items"])
def test_a_path_below_the_base_path_never_reaches_the_rest_api(domain: Domain, path: str) -> None:
    answer = send(domain, "GET", path)
    assert (answer.status, answer.json()) == (404, {"message": "Not Found"})


def test_the_longest_base_path_wins(rest: GatewayClient, edge: GatewayClient) -> None:
    domain = Domain(edge.gateway, {"edge": edge.gateway, "edge/deeper": rest.gateway})
    assert send(domain, "GET", "/edge/deeper/items").header("x-amzn-requestid")
    assert send(domain, "GET", "/edge/items").header("apigw-requestid")
