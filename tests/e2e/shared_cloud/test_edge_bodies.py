"""How large bodies may be on the edge, which hands some of them on as base64."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

MEGABYTE = 1024 * 1024
BATCH = "application/cloudevents-batch+json"
TOO_LARGE = (413, {"message": "Request Entity Too Large"})

Post = Callable[..., httpx.Response]


@pytest.fixture(scope="module")
def post(anonymous: httpx.Client, edge_url: str, key: str) -> Post:
    """Sends JSON to a path of the edge."""

    def send(path: str, body: Any, content_type: str = "application/json") -> httpx.Response:  # noqa: ANN401
        headers = {"Authorization": f"Bearer {key}", "Content-Type": content_type}
        return anonymous.post(f"{edge_url}/api/v1{path}", content=json.dumps(body), headers=headers)

    return send


def make_body(path: str, size_bytes: int) -> dict[str, Any]:
    """A body of about that size, in which a known field has a text that is too long."""
    text = "x" * size_bytes
    if path == "/entitlements/check":
        return {"checks": [{"customerId": "a", "featureId": "b", "requestedUsage": text}]}
    if path == "/report/events":
        return {"events": text}
    return {"resourceId": text}


@pytest.mark.parametrize("path", ["/entitlements/check", "/report/usage", "/report/event", "/report/events"])
@pytest.mark.usefixtures("table_unchanged")
def test_a_body_of_5_mb_reaches_the_function_and_a_larger_one_does_not(path: str, post: Post) -> None:
    reached = post(path, make_body(path, 5 * MEGABYTE))
    assert (reached.status_code, reached.json()["code"]) == (400, "invalid_request")
    assert len(reached.content) < 2000
    for size_bytes in (7 * MEGABYTE, 10 * MEGABYTE + 1):
        refused = post(path, make_body(path, size_bytes))
        assert (refused.status_code, refused.json()) == TOO_LARGE


@pytest.mark.usefixtures("table_unchanged")
def test_base64_takes_a_third_of_the_room(post: Post) -> None:
    """A batch of CloudEvents is neither text nor `application/json`."""
    reached = post("/report/events", ["x" * 4 * MEGABYTE], BATCH)
    assert reached.status_code == 200
    assert reached.json()["results"][0]["status"] == "rejected"
    refused = post("/report/events", ["x" * 5 * MEGABYTE], BATCH)
    assert (refused.status_code, refused.json()) == TOO_LARGE
