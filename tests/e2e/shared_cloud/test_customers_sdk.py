"""Customers through the public client library."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import httpx
import pytest
from paritydeals_sdk.exceptions import APIError, AuthenticationError, InvalidRequestError, NotFoundError

from tests.support.answers import error_of, problem_of
from tests.support.engines.sdk import OPEN_LIBRARY, Customers, every_client

EMAIL = "marisol@quint.example"


@every_client
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


@every_client
def test_a_created_customer_can_be_retrieved_at_once(customers: Customers, identifier: str) -> None:
    created = customers.create(customerId=identifier, email=EMAIL, metadata={"a": 1})
    assert customers.retrieve(identifier) == created


def test_a_customer_needs_no_email(customers: Customers, identifier: str) -> None:
    assert customers.create(customerId=identifier, email=None).email is None
    assert customers.retrieve(identifier).email is None


@every_client
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
    assert problem_of(caught)["code"] == "page_not_found"


@every_client
def test_an_update_changes_what_is_sent_and_nothing_else(customers: Customers, identifier: str) -> None:
    created = customers.create(customerId=identifier, email=EMAIL, name="Marisol", metadata={"a": 1, "b": 2})
    renamed = customers.update(identifier, name="Marisol Quint")
    assert renamed.modifiedOn > created.modifiedOn
    assert renamed == created.model_copy(update={"name": "Marisol Quint", "modifiedOn": renamed.modifiedOn})
    moved = customers.update(identifier, email="m@quint.example", metadata={"b": 3})
    assert (moved.name, moved.email, moved.metadata) == ("Marisol Quint", "m@quint.example", {"b": 3})
    assert customers.retrieve(identifier) == moved


@every_client
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
    assert error_of(caught) == (409, "customer_archived")
    assert client.post(f"/customers/{identifier}/unarchive/").status_code == 200
    assert customers.update(identifier, name="Anew").name == "Anew"


@every_client
@pytest.mark.parametrize("archived", [False, True])
def test_an_identifier_is_taken_for_ever(customers: Customers, identifier: str, archived: bool) -> None:  # noqa: FBT001
    created = customers.create(customerId=identifier, email=EMAIL)
    if archived:
        customers.archive(identifier)
    with pytest.raises(APIError) as caught:
        customers.create(customerId=identifier, email="other@quint.example")
    assert type(caught.value) is APIError
    assert caught.value.status_code == 409
    assert problem_of(caught)["code"] == "customer_already_exists"
    assert "already exists" in problem_of(caught)["detail"]
    assert customers.retrieve(identifier).id == created.id
    assert customers.retrieve(identifier).email == EMAIL


@every_client
def test_wrong_fields_come_with_a_summary_and_an_array_for_each(
    customers: Customers, identifier: str
) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        customers.create(customerId=identifier, email="nobody", name=" ")
    problem = problem_of(caught)
    assert caught.value.status_code == 400
    assert problem["code"] == "invalid_request"
    assert "email" in problem["detail"]
    assert [len(problem[field]) for field in ("email", "name")] == [1, 1]
    assert {error["pointer"] for error in problem["errors"]} == {"#/email", "#/name"}


@every_client
@pytest.mark.parametrize(
    ("operation", "fields"), [("retrieve", {}), ("update", {"name": "Nobody"}), ("archive", {})]
)
def test_an_unknown_customer_is_not_found(
    customers: Customers, identifier: str, operation: str, fields: dict[str, str]
) -> None:
    with pytest.raises(NotFoundError) as caught:
        getattr(customers, operation)(identifier, **fields)
    assert problem_of(caught)["code"] == "customer_not_found"
    assert identifier in problem_of(caught)["detail"]


@every_client
def test_an_unknown_key_is_an_authentication_error(client_kind: str, url: str) -> None:
    with OPEN_LIBRARY[client_kind]("sk_unknown", url, url) as library:
        with pytest.raises(AuthenticationError) as caught:
            library.customers.list()
        assert error_of(caught) == (401, "unauthorized")


def test_a_key_without_permission_is_an_authentication_error(
    client_kind: str, url: str, client: httpx.Client
) -> None:
    read_only = client.post("/api-keys", json={"name": "Reports", "kind": "rk"}).json()["key"]
    with OPEN_LIBRARY[client_kind](read_only, url, url) as library:
        assert library.customers.list().count >= 0
        with pytest.raises(AuthenticationError) as caught:
            library.customers.create(customerId="refused", email=EMAIL)
        assert error_of(caught) == (403, "forbidden")


@every_client
@pytest.mark.parametrize("suffix", ["/", "/dev", "/dev/"])
def test_the_base_url_may_end_in_a_slash_and_hold_the_stage(
    client_kind: str, url: str, key: str, identifier: str, suffix: str
) -> None:
    base_url = url + suffix
    with OPEN_LIBRARY[client_kind](key, base_url, base_url) as library:
        customers = library.customers
        for number in range(2):
            customers.create(customerId=f"{identifier}-{number}", email=EMAIL)
        assert customers.update(f"{identifier}-0", name="Anew").name == "Anew"
        page = customers.list(page_size=1)
        assert page.next.startswith(f"{base_url.rstrip('/')}/api/v1/customers/?")
        following = httpx.get(page.next, headers={"Authorization": f"Bearer {key}"}).json()
        assert following["results"][0]["customerId"] == f"{identifier}-0"
        assert following["previous"].startswith(f"{base_url.rstrip('/')}/api/v1/customers/?")
        customers.archive(f"{identifier}-0")


def test_metadata_is_kept_as_it_was_sent_whatever_its_case(customers: Customers, identifier: str) -> None:
    metadata = {"snake_case": 1, "camelCase": {"inner_key": 2, "innerKey": 3}, "": None}
    customers.create(customerId=identifier, email=EMAIL, metadata=metadata)
    assert customers.retrieve(identifier).metadata == metadata
