"""Customers through the public client library, its synchronous and its asynchronous client."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx
import pytest
from paritydeals_sdk.exceptions import APIError, AuthenticationError, InvalidRequestError, NotFoundError

from parity.dynamodb.table import Table
from tests.support.answers import http_refusal
from tests.support.engines.sdk import (
    Connect,
    Customers,
    open_asynchronous_customers,
    open_synchronous_customers,
)
from tests.support.fakes.tables import scan_items

EMAIL = "marisol@quint.example"


@pytest.fixture(scope="module", params=[open_synchronous_customers, open_asynchronous_customers])
def connect(request: pytest.FixtureRequest) -> Connect:
    connect: Connect = request.param
    return connect


@pytest.fixture(scope="module")
def customers(connect: Connect, key: str, url: str) -> Iterator[Customers]:
    with connect(access_token=key, base_url=url) as customers:
        yield customers


def details(caught: pytest.ExceptionInfo[APIError]) -> dict[str, Any]:
    """The problem that the library keeps of an answer."""
    problem: dict[str, Any] = caught.value.details or {}
    return problem


def status(client: httpx.Client, identifier: str) -> str:
    answer: str = client.get(f"/customers/{quote(identifier, safe='')}").json()["status"]
    return answer


def test_a_created_customer_has_all_that_the_library_needs(customers: Customers, identifier: str) -> None:
    before = datetime.now(UTC)
    metadata = {"tier": "gold", "seats": 5, "nested": {"list": [1, None, True]}}
    created = customers.create(customerId=identifier, email=EMAIL, name="Marisol Quint", metadata=metadata)
    assert str(UUID(created.id)) == created.id
    assert created.customerId == identifier
    assert created.name == "Marisol Quint"
    assert created.email == EMAIL
    assert created.metadata == metadata
    assert created.details == {}
    assert before <= created.createdOn <= datetime.now(UTC)
    assert created.modifiedOn == created.createdOn


def test_a_created_customer_can_be_retrieved_at_once(customers: Customers, identifier: str) -> None:
    created = customers.create(customerId=identifier, email=EMAIL, metadata={"a": 1})
    assert customers.retrieve(identifier) == created


def test_a_customer_needs_no_email(customers: Customers, identifier: str) -> None:
    assert customers.create(customerId=identifier, email=None).email is None
    assert customers.retrieve(identifier).email is None


def test_the_list_is_newest_first_and_counts_all(customers: Customers, identifier: str) -> None:
    count = customers.list().count
    for number in range(3):
        customers.create(customerId=f"{identifier}-{number}", email=EMAIL)
    page = customers.list(page=1, page_size=2)
    assert page.count == count + 3
    assert [row.customerId for row in page.results] == [f"{identifier}-2", f"{identifier}-1"]
    assert page.previous is None
    assert customers.list(page=3, page_size=1).results[0].customerId == f"{identifier}-0"


def test_the_page_size_is_10_unless_given_and_100_at_most(customers: Customers, identifier: str) -> None:
    for number in range(11):
        customers.create(customerId=f"{identifier}-{number}", email=EMAIL)
    assert len(customers.list().results) == 10
    page = customers.list(page_size=1000)
    assert "page_size=100&" in page.next if page.next else page.count == len(page.results)


def test_a_page_beyond_the_list_is_not_found(customers: Customers) -> None:
    with pytest.raises(NotFoundError) as caught:
        customers.list(page=9999, page_size=100)
    assert details(caught)["code"] == "page_not_found"


def test_an_update_changes_what_is_sent_and_nothing_else(customers: Customers, identifier: str) -> None:
    created = customers.create(customerId=identifier, email=EMAIL, name="Marisol", metadata={"a": 1, "b": 2})
    renamed = customers.update(identifier, name="Marisol Quint")
    assert renamed.modifiedOn > created.modifiedOn
    assert renamed == created.model_copy(update={"name": "Marisol Quint", "modifiedOn": renamed.modifiedOn})
    moved = customers.update(identifier, email="m@quint.example", metadata={"b": 3})
    assert (moved.name, moved.email, moved.metadata) == ("Marisol Quint", "m@quint.example", {"b": 3})
    assert customers.retrieve(identifier) == moved


def test_archiving_answers_with_success_however_often(customers: Customers, identifier: str) -> None:
    customers.create(customerId=identifier, email=EMAIL)
    for _ in range(2):
        assert customers.archive(identifier).message == "Customer archived successfully."


def test_an_archived_customer_is_readable_and_not_in_the_list(customers: Customers, identifier: str) -> None:
    created = customers.create(customerId=identifier, email=EMAIL)
    count = customers.list().count
    customers.archive(identifier)
    assert customers.retrieve(identifier).id == created.id
    page = customers.list(page_size=100)
    assert page.count == count - 1
    assert identifier not in [row.customerId for row in page.results]


def test_an_archived_customer_refuses_changes_until_it_is_unarchived(
    customers: Customers, client: httpx.Client, identifier: str
) -> None:
    customers.create(customerId=identifier, email=EMAIL)
    customers.archive(identifier)
    with pytest.raises(APIError) as caught:
        customers.update(identifier, name="Anew")
    assert (caught.value.status_code, details(caught)["code"]) == (409, "customer_archived")
    assert client.post(f"/customers/{identifier}/unarchive/").status_code == 200
    assert customers.update(identifier, name="Anew").name == "Anew"


@pytest.mark.parametrize("archived", [False, True])
def test_an_identifier_is_taken_for_ever(customers: Customers, identifier: str, archived: bool) -> None:  # noqa: FBT001
    created = customers.create(customerId=identifier, email=EMAIL)
    if archived:
        customers.archive(identifier)
    with pytest.raises(APIError) as caught:
        customers.create(customerId=identifier, email="other@quint.example")
    assert type(caught.value) is APIError
    assert caught.value.status_code == 409
    assert details(caught)["code"] == "customer_already_exists"
    assert "already exists" in details(caught)["detail"]
    assert customers.retrieve(identifier).id == created.id
    assert customers.retrieve(identifier).email == EMAIL


def test_wrong_fields_come_with_a_summary_and_an_array_for_each(
    customers: Customers, identifier: str
) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        customers.create(customerId=identifier, email="nobody", name=" ")
    problem = details(caught)
    assert caught.value.status_code == 400
    assert problem["code"] == "invalid_request"
    assert "email" in problem["detail"]
    assert [len(problem[field]) for field in ("email", "name")] == [1, 1]
    assert {error["pointer"] for error in problem["errors"]} == {"#/email", "#/name"}


@pytest.mark.parametrize(
    ("operation", "fields"), [("retrieve", {}), ("update", {"name": "Nobody"}), ("archive", {})]
)
def test_an_unknown_customer_is_not_found(
    customers: Customers, identifier: str, operation: str, fields: dict[str, str]
) -> None:
    with pytest.raises(NotFoundError) as caught:
        getattr(customers, operation)(identifier, **fields)
    assert details(caught)["code"] == "customer_not_found"
    assert identifier in details(caught)["detail"]


def test_an_unknown_key_is_an_authentication_error(connect: Connect, url: str) -> None:
    with connect(access_token="sk_unknown", base_url=url) as customers:
        with pytest.raises(AuthenticationError) as caught:
            customers.list()
        assert (caught.value.status_code, details(caught)["code"]) == (401, "unauthorized")


def test_a_key_that_may_not_is_an_authentication_error(
    connect: Connect, url: str, client: httpx.Client
) -> None:
    read_only = client.post("/api-keys", json={"name": "Reports", "kind": "rk"}).json()["key"]
    with connect(access_token=read_only, base_url=url) as customers:
        assert customers.list().count >= 0
        with pytest.raises(AuthenticationError) as caught:
            customers.create(customerId="refused", email=EMAIL)
        assert (caught.value.status_code, details(caught)["code"]) == (403, "forbidden")


@pytest.mark.parametrize("suffix", ["/", "/dev", "/dev/"])
def test_the_base_url_may_end_in_a_slash_and_hold_the_stage(
    connect: Connect, url: str, key: str, identifier: str, suffix: str
) -> None:
    with connect(access_token=key, base_url=url + suffix) as customers:
        for number in range(2):
            customers.create(customerId=f"{identifier}-{number}", email=EMAIL)
        assert customers.update(f"{identifier}-0", name="Anew").name == "Anew"
        page = customers.list(page_size=1)
        assert page.next.startswith(f"{(url + suffix).rstrip('/')}/api/v1/customers/?")
        following = httpx.get(page.next, headers={"Authorization": f"Bearer {key}"}).json()
        assert following["results"][0]["customerId"] == f"{identifier}-0"
        assert following["previous"].startswith(f"{(url + suffix).rstrip('/')}/api/v1/customers/?")
        customers.archive(f"{identifier}-0")


# T15: the library puts identifiers into the path as they are.
@pytest.mark.parametrize(
    "identifier",
    [
        "two words",
        "a  b",
        "Łódź",
        "京都大学",
        "пётр",
        "no@reply+tag@quint.example",
        "a+b",
        "1:2,3;4=5&6$7!8*9",
        'double"quote',
        "o'hara",
        "back\\slash",
        "<b>|^`{}[]~",
        "🎓🏫",
        "👩‍👩‍👧",
        "...",
        "..a",
        "a..b",
        "-",
        "customers",
        "api-keys",
        "IMPORT",
    ],
)
def test_an_identifier_may_hold_what_urls_encode(
    customers: Customers, identifier: str, connect: Connect
) -> None:
    identifier = (
        f"{identifier}{connect.__name__[0]}" if identifier != "..." else identifier * len(connect.__name__)
    )
    created = customers.create(customerId=identifier, email=EMAIL)
    assert created.customerId == identifier
    assert customers.retrieve(identifier) == created
    assert customers.update(identifier, name="Anew").customerId == identifier
    customers.archive(identifier)
    assert customers.retrieve(identifier).name == "Anew"


def test_an_identifier_may_have_255_characters(customers: Customers, identifier: str) -> None:
    longest = identifier.ljust(255, "x")
    created = customers.create(customerId=longest, email=EMAIL)
    assert customers.retrieve(longest) == created


# API Gateway answers 414 where an authorizer's method ARN, which holds the encoded path, is over 1,600 bytes.
@pytest.mark.parametrize("character", ["🎓", "京", "ж"])
def test_an_identifier_that_no_url_can_carry_is_refused(
    customers: Customers, identifier: str, character: str
) -> None:
    with pytest.raises(InvalidRequestError):
        customers.create(customerId=identifier.ljust(255, character), email=EMAIL)


@pytest.mark.parametrize(
    "identifier", [".", "..", "import", "a/b", "a?b", "a#b", "a%b", " a", "a\n", "x" * 256]
)
def test_identifiers_that_break_urls_are_refused(customers: Customers, identifier: str) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        customers.create(customerId=identifier, email=EMAIL)
    assert [error["pointer"] for error in details(caught)["errors"]] == ["#/customer_id"]


@pytest.mark.parametrize(
    "identifier", ["", "..", "../..", "../customers/..", "a/b", "//", "%2e%2e", "%2F", " "]
)
def test_an_identifier_that_collapses_in_the_url_reaches_no_other_operation(
    customers: Customers, cloud_table: Table, identifier: str
) -> None:
    before = scan_items(cloud_table)
    for operation, fields in (("retrieve", {}), ("update", {"name": "Nobody"}), ("archive", {})):
        with pytest.raises(NotFoundError) as caught:
            getattr(customers, operation)(identifier, **fields)
        assert details(caught)["status"] == 404
    assert scan_items(cloud_table) == before


# T1: the library sends snake_case, others camelCase.
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


def test_metadata_is_kept_as_it_was_sent_whatever_its_case(customers: Customers, identifier: str) -> None:
    metadata = {"snake_case": 1, "camelCase": {"inner_key": 2, "innerKey": 3}, "": None}
    customers.create(customerId=identifier, email=EMAIL, metadata=metadata)
    assert customers.retrieve(identifier).metadata == metadata


# T17: the library declares a JSON body on every request, also where it sends none.
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


# T18
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
            (200, client.post(f"/customers/import{end}", json=[{"name": f"Imported {identifier}{end}"}])),
            (200, client.get(f"/api-keys{end}")),
            (204, client.delete(f"/api-keys/{key_id}{end}")),
        ]
        assert [answer.status_code for _, answer in calls] == [expected for expected, _ in calls]


# T19
def test_archiving_answers_204_without_a_body(client: httpx.Client, identifier: str) -> None:
    client.post("/customers", json={"customerId": identifier})
    answer = client.delete(f"/customers/{identifier}/")
    assert (answer.status_code, answer.content) == (204, b"")
    assert status(client, identifier) == "archived"


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
