"""Customers over plain HTTP: requests that are sent again, and changes to a version that the caller names."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.support.answers import http_refusal

INVALID = (400, "invalid_request")


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


def test_a_body_in_another_order_and_spelling_gets_the_first_answer(
    client: httpx.Client, identifier: str
) -> None:
    headers = {"Idempotency-Key": identifier, "Content-Type": "application/json"}
    bodies = (
        f'{{"customerId":"{identifier}","name":"É"}}',
        f'{{ "name": "\\u00c9", "customer_id": "{identifier}" }}',
    )
    first, second = (client.post("/customers", content=body.encode(), headers=headers) for body in bodies)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert second.headers["idempotent-replayed"] == "true"


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
@pytest.mark.usefixtures("table_unchanged")
def test_an_idempotency_key_of_a_wrong_length_is_refused(client: httpx.Client, idempotency_key: str) -> None:
    answer = client.post("/customers", json={"name": "x"}, headers={"Idempotency-Key": idempotency_key})
    assert http_refusal(answer) == INVALID
    assert answer.json()["errors"][0]["parameter"] == "Idempotency-Key"


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
