"""Customers over plain HTTP, hostile requests included."""

from __future__ import annotations

import csv
import io
import json
import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from parity.dynamodb.table import Table
from tests.e2e.shared_cloud.conftest import TIMEOUT_SECONDS
from tests.support.answers import http_refusal
from tests.support.fakes.tables import scan_items

MEGABYTE = 1024 * 1024
GATEWAY_LIMIT_BYTES = 10 * MEGABYTE
INVALID = (400, "invalid_request")
NOT_FOUND = (404, "not_found")


@pytest.fixture
def unchanged(cloud_table: Table) -> Iterator[None]:
    """Fails a test that leaves the table other than it was; the note of when a key was used may change."""
    before = contents(cloud_table)
    yield
    assert contents(cloud_table) == before


def contents(table: Table) -> list[dict[str, Any]]:
    return [
        {name: value for name, value in item.items() if name != "lastUsedOn"} for item in scan_items(table)
    ]


def exchange(url: str, request: bytes) -> tuple[int, bytes]:
    """Sends the bytes as they are; the status and the body of the answer."""
    address = urlsplit(url)
    with socket.create_connection(
        (address.hostname or "", address.port or 80), TIMEOUT_SECONDS
    ) as connection:
        connection.sendall(request)
        head, _, body = b"".join(iter(lambda: connection.recv(65536), b"")).partition(b"\r\n\r\n")
    return int(head.split()[1]), body


def head(key: str, request_line: bytes, *headers: str) -> bytes:
    lines = ["Host: x", f"Authorization: Bearer {key}", "Connection: close", *headers]
    return b"\r\n".join([request_line, *(line.encode() for line in lines), b"", b""])


# Bodies


@pytest.mark.parametrize("path", ["/customers", "/customers/import", "/api-keys"])
@pytest.mark.usefixtures("unchanged")
def test_a_body_over_10_mb_is_refused(client: httpx.Client, path: str) -> None:
    body = b'{"name": "' + b"x" * (GATEWAY_LIMIT_BYTES + 1 - 12) + b'"}'
    assert len(body) == GATEWAY_LIMIT_BYTES + 1
    answer = client.post(path, content=body, headers={"Content-Type": "application/json"})
    assert http_refusal(answer) == (413, "body_too_large")


@pytest.mark.usefixtures("unchanged")
def test_a_body_declared_over_10_mb_is_refused_before_it_comes(url: str, key: str) -> None:
    declared = f"Content-Length: {GATEWAY_LIMIT_BYTES + 1}"
    status, body = exchange(url, head(key, b"POST /api/v1/customers HTTP/1.1", declared))
    assert (status, json.loads(body)["code"]) == (413, "body_too_large")


@pytest.mark.usefixtures("unchanged")
def test_a_body_over_10_mb_in_chunks_is_refused(client: httpx.Client) -> None:
    chunks = (b" " * MEGABYTE for _ in range(11))
    answer = client.post("/customers", content=chunks, headers={"Content-Type": "application/json"})
    assert http_refusal(answer) == (413, "body_too_large")


@pytest.mark.parametrize("size_bytes", [6 * MEGABYTE, 8 * MEGABYTE, GATEWAY_LIMIT_BYTES])
@pytest.mark.usefixtures("unchanged")
def test_a_body_that_fits_the_gateway_and_not_the_function_is_refused(
    client: httpx.Client, size_bytes: int
) -> None:
    body = json.dumps({"name": "x" * (size_bytes - 12)}).encode()
    assert len(body) == size_bytes
    answer = client.post("/customers", content=body, headers={"Content-Type": "application/json"})
    assert http_refusal(answer) == (413, "body_too_large")


@pytest.mark.usefixtures("unchanged")
def test_a_body_of_5_mb_reaches_the_function(client: httpx.Client) -> None:
    answer = client.post("/customers", json={"name": "x" * 5 * MEGABYTE})
    assert http_refusal(answer) == INVALID
    assert len(answer.content) < 1000


@pytest.mark.parametrize(
    "field",
    ['"name": "x\xff"', '"name": "x", "metadata": {"note": "\xff"}', '"name": "x", "metadata": {"\xff": 1}'],
)
@pytest.mark.usefixtures("unchanged")
def test_json_that_is_not_utf_8_is_refused(client: httpx.Client, field: str) -> None:
    body = f"{{{field}}}".encode("latin-1")
    answer = client.post("/customers", content=body, headers={"Content-Type": "application/json"})
    assert http_refusal(answer)[0] == 400


@pytest.mark.usefixtures("unchanged")
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
@pytest.mark.usefixtures("unchanged")
def test_what_is_no_json_is_refused(client: httpx.Client, body: str) -> None:
    answer = client.post("/customers", content=body, headers={"Content-Type": "application/json"})
    assert http_refusal(answer) == (400, "invalid_json")


@pytest.mark.parametrize("body", ["[]", "null", "1", '"x"', "{}", '{"nmae": "x"}', '{"name": {"a": 1}}', ""])
@pytest.mark.usefixtures("unchanged")
def test_json_of_another_shape_is_refused(client: httpx.Client, body: str) -> None:
    answer = client.post("/customers", content=body, headers={"Content-Type": "application/json"})
    assert http_refusal(answer) == INVALID


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/xml", "application/x-www-form-urlencoded", "text/csv", "x"]
)
@pytest.mark.usefixtures("unchanged")
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
@pytest.mark.usefixtures("unchanged")
def test_a_missing_body_is_refused_whatever_its_type(
    client: httpx.Client, path: str, content_type: str
) -> None:
    answer = client.post(path, headers={"Content-Type": content_type})
    assert http_refusal(answer) in {INVALID, (400, "invalid_csv"), (415, "unsupported_media_type")}


@pytest.mark.parametrize("field", ["type", "title", "status", "detail", "code", "errors", "subscriptions"])
@pytest.mark.usefixtures("unchanged")
def test_a_wrong_field_does_not_displace_a_part_of_the_problem(client: httpx.Client, field: str) -> None:
    answer = client.post("/customers", json={"name": "x", field: "x"})
    assert http_refusal(answer) == INVALID
    assert answer.json()["errors"] == [{"pointer": f"#/{field}", "detail": "is not a known field."}]


# Methods and paths


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
@pytest.mark.usefixtures("unchanged")
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
        b"api/v1/customers",
        b"*",
    ],
)
@pytest.mark.usefixtures("unchanged")
def test_a_hostile_path_gets_a_clean_refusal(client: httpx.Client, target: bytes) -> None:
    for method, body in (("GET", None), ("DELETE", None), ("POST", {"name": "x"}), ("PATCH", {"name": "x"})):
        answer = client.request(method, "/", extensions={"target": target}, json=body)
        assert 400 <= http_refusal(answer)[0] < 500
        assert "x-injected" not in answer.headers


@pytest.mark.usefixtures("unchanged")
def test_bytes_beyond_ascii_in_the_path_are_refused(url: str, key: str) -> None:
    for method in (b"GET", b"PATCH", b"DELETE"):
        line = method + " /api/v1/customers/Łódź HTTP/1.1".encode()
        assert exchange(url, head(key, line))[0] == 400


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


# CORS


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
    assert listed(answer, "allow-methods") >= methods
    assert listed(answer, "allow-headers") == {"Authorization", "Content-Type", "Idempotency-Key", "If-Match"}


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
        assert listed(answer, "expose-headers") >= {"ETag", "Idempotent-Replayed", "Location", "Retry-After"}


def listed(answer: httpx.Response, header: str) -> set[str]:
    return set(answer.headers[f"access-control-{header}"].replace(" ", "").split(","))


# Idempotency-Key


def test_a_repeated_create_gets_the_first_answer_and_makes_one_customer(
    client: httpx.Client, identifier: str
) -> None:
    count = client.get("/customers").json()["count"]
    sent: dict[str, Any] = {"json": {"name": identifier}, "headers": {"Idempotency-Key": identifier}}
    first, second = (client.post("/customers", **sent) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert "idempotent-replayed" not in first.headers
    assert second.headers["idempotent-replayed"] == "true"
    for name in ("etag", "location", "content-type"):
        assert second.headers[name] == first.headers[name]
    assert client.get("/customers").json()["count"] == count + 1


def test_a_used_key_with_another_request_is_refused(client: httpx.Client, identifier: str) -> None:
    headers = {"Idempotency-Key": identifier}
    assert client.post("/customers", json={"name": "One"}, headers=headers).status_code == 201
    others = [
        client.post("/customers", json={"name": "Two"}, headers=headers),
        client.post("/customers/import", json=[{"name": "One"}], headers=headers),
        client.post("/api-keys", json={"name": "One"}, headers=headers),
    ]
    assert [http_refusal(answer) for answer in others] == [(422, "idempotency_key_reused")] * 3


def test_a_refused_request_does_not_use_up_its_key(client: httpx.Client, identifier: str) -> None:
    headers = {"Idempotency-Key": identifier}
    assert http_refusal(client.post("/customers", json={"email": "x"}, headers=headers)) == INVALID
    assert client.post("/customers", json={"customerId": identifier}, headers=headers).status_code == 201
    again = {"Idempotency-Key": f"{identifier}-2"}
    taken = client.post("/customers", json={"customerId": identifier}, headers=again)
    assert http_refusal(taken) == (409, "customer_already_exists")
    assert client.post("/customers", json={"name": "Free"}, headers=again).status_code == 201


def test_a_repeated_unarchive_does_not_undo_a_later_archive(client: httpx.Client, identifier: str) -> None:
    client.post("/customers", json={"customerId": identifier})
    client.delete(f"/customers/{identifier}")
    headers = {"Idempotency-Key": identifier}
    assert client.post(f"/customers/{identifier}/unarchive", headers=headers).json()["status"] == "active"
    client.delete(f"/customers/{identifier}")
    replayed = client.post(f"/customers/{identifier}/unarchive/", headers=headers)
    assert (replayed.status_code, replayed.headers["idempotent-replayed"]) == (200, "true")
    assert client.get(f"/customers/{identifier}").json()["status"] == "archived"


@pytest.mark.parametrize("idempotency_key", ["x" * 256, ""])
@pytest.mark.usefixtures("unchanged")
def test_an_idempotency_key_of_a_wrong_length_is_refused(client: httpx.Client, idempotency_key: str) -> None:
    answer = client.post("/customers", json={"name": "x"}, headers={"Idempotency-Key": idempotency_key})
    assert http_refusal(answer) == INVALID
    assert answer.json()["errors"][0]["parameter"].lower() == "idempotency-key"


# If-Match


def test_a_change_is_made_to_the_version_named_or_not_at_all(client: httpx.Client, identifier: str) -> None:
    path = f"/customers/{identifier}"
    first = client.post("/customers", json={"customerId": identifier}).headers["etag"]
    changed = client.patch(path, json={"name": "One"}, headers={"If-Match": first})
    assert changed.status_code == 200
    assert changed.headers["etag"] != first
    for stale in (
        client.patch(path, json={"name": "Two"}, headers={"If-Match": first}),
        client.delete(path, headers={"If-Match": first}),
    ):
        assert http_refusal(stale) == (412, "precondition_failed")
    assert client.get(path).headers["etag"] == changed.headers["etag"]
    assert client.patch(path, json={"name": "Two"}, headers={"If-Match": "*"}).status_code == 200
    either = f"{first}, {client.get(path).headers['etag']}"
    assert client.delete(path, headers={"If-Match": either}).status_code == 204
    assert client.post(f"{path}/unarchive", headers={"If-Match": first}).status_code == 412
    assert client.get(path).json()["name"] == "Two"


@pytest.mark.parametrize("if_match", ["1", "x", '"x"', '"1', '"1", x', "", '"-1"', '"' + "1" * 30 + '"'])
def test_an_if_match_that_is_no_etag_is_refused(client: httpx.Client, identifier: str, if_match: str) -> None:
    client.post("/customers", json={"customerId": identifier})
    answer = client.patch(f"/customers/{identifier}", json={"name": "x"}, headers={"If-Match": if_match})
    assert http_refusal(answer) == INVALID
    assert client.get(f"/customers/{identifier}").json()["version"] == 1


# Import


def test_an_import_of_a_bad_file_keeps_its_good_rows(client: httpx.Client, identifier: str) -> None:
    rows = [
        ["name", "identifier", "E-Mail", "Billing ID", "country"],
        ["Universität Zürich", f"{identifier}-1", "info@uzh.example", "cus_1", "Schweiz"],
        ["Bad email", f"{identifier}-2", "nobody", "", ""],
        ["", "", "nameless@b.example", "", ""],
        ['Quoted, "twice"', f"{identifier}-3", "", "", "over\nlines"],
        ["Bad identifier", "a/b", "", "", ""],
        ["Too many cells", f"{identifier}-4", "", "", "", "one more"],
        ["Another with the first one's identifier", f"{identifier}-1", "", "", ""],
    ]
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    answer = client.post(
        "/customers/import",
        content="\ufeff" + text.getvalue(),
        headers={"Content-Type": "text/csv; charset=utf-8"},
    )
    assert answer.status_code == 200, answer.text
    result = answer.json()
    statuses = [row["status"] for row in result["results"]]
    assert sorted(statuses[i] for i in (0, 6)) in (["created", "rejected"], ["existing", "rejected"])
    assert [statuses[i] for i in (1, 2, 3, 4, 5)] == [
        "rejected",
        "rejected",
        "created",
        "rejected",
        "rejected",
    ]
    assert all(row["code"] and row["detail"] for row in result["results"] if row["status"] == "rejected")
    quoted = client.get(f"/customers/{identifier}-3").json()
    assert (quoted["name"], quoted["email"]) == ('Quoted, "twice"', None)
    assert quoted["metadata"] == {"country": "over\nlines"}
    assert [client.get(f"/customers/{identifier}-{number}").status_code for number in (1, 2, 4)] == [
        200,
        404,
        404,
    ]


def test_an_import_sent_again_finds_its_own_customers(client: httpx.Client, identifier: str) -> None:
    body = f"name,email,country\n{identifier} é,a@b.example,CH\n{identifier} é,c@d.example,\n"
    headers = {"Content-Type": "text/csv"}
    first, second = (client.post("/customers/import", content=body, headers=headers).json() for _ in range(2))
    assert (first["created"], first["rejected"]) == (2, 0)
    assert (second["created"], second["existing"]) == (0, 2)
    ids = [[row["customerId"] for row in result["results"]] for result in (first, second)]
    assert ids[0] == ids[1]
    assert client.get(f"/customers/{ids[0][0]}").json()["metadata"] == {"country": "CH"}


@pytest.mark.parametrize(
    ("content_type", "body", "expected"),
    [
        ("text/csv", "\n", (400, "invalid_csv")),
        ("text/csv", "name,email\n", (400, "invalid_request")),
        ("text/csv", "email\na@b.example\n", (400, "invalid_csv")),
        ("text/csv", "name,Name\na,b\n", (400, "invalid_csv")),
        ("text/csv", "name,\na,b\n", (400, "invalid_csv")),
        ("text/csv", 'name\n"open', (400, "invalid_csv")),
        ("application/json", "[]", (400, "invalid_request")),
        ("application/json", "{}", (400, "invalid_request")),
        ("application/json", json.dumps([{"name": "x"}] * 10_001), (400, "invalid_request")),
        ("text/html", "<b>", (415, "unsupported_media_type")),
    ],
)
@pytest.mark.usefixtures("unchanged")
def test_an_import_without_any_readable_row_is_refused(
    client: httpx.Client, content_type: str, body: str, expected: tuple[int, str]
) -> None:
    answer = client.post("/customers/import", content=body, headers={"Content-Type": content_type})
    assert http_refusal(answer) == expected
