"""What callers of the operations on customers rely on, over plain HTTP (docs/contract.md, "Customers")."""

from __future__ import annotations

import re

import httpx
import pytest

from tests.support.answers import http_refusal


# The library sends snake_case, others camelCase (docs/contract.md T1).
def test_bodies_may_be_in_either_case_and_answers_are_camel_case(
    client: httpx.Client, identifier: str
) -> None:
    address = {
        "country": "PT",
        "line1": "Rua 1",
        "postalCode": "1000-001",
        "city": "Lisboa",
        "state": "Lisboa",
    }
    snake_address = {"postal_code" if name == "postalCode" else name: address[name] for name in address}
    camel = {"customerId": f"{identifier}-camel", "billingId": "cus_1", "billingAddress": address}
    snake = {"customer_id": f"{identifier}-snake", "billing_id": "cus_1", "billing_address": snake_address}
    answers = [client.post("/customers/", json=body) for body in (camel, snake)]
    assert [answer.status_code for answer in answers] == [201, 201]
    for answer, case in zip(answers, ("camel", "snake"), strict=True):
        customer = answer.json()
        assert customer["customerId"] == f"{identifier}-{case}"
        assert customer["billingId"] == "cus_1"
        assert customer["billingAddress"] == address | {"line2": None}
        assert not [name for name in customer if "_" in name]
    for name in ("billingId", "billing_id"):
        changed = client.patch(f"/customers/{identifier}-camel/", json={name: f"by {name}"})
        assert changed.json()["billingId"] == f"by {name}"


@pytest.mark.parametrize("field", ["customerId", "customer_id"])
def test_an_update_cannot_change_the_identifier_in_either_case(
    client: httpx.Client, identifier: str, field: str
) -> None:
    client.post("/customers", json={"customerId": identifier})
    assert http_refusal(client.patch(f"/customers/{identifier}", json={field: "other"})) == (
        400,
        "invalid_request",
    )


# The library declares a JSON body on every request, also where it sends none (docs/contract.md T17).
def test_a_declared_but_missing_body_is_no_error(client: httpx.Client, identifier: str) -> None:
    client.post("/customers", json={"customerId": identifier})
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    expected = {
        ("GET", f"/customers/{identifier}/"): 200,
        ("GET", "/customers/"): 200,
        ("GET", "/api-keys/"): 200,
        ("DELETE", f"/customers/{identifier}/"): 204,
        ("POST", f"/customers/{identifier}/unarchive/"): 200,
    }
    answers = {call: client.request(*call, headers=headers).status_code for call in expected}
    assert answers == expected


# docs/contract.md T18
def test_every_route_works_with_and_without_its_slash_and_never_redirects(
    client: httpx.Client, identifier: str
) -> None:
    key_ids = [client.post(f"/api-keys{end}", json={"name": identifier}).json()["id"] for end in ("", "/")]
    for end, key_id in zip(("", "/"), key_ids, strict=True):
        path = f"/customers/{identifier}{'-slash' if end else ''}"
        calls: list[tuple[int, httpx.Response]] = [
            (201, client.post(f"/customers{end}", json={"customerId": path.rpartition("/")[2]})),
            (200, client.get(f"/customers{end}")),
            (200, client.get(f"{path}{end}")),
            (200, client.patch(f"{path}{end}", json={"name": "Anew"})),
            (204, client.delete(f"{path}{end}")),
            (200, client.post(f"{path}/unarchive{end}")),
            (204, client.delete(f"{path}{end}")),
            (200, client.post(f"{path}/erase{end}")),
            (200, client.post(f"/customers/import{end}", json=[{"name": f"Imported {identifier}{end}"}])),
            (200, client.get(f"/api-keys{end}")),
            (204, client.delete(f"/api-keys/{key_id}{end}")),
        ]
        assert [answer.status_code for _, answer in calls] == [expected for expected, _ in calls]


# docs/contract.md T19
def test_archiving_answers_204_without_a_body(client: httpx.Client, identifier: str) -> None:
    client.post("/customers", json={"customerId": identifier})
    answer = client.delete(f"/customers/{identifier}/")
    assert (answer.status_code, answer.content) == (204, b"")
    assert client.get(f"/customers/{identifier}").json()["status"] == "archived"


def test_an_answer_has_every_field_of_the_contract(client: httpx.Client, identifier: str) -> None:
    customer = client.post("/customers/", json={"customer_id": identifier}).json()
    assert client.get(f"/customers/{identifier}/").json() == customer
    assert {
        name: customer[name]
        for name in ("customerId", "name", "email", "metadata", "details", "billingAddress")
    } == {
        "customerId": identifier,
        "name": identifier,
        "email": None,
        "metadata": None,
        "details": {},
        "billingAddress": None,
    }
    for moment in (customer["createdOn"], customer["modifiedOn"]):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", moment)
