from __future__ import annotations

import pytest

from local.gateway.errors import GatewayError
from local.gateway.http.router import Router, decode_path
from local.model import HttpRoute


def router(*keys: str) -> Router:
    return Router([HttpRoute(key, key) for key in keys])


DOCUMENTED = router(
    "GET /pets/dog/1", "GET /pets/dog/{id}", "GET /pets/{proxy+}", "ANY /{proxy+}", "$default"
)
"""The routes of the example in "Create routes for HTTP APIs"."""

SMALL = router("GET /customers", "GET /customers/{customerId}")


@pytest.mark.parametrize(
    ("method", "path", "key"),
    [
        ("GET", "/pets/dog/1", "GET /pets/dog/1"),
        ("GET", "/pets/dog/2", "GET /pets/dog/{id}"),
        ("GET", "/pets/cat/1", "GET /pets/{proxy+}"),
        ("POST", "/test/5", "ANY /{proxy+}"),
    ],
)
def test_routes_are_chosen_as_in_the_developer_guide(method: str, path: str, key: str) -> None:
    assert DOCUMENTED.match(method, path).route.key == key


def test_the_default_route_takes_what_no_other_does() -> None:
    routes = router("GET /items", "$default")
    assert routes.match("GET", "/items").route.key == "GET /items"
    assert routes.match("DELETE", "/items").route.key == "$default"
    assert routes.match("GET", "/other").path_parameters == {}


def test_a_route_of_another_method_hides_nothing() -> None:
    routes = router("POST /items/import", "GET /items/{itemId}", "ANY /{proxy+}")
    assert routes.match("GET", "/items/import").route.key == "GET /items/{itemId}"
    assert routes.match("PUT", "/items/import").route.key == "ANY /{proxy+}"


@pytest.mark.parametrize("order", [1, -1])
def test_the_same_route_is_found_whatever_the_order_of_the_template(order: int) -> None:
    keys = ["ANY /a/b", "GET /a/b", "GET /a/{x}", "GET /{proxy+}", "GET /a/{proxy+}"][::order]
    routes = router(*keys)
    assert routes.match("GET", "/a/b").route.key == "GET /a/b"
    assert routes.match("PUT", "/a/b").route.key == "ANY /a/b"
    assert routes.match("GET", "/a/b/c").route.key == "GET /a/{proxy+}"


@pytest.mark.parametrize(
    "path", ["/customers/", "/customers/c1/", "/customers//", "//customers", "/", "x", ""]
)
def test_a_path_with_another_slash_is_another_path(path: str) -> None:
    with pytest.raises(GatewayError, match="RESOURCE_NOT_FOUND"):
        SMALL.match("GET", path)


def test_a_greedy_route_takes_the_path_that_ends_in_a_slash() -> None:
    routes = router("GET /entitlements", "GET /entitlements/{rest+}")
    assert routes.match("GET", "/entitlements/").path_parameters == {"rest": ""}
    assert routes.match("GET", "/entitlements/a/b/").path_parameters == {"rest": "a/b/"}
    assert routes.match("GET", "/entitlements").route.key == "GET /entitlements"


def test_parameters_may_have_any_name() -> None:
    match = router("GET /a/{item-id}/b/{x.y}").match("GET", "/a/1/b/2")
    assert match.path_parameters == {"item-id": "1", "x.y": "2"}


@pytest.mark.parametrize(
    ("sent", "understood"),
    [
        ("/a%20b%2Bc+d", "/a b+c+d"),
        ("/a%252Fb", "/a%252Fb"),
        ("/a%2Fb", "/a/b"),
        ("/caf%C3%A9", "/café"),
        ("/a%3Fb=c", "/a"),
        ("/%ff", "/\ufffd"),
    ],
)
def test_a_path_is_decoded_but_for_encoded_percent_signs(sent: str, understood: str) -> None:
    assert decode_path(sent) == understood
