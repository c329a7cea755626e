"""Identifiers of customers in the paths that the public client library calls."""

from __future__ import annotations

import pytest
from paritydeals_sdk.exceptions import InvalidRequestError, NotFoundError

from tests.support.answers import problem_of
from tests.support.engines.sdk import Customers, every_client

EMAIL = "marisol@quint.example"


# The library puts identifiers into the path as they are (docs/contract.md T15).
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
def test_an_identifier_may_hold_what_urls_encode(customers: Customers, identifier: str) -> None:
    use_in_every_path(customers, identifier)


@every_client
@pytest.mark.parametrize("part", ["two words+plus", "Łódź 京都 🎓", '<b>|^`{}[]~"'])
def test_both_clients_encode_an_identifier(customers: Customers, identifier: str, part: str) -> None:
    use_in_every_path(customers, f"{identifier} {part}")


def use_in_every_path(customers: Customers, identifier: str) -> None:
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
    assert [error["pointer"] for error in problem_of(caught)["errors"]] == ["#/customer_id"]


@pytest.mark.usefixtures("table_unchanged")
@pytest.mark.parametrize(
    "identifier", ["", "..", "../..", "../customers/..", "a/b", "//", "%2e%2e", "%2F", " "]
)
def test_an_identifier_that_collapses_in_the_url_reaches_no_other_operation(
    customers: Customers, identifier: str
) -> None:
    for operation, fields in (("retrieve", {}), ("update", {"name": "Nobody"}), ("archive", {})):
        with pytest.raises(NotFoundError) as caught:
            getattr(customers, operation)(identifier, **fields)
        assert problem_of(caught)["status"] == 404
