"""Answers to many callers at once: each request runs in a process of its own, as on Lambda."""

from __future__ import annotations

from collections import Counter
from functools import partial

import httpx
import pytest

from tests.support.answers import http_refusal
from tests.support.engines.processes import run_at_once

pytestmark = pytest.mark.slow

MANY = 64


def send_all(*requests: partial[httpx.Response]) -> list[httpx.Response]:
    return [outcome for outcome in run_at_once(requests) if isinstance(outcome, httpx.Response)]


def test_one_of_many_creates_of_an_identifier_succeeds(client: httpx.Client, identifier: str) -> None:
    post = partial(client.post, "/customers", json={"customerId": identifier})
    found = send_all(*[post] * MANY)
    assert Counter(answer.status_code for answer in found) == {201: 1, 409: MANY - 1}
    refusals = {http_refusal(answer) for answer in found if answer.status_code != 201}
    assert refusals == {(409, "customer_already_exists")}
    (created,) = [answer.json() for answer in found if answer.status_code == 201]
    assert client.get(f"/customers/{identifier}").json() == created


def test_many_creates_under_one_idempotency_key_make_one_customer(
    client: httpx.Client, identifier: str
) -> None:
    count = client.get("/customers").json()["count"]
    headers = {"Idempotency-Key": identifier}
    found = send_all(*[partial(client.post, "/customers", json={"name": identifier}, headers=headers)] * MANY)
    assert Counter(answer.status_code for answer in found) == {201: MANY}
    assert len({answer.content for answer in found}) == 1
    assert Counter(answer.headers.get("idempotent-replayed") for answer in found) == {
        "true": MANY - 1,
        None: 1,
    }
    assert client.get("/customers").json()["count"] == count + 1


def test_many_creates_of_one_name_make_as_many_customers(client: httpx.Client, identifier: str) -> None:
    count = client.get("/customers").json()["count"]
    found = send_all(*[partial(client.post, "/customers", json={"name": f"Same {identifier}"})] * MANY)
    assert Counter(answer.status_code for answer in found) == {201: MANY}
    made = {answer.json()["customerId"] for answer in found}
    assert len(made) == MANY
    assert all(customer_id.startswith(f"same-{identifier}") for customer_id in made)
    page = client.get("/customers", params={"page_size": 100}).json()
    assert page["count"] == count + MANY
    assert {row["customerId"] for row in page["results"][:MANY]} == made


def test_one_of_many_changes_to_the_same_version_is_made(client: httpx.Client, identifier: str) -> None:
    path = f"/customers/{identifier}"
    client.post("/customers", json={"customerId": identifier})
    # Few, as each takes a process of its own; the use cases are raced in many threads elsewhere.
    names = [f"Name {number}" for number in range(8)]
    found = send_all(
        *(partial(client.patch, path, json={"name": name}, headers={"If-Match": '"1"'}) for name in names)
    )
    assert Counter(answer.status_code for answer in found) == {200: 1, 412: 7}
    (changed,) = [answer.json() for answer in found if answer.status_code == 200]
    assert (changed["version"], client.get(path).json()) == (2, changed)
