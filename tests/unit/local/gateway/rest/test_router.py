from __future__ import annotations

import pytest

from local.gateway.errors import GatewayError
from local.gateway.rest.router import Router
from local.model import Route

ROUTER = Router(
    [
        Route("GET", "/", "root"),
        Route("ANY", "/{proxy+}", "anything"),
        Route("GET", "/customers/{customerId}", "get"),
        Route("DELETE", "/customers/{customerId}", "archive"),
        Route("POST", "/customers/import", "import"),
        Route("GET", "/customers/{customerId}/usage", "usage"),
        Route("ANY", "/files/{proxy+}", "files"),
        Route("GET", "/files/readme", "readme"),
    ]
)
SMALL = Router([Route("GET", "/customers", "list"), Route("GET", "/customers/{customerId}", "get")])


def function(method: str, path: str) -> str | None:
    return ROUTER.match(method, path).route.function


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/", "root"),
        ("GET", "/customers/c1", "get"),
        ("DELETE", "/customers/c1", "archive"),
        ("POST", "/customers/import", "import"),
        ("GET", "/customers/c1/usage", "usage"),
        ("GET", "/files/readme", "readme"),
        ("GET", "/files/a/b", "files"),
        ("PUT", "/files/a", "files"),
        ("GET", "/customers", "anything"),
    ],
)
def test_the_most_specific_resource_wins(method: str, path: str, expected: str) -> None:
    assert function(method, path) == expected


def test_a_method_that_the_most_specific_resource_lacks_is_not_looked_for_elsewhere() -> None:
    with pytest.raises(GatewayError, match="MISSING_AUTHENTICATION_TOKEN"):
        ROUTER.match("GET", "/customers/import")


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/customers/c1/", "get"),
        ("POST", "/customers/import/", "import"),
        ("GET", "/files/a/b/", "files"),
    ],
)
def test_a_trailing_slash_is_the_same_route(method: str, path: str, expected: str) -> None:
    assert function(method, path) == expected


def test_parameters_are_kept_as_sent_and_a_greedy_one_takes_the_rest() -> None:
    assert ROUTER.match("GET", "/customers/a%2Bb/").path_parameters == {"customerId": "a%2Bb"}
    assert ROUTER.match("GET", "/files/a/b%2Fc/").path_parameters == {"proxy": "a/b%2Fc"}


@pytest.mark.parametrize(
    "path", ["/customers//", "//", "//customers", "/customers//usage", "/files/a//b", "x", ""]
)
def test_an_empty_segment_matches_nothing(path: str) -> None:
    with pytest.raises(GatewayError, match="MISSING_AUTHENTICATION_TOKEN"):
        ROUTER.match("GET", path)


@pytest.mark.parametrize("segment", [".", "..", "%2e%2e", "%2F", "{customerId}"])
def test_special_segments_are_plain_text(segment: str) -> None:
    assert SMALL.match("GET", f"/customers/{segment}").path_parameters == {"customerId": segment}


def test_dots_are_not_resolved_into_another_path() -> None:
    with pytest.raises(GatewayError):
        SMALL.match("GET", "/other/../customers")
