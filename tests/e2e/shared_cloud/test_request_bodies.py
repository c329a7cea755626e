"""Bodies of requests over plain HTTP, hostile ones included."""

from __future__ import annotations

import json

import httpx
import pytest

from tests.support.answers import http_refusal
from tests.support.engines.raw_http import request_head, send_raw

MEGABYTE = 1024 * 1024
GATEWAY_LIMIT_BYTES = 10 * MEGABYTE
INVALID = (400, "invalid_request")


@pytest.mark.parametrize("path", ["/customers", "/customers/import", "/api-keys"])
@pytest.mark.usefixtures("table_unchanged")
def test_a_body_over_10_mb_is_refused(client: httpx.Client, path: str) -> None:
    body = b'{"name": "' + b"x" * (GATEWAY_LIMIT_BYTES + 1 - 12) + b'"}'
    assert len(body) == GATEWAY_LIMIT_BYTES + 1
    answer = client.post(path, content=body, headers={"Content-Type": "application/json"})
    assert http_refusal(answer) == (413, "body_too_large")


@pytest.mark.usefixtures("table_unchanged")
def test_a_body_declared_over_10_mb_is_refused_before_it_comes(url: str, key: str) -> None:
    declared = f"Content-Length: {GATEWAY_LIMIT_BYTES + 1}"
    answer = send_raw(url, request_head(key, b"POST /api/v1/customers HTTP/1.1", declared))
    assert (answer.status, json.loads(answer.body)["code"]) == (413, "body_too_large")


@pytest.mark.usefixtures("table_unchanged")
def test_a_body_over_10_mb_in_chunks_is_refused(client: httpx.Client) -> None:
    chunks = (b" " * MEGABYTE for _ in range(11))
    answer = client.post("/customers", content=chunks, headers={"Content-Type": "application/json"})
    assert http_refusal(answer) == (413, "body_too_large")


@pytest.mark.parametrize("size_bytes", [6 * MEGABYTE, 8 * MEGABYTE, GATEWAY_LIMIT_BYTES])
@pytest.mark.usefixtures("table_unchanged")
def test_a_body_that_fits_the_gateway_and_not_the_function_is_refused(
    client: httpx.Client, size_bytes: int
) -> None:
    body = json.dumps({"name": "x" * (size_bytes - 12)}).encode()
    assert len(body) == size_bytes
    answer = client.post("/customers", content=body, headers={"Content-Type": "application/json"})
    assert http_refusal(answer) == (413, "body_too_large")


@pytest.mark.usefixtures("table_unchanged")
def test_a_body_of_5_mb_reaches_the_function(client: httpx.Client) -> None:
    answer = client.post("/customers", json={"name": "x" * 5 * MEGABYTE})
    assert http_refusal(answer) == INVALID
    assert len(answer.content) < 1000


@pytest.mark.parametrize(
    "field",
    ['"name": "x\xff"', '"name": "x", "metadata": {"note": "\xff"}', '"name": "x", "metadata": {"\xff": 1}'],
)
@pytest.mark.usefixtures("table_unchanged")
def test_json_that_is_not_utf_8_is_refused(client: httpx.Client, field: str) -> None:
    body = f"{{{field}}}".encode("latin-1")
    answer = client.post("/customers", content=body, headers={"Content-Type": "application/json"})
    assert http_refusal(answer)[0] == 400


@pytest.mark.usefixtures("table_unchanged")
def test_csv_that_is_not_utf_8_is_refused(client: httpx.Client) -> None:
    body = "name,email\nUniversité,a@b.example\n".encode("latin-1")
    answer = client.post("/customers/import", content=body, headers={"Content-Type": "text/csv"})
    assert http_refusal(answer) == (400, "invalid_encoding")
    assert "byte 20" in answer.json()["detail"]


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "{'name': 'x'}",
        '{"name": NaN}',
        '{"name": "\\ud800"}',
        "[" * 5000 + "]" * 5000,
        '{"name": "x", "metadata": {"n": ' + "9" * 5000 + "}}",
        '{"name": "x", "metadata": {"n": 1e999}}',
        '{"name": "x"} trailing',
        "\x00",
    ],
)
@pytest.mark.usefixtures("table_unchanged")
def test_a_body_that_is_not_json_is_refused(client: httpx.Client, body: str) -> None:
    answer = client.post("/customers", content=body, headers={"Content-Type": "application/json"})
    assert http_refusal(answer) == (400, "invalid_json")


@pytest.mark.parametrize("body", ["[]", "null", "1", '"x"', "{}", '{"nmae": "x"}', '{"name": {"a": 1}}', ""])
@pytest.mark.usefixtures("table_unchanged")
def test_json_of_another_shape_is_refused(client: httpx.Client, body: str) -> None:
    answer = client.post("/customers", content=body, headers={"Content-Type": "application/json"})
    assert http_refusal(answer) == INVALID


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/xml", "application/x-www-form-urlencoded", "text/csv", "x"]
)
@pytest.mark.usefixtures("table_unchanged")
def test_another_content_type_is_refused(client: httpx.Client, content_type: str) -> None:
    answer = client.post("/customers", content=b'{"name": "x"}', headers={"Content-Type": content_type})
    assert http_refusal(answer) == (415, "unsupported_media_type")


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "APPLICATION/JSON", None])
def test_the_content_type_may_have_parameters_and_any_case(
    client: httpx.Client, identifier: str, content_type: str | None
) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    body = json.dumps({"customerId": identifier}).encode()
    assert client.post("/customers", content=body, headers=headers).status_code == 201


@pytest.mark.parametrize("path", ["/customers", "/customers/import", "/api-keys"])
@pytest.mark.parametrize("content_type", ["application/json", "text/csv", "text/plain"])
@pytest.mark.usefixtures("table_unchanged")
def test_a_missing_body_is_refused_whatever_its_type(
    client: httpx.Client, path: str, content_type: str
) -> None:
    answer = client.post(path, headers={"Content-Type": content_type})
    assert http_refusal(answer) in {INVALID, (400, "invalid_csv"), (415, "unsupported_media_type")}


@pytest.mark.parametrize("field", ["type", "title", "status", "detail", "code", "errors", "subscriptions"])
@pytest.mark.usefixtures("table_unchanged")
def test_a_wrong_field_does_not_displace_a_part_of_the_problem(client: httpx.Client, field: str) -> None:
    answer = client.post("/customers", json={"name": "x", field: "x"})
    assert http_refusal(answer) == INVALID
    assert answer.json()["errors"] == [{"pointer": f"#/{field}", "detail": "is not a known field."}]
