"""What a web page sees of answers: preflights, readable headers, and the id of its request."""

from __future__ import annotations

from urllib.parse import urlsplit

import httpx
import pytest

from tests.support.engines.browser import needs_chromium, open_browser

ORIGIN = "https://app.example.com"
PATHS = [
    "/api/v1/customers/nobody",
    "/api/v1/customers/nobody/unknown",
    "/api/v1/nothing/here",
    "/api/v1/",
    "/elsewhere",
    "/api",
]


def preflight(url: str, method: str) -> httpx.Response:
    return httpx.options(
        url,
        headers={
            "Origin": ORIGIN,
            "Access-Control-Request-Method": method,
            "Access-Control-Request-Headers": "authorization",
        },
    )


def list_values(answer: httpx.Response, header: str) -> set[str]:
    return {value.strip() for value in answer.headers[f"access-control-{header}"].split(",")}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_a_page_may_ask_for_any_path_and_read_that_there_is_nothing(
    url: str, key: str, path: str, method: str
) -> None:
    asked = preflight(f"{url}{path}", method)
    assert asked.is_success
    assert asked.headers["access-control-allow-origin"] == "*"
    assert method in list_values(asked, "allow-methods")
    headers = {"Authorization": f"Bearer {key}", "Origin": ORIGIN}
    answer = httpx.get(f"{url}{path}", headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "X-Request-Id" in list_values(answer, "expose-headers")
    assert answer.json()["requestId"] == answer.headers["x-request-id"]


@pytest.mark.parametrize(
    ("call", "authorization", "status"),
    [
        ("GET /customers", "", 401),
        ("GET /customers", "Bearer pk_unknown", 401),
        ("GET /customers?page=0", None, 400),
        ("POST /customers", None, 400),
        ("GET /entitlements", None, 400),
        ("POST /report/usage", None, 400),
    ],
)
def test_each_problem_of_functions_and_gateway_has_the_id_of_its_request(
    client: httpx.Client, call: str, authorization: str | None, status: int
) -> None:
    method, path = call.split()
    headers = {"Origin": ORIGIN} if authorization is None else {"Authorization": authorization}
    answer = client.request(method, path, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert {"X-Request-Id"} <= list_values(answer, "expose-headers")
    # The gateway's own header has the id that its access log has.
    assert answer.json()["requestId"] == answer.headers["x-request-id"] == answer.headers["x-amzn-requestid"]


@pytest.mark.parametrize(
    "path", ["/api/v1/entitlements", "/api/v1/entitlements/", "/api/v1/entitlements/check"]
)
def test_a_page_of_a_customer_may_call_the_edge(edge_url: str, client_key: str, path: str) -> None:
    method = "POST" if path.endswith("check") else "GET"
    asked = preflight(f"{edge_url}{path}", method)
    assert asked.is_success
    assert method in list_values(asked, "allow-methods")
    assert list_values(asked, "allow-headers") == {"Authorization", "Content-Type", "Idempotency-Key"}
    headers = {"Authorization": f"Bearer {client_key}", "Origin": ORIGIN}
    answer = httpx.request(method, f"{edge_url}{path}", headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert {"X-Request-Id", "Retry-After"} <= list_values(answer, "expose-headers")
    request_id = answer.headers["x-request-id"]
    assert answer.json()["requestId"] == request_id == answer.headers["apigw-requestid"]


@pytest.mark.parametrize(
    ("path", "authorization", "status"),
    [("/api/v1/entitlements", "", 401), ("/nothing", "Bearer x", 404), ("/no-such-path/", "", 404)],
)
def test_what_the_edge_answers_by_itself_has_an_id_that_a_page_may_read(
    edge_url: str, path: str, authorization: str, status: int
) -> None:
    """Its body and its other headers are the gateway's own."""
    answer = httpx.get(f"{edge_url}{path}", headers={"Authorization": authorization, "Origin": ORIGIN})
    assert answer.status_code == status
    assert answer.json().keys() == {"message"}
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "Apigw-Requestid" in list_values(answer, "expose-headers")
    assert answer.headers["apigw-requestid"]


@pytest.mark.slow
@needs_chromium
def test_a_browser_reads_refusals_of_both_gateways(url: str, edge_url: str, client_key: str) -> None:
    calls = [
        [f"{url}/elsewhere", "PATCH"],
        [f"{url}/api/v1/customers", "DELETE"],
        [f"{url}/api/v1/entitlements/", "GET"],
        [f"{edge_url}/api/v1/entitlements/", "GET"],
        [f"{edge_url}/elsewhere", "GET"],
    ]
    read = f"""async ([address, method]) => {{
        try {{
            const headers = {{Authorization: "Bearer {client_key}"}};
            const answer = await fetch(address, {{method, headers}});
            const {{code, requestId}} = await answer.json();
            const [own, gateways] = ["X-Request-Id", "Apigw-Requestid"].map(name => answer.headers.get(name));
            return [answer.status, code ?? null, requestId === own, (own ?? gateways) !== null];
        }} catch (error) {{
            return String(error);
        }}
    }}"""
    with open_browser() as browser:
        page = browser.new_page()
        # By another name it is another origin. Chromium keeps pages that are not local from local addresses.
        page.goto(f"http://localhost:{urlsplit(url).port}/docs")
        assert page.evaluate("origin") not in {url, edge_url}
        assert [page.evaluate(read, call) for call in calls] == [
            [404, "not_found", True, True],
            [404, "not_found", True, True],
            [400, "invalid_request", True, True],
            [400, "invalid_request", True, True],
            [404, None, False, True],
        ]
