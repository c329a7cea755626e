from __future__ import annotations

import base64

import pytest

from tests.unit.local.gateway.harness import GatewayClient


def test_headers_may_be_numbers_and_cookies_are_a_list_of_their_own(client: GatewayClient) -> None:
    answer = client.respond_with(
        {
            "statusCode": 200,
            "headers": {"X-Count": 3, "X-Flag": True, "Set-Cookie": "c=3"},
            "cookies": ["a=1", "b=2"],
        }
    )
    assert (answer.header("x-count"), answer.header("x-flag")) == ("3", "true")
    assert [value for name, value in answer.headers if name == "set-cookie"] == ["a=1", "b=2", "c=3"]


def test_base64_is_always_decoded(client: GatewayClient) -> None:
    encoded = {"statusCode": 200, "body": base64.b64encode(b"\xff\x00").decode(), "isBase64Encoded": True}
    assert client.respond_with(encoded).body == b"\xff\x00"


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        ("Hello", b"Hello"),
        (b'{ "message": "x" }', b'{ "message": "x" }'),
        ({"body": "no status"}, b'{"body": "no status"}'),
        ([1, 2], b"[1, 2]"),
        (None, b"null"),
    ],
)
def test_an_answer_without_a_status_is_the_body_itself(
    client: GatewayClient, answer: object, body: bytes
) -> None:
    response = client.respond_with(answer)
    assert (response.status, response.body) == (200, body)
    assert response.header("content-type") == "application/json"


@pytest.mark.parametrize("cookies", ["a=1", [1]])
def test_malformed_cookies_are_a_500(client: GatewayClient, cookies: object) -> None:
    assert client.respond_with({"statusCode": 200, "cookies": cookies}).status == 500


def test_a_trailing_slash_is_another_path(client: GatewayClient) -> None:
    answer = client.send("GET", "/items/")
    assert (answer.status, answer.json()) == (404, {"message": "Not Found"})
