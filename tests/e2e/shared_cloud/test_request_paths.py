"""Methods, paths, parameters and headers over plain HTTP, hostile ones included."""

from __future__ import annotations

import json

import httpx
import pytest

from tests.support.answers import http_refusal
from tests.support.engines.raw_http import request_head, send_raw

INVALID = (400, "invalid_request")
NOT_FOUND = (404, "not_found")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/customers"),
        ("PATCH", "/customers"),
        ("DELETE", "/customers"),
        ("DELETE", "/customers/"),
        ("PUT", "/customers/x"),
        ("POST", "/customers/x"),
        ("GET", "/customers/x/unarchive"),
        ("GET", "/customers/import"),
        ("PATCH", "/customers/import"),
        ("DELETE", "/customers/import"),
        ("GET", "/customers/x/y"),
        ("PURGE", "/customers"),
        ("TRACE", "/customers"),
        ("GET", "/"),
        ("GET", "/nothing"),
        ("GET", "/Customers"),
    ],
)
@pytest.mark.parametrize("authorization", ["", "Bearer sk_unknown"])
@pytest.mark.usefixtures("table_unchanged")
def test_an_unknown_path_or_method_is_not_found(
    client: httpx.Client, method: str, path: str, authorization: str
) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    assert http_refusal(client.request(method, path, headers=headers)) == NOT_FOUND


@pytest.mark.parametrize("path", ["/customers", "/customers/x"])
def test_head_is_not_found_and_has_no_body(client: httpx.Client, path: str) -> None:
    answer = client.head(path)
    assert (answer.status_code, answer.content) == (404, b"")


# As they go over the wire: a client library would tidy them up first.
@pytest.mark.parametrize(
    "target",
    [
        b"//",
        b"//api/v1/customers",
        b"/api//v1/customers",
        b"/api/v1//customers",
        b"/api/v1/customers//",
        b"/api/v1/customers///",
        b"/api/v1/customers//unarchive",
        b"/api/v1/customers/.",
        b"/api/v1/customers/..",
        b"/api/v1/customers/../customers",
        b"/api/v1/customers/%2e",
        b"/api/v1/customers/%2e%2e",
        b"/api/v1/customers/%2e%2e/",
        b"/api/v1/customers/%252e%252e",
        b"/api/v1/customers/%2F",
        b"/api/v1/customers/a%2fb",
        b"/api/v1/customers/..%2f..%2fapi-keys",
        b"/api/v1/customers/%00",
        b"/api/v1/customers/a%00b",
        b"/api/v1/customers/%0d%0aX-Injected:%201",
        b"/api/v1/customers/%ff%fe",
        b"/api/v1/customers/%c0%ae",
        b"/api/v1/customers/%ed%a0%80",
        b"/api/v1/customers/%",
        b"/api/v1/customers/%zz",
        b"/api/v1/customers/%2",
        b"/api/v1/customers/%u0041",
        b"/api/v1/customers/CUSTOMER%23x",
        b"/api/v1/customers/" + b"x" * 2000,
        b"/api/v1/customers/" + b"x" * 9000,
        b"/dev/dev/api/v1/customers",
        b"/prod/api/v1/customers",
        b"*",
    ],
)
@pytest.mark.usefixtures("table_unchanged")
def test_a_hostile_path_gets_a_clean_refusal(client: httpx.Client, target: bytes) -> None:
    for method, body in (("GET", None), ("DELETE", None), ("POST", {"name": "x"}), ("PATCH", {"name": "x"})):
        answer = client.request(method, "/", extensions={"target": target}, json=body)
        assert 400 <= http_refusal(answer)[0] < 500
        assert "x-injected" not in answer.headers


@pytest.mark.usefixtures("table_unchanged")
def test_bytes_beyond_ascii_in_the_path_are_refused(url: str, key: str) -> None:
    for method in (b"GET", b"PATCH", b"DELETE"):
        line = method + " /api/v1/customers/Łódź HTTP/1.1".encode()
        assert send_raw(url, request_head(key, line)).status == 400


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=-1",
        "page=x",
        "page=99999999999999999999",
        "page_size=0",
        "page_size=x",
        "status=gone",
        "cursor=x",
        "cursor=",
        "cursor=%00",
        "cursor=AAAAAAAAPkNVU1RPTUVSUw",
        "page=1&cursor=x",
        "search=" + "x" * 256,
        "page=%zz",
    ],
)
def test_a_wrong_parameter_of_the_list_is_refused(client: httpx.Client, query: str) -> None:
    status, code = http_refusal(client.get("/", extensions={"target": f"/api/v1/customers?{query}".encode()}))
    assert (status, code) in {INVALID, (400, "invalid_cursor"), (400, "bad_request")}


def test_header_names_work_in_any_case(url: str, key: str, identifier: str) -> None:
    headers = {
        "aUTHORIZATION": f"bearer {key}",
        "CONTENT-TYPE": "application/json",
        "idempotency-KEY": identifier,
    }
    body = json.dumps({"customerId": identifier})
    first, second = (httpx.post(f"{url}/api/v1/customers", content=body, headers=headers) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.headers["idempotent-replayed"] == "true"
    stale = {"authorization": f"Bearer {key}", "IF-MATCH": '"7"'}
    changed = httpx.patch(f"{url}/api/v1/customers/{identifier}", json={"name": "x"}, headers=stale)
    assert http_refusal(changed) == (412, "precondition_failed")


def header_values(answer: httpx.Response, header: str) -> set[str]:
    return set(answer.headers[f"access-control-{header}"].replace(" ", "").split(","))


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/customers", {"GET", "POST"}),
        ("/customers/", {"GET", "POST"}),
        ("/customers/x", {"GET", "PATCH", "DELETE"}),
        ("/customers/x/unarchive", {"POST"}),
        ("/customers/import", {"POST"}),
        ("/api-keys", {"GET", "POST"}),
        ("/api-keys/x", {"DELETE"}),
    ],
)
def test_a_preflight_needs_no_key_and_allows_what_the_route_takes(
    url: str, path: str, methods: set[str]
) -> None:
    headers = {
        "Origin": "https://app.example.com",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization, content-type",
    }
    answer = httpx.options(f"{url}/api/v1{path}", headers=headers)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    assert header_values(answer, "allow-methods") >= methods
    assert header_values(answer, "allow-headers") == {
        "Authorization",
        "Content-Type",
        "Idempotency-Key",
        "If-Match",
    }


def test_answers_may_be_read_by_a_page_with_the_headers_it_needs(
    client: httpx.Client, identifier: str
) -> None:
    answers = [
        client.post("/customers", json={"customerId": identifier}),
        client.get("/customers"),
        client.get(f"/customers/{identifier}"),
        client.post("/customers", json={"customerId": identifier}),
        client.delete(f"/customers/{identifier}"),
        client.get("/api-keys"),
    ]
    assert [answer.status_code for answer in answers] == [201, 200, 200, 409, 204, 200]
    for answer in answers:
        assert answer.headers["access-control-allow-origin"] == "*"
        assert header_values(answer, "expose-headers") >= {
            "ETag",
            "Idempotent-Replayed",
            "Location",
            "Retry-After",
        }
