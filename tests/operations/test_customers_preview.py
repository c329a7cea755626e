"""GET /api/v1/customers/identifier."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest

from tests.support.answers import expect, refusal
from tests.support.builders.customers import archive_customer, create_customer
from tests.support.fakes.functions import call


def preview(name: str) -> str:
    identifier: str = expect(call("customers/preview", query=urlencode({"name": name})), 200)["customerId"]
    return identifier


@pytest.mark.parametrize(
    "name", ["Acme", "Café Zoë", "  Two   words ", "北京 Data", "!!!", "Import", "Identifier"]
)
def test_a_customer_gets_the_identifier_that_was_previewed(name: str) -> None:
    previewed = preview(name)
    assert create_customer(name)["customerId"] == previewed


def test_a_name_whose_identifier_is_in_use_gets_a_suffix() -> None:
    create_customer("Acme")
    previewed = preview("ACME!")
    assert re.fullmatch(r"acme-[2-9a-z]{5}", previewed)
    assert create_customer("ACME!", customerId=previewed)["customerId"] == previewed


def test_the_identifier_of_an_archived_customer_stays_in_use() -> None:
    create_customer("Acme")
    archive_customer("acme")
    assert preview("Acme") != "acme"


@pytest.mark.parametrize("query", ["", "name=", "name=%20", "name=%00", f"name={'x' * 256}"])
def test_it_takes_only_a_name_that_a_customer_can_have(query: str) -> None:
    assert refusal(call("customers/preview", query=query)) == (400, "invalid_request")
