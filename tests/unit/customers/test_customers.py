"""The rules for changing, archiving, unarchiving and erasing a customer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from parity.customers.rules.customers import (
    BillingAddress,
    CustomerStatus,
    archive_customer,
    change_customer,
    erase_customer,
    unarchive_customer,
)
from parity.customers.rules.errors import (
    CustomerHasLiveSubscriptionsError,
    CustomerIsArchivedError,
    CustomerIsErasedError,
    CustomerIsNotArchivedError,
)
from tests.support.builders.customers import CREATED_ON, make_customer

LATER = CREATED_ON + timedelta(days=1)
ADDRESS = BillingAddress(
    country="DE", line1="Weg 1", line2=None, postal_code="10115", city="Berlin", state="BE"
)
ACME = make_customer("Acme", email="ops@acme.example", metadata={"tier": 1})


def test_a_new_customer_is_active_in_its_first_version() -> None:
    assert (ACME.status, ACME.version, ACME.archived_on, ACME.live_subscriptions) == ("active", 1, None, 0)
    assert ACME.created_on == ACME.modified_on == CREATED_ON


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Zeta"},
        {"email": None},
        {"metadata": {"tier": 2}},
        {"metadata": {"tier": True}},
        {"metadata": {}},
        {"billing_id": "cus_1", "name": "Acme"},
    ],
    ids=str,
)
def test_a_change_makes_a_new_version_with_the_rest_as_it_was(changes: dict[str, Any]) -> None:
    new = change_customer(ACME, changes, LATER)
    assert repr(new) == repr(replace(ACME, **changes, version=2, modified_on=LATER))


@pytest.mark.parametrize(
    "changes", [{}, {"name": "Acme"}, {"metadata": {"tier": 1}, "billing_id": None}], ids=str
)
def test_a_change_to_the_same_values_makes_no_new_version(changes: dict[str, Any]) -> None:
    assert change_customer(ACME, changes, LATER) is ACME


@pytest.mark.parametrize("changes", [{"name": "Zeta"}, {}], ids=str)
def test_an_archived_customer_cannot_be_changed(changes: dict[str, Any]) -> None:
    with pytest.raises(CustomerIsArchivedError):
        change_customer(archive_customer(ACME, LATER), changes, LATER)


def test_archiving_sets_the_time_and_makes_a_new_version() -> None:
    new = archive_customer(ACME, LATER)
    assert new.is_archived
    assert new == replace(
        ACME, status=CustomerStatus.ARCHIVED, archived_on=LATER, version=2, modified_on=LATER
    )


def test_archiving_and_unarchiving_twice_is_the_same_as_once() -> None:
    once = archive_customer(ACME, LATER)
    assert archive_customer(once, LATER + timedelta(1)) is once
    assert unarchive_customer(ACME, LATER) is ACME


@pytest.mark.parametrize(("live", "noun"), [(1, "1 live subscription."), (3, "3 live subscriptions.")])
def test_a_customer_with_live_subscriptions_is_not_archived(live: int, noun: str) -> None:
    with pytest.raises(CustomerHasLiveSubscriptionsError, match=noun) as refused:
        archive_customer(replace(ACME, live_subscriptions=live), LATER)
    assert refused.value.live == live


def test_unarchiving_gives_the_customer_back_in_a_new_version() -> None:
    new = unarchive_customer(archive_customer(ACME, LATER), LATER + timedelta(days=1))
    assert new == replace(ACME, version=3, modified_on=LATER + timedelta(days=1))


def test_an_erased_customer_keeps_its_identifier_its_billing_id_and_its_times() -> None:
    full = replace(ACME, billing_id="cus_1", billing_address=ADDRESS, live_subscriptions=0)
    archived = archive_customer(full, LATER)
    erased = erase_customer(archived, LATER + timedelta(1))
    assert erased == replace(
        archived,
        name="acme",
        email=None,
        metadata=None,
        billing_address=None,
        erased_on=LATER + timedelta(1),
        version=3,
        modified_on=LATER + timedelta(1),
    )
    assert (erased.is_erased, erased.is_archived, archived.is_erased) == (True, True, False)


def test_erasing_twice_is_the_same_as_once() -> None:
    once = erase_customer(archive_customer(ACME, LATER), LATER)
    assert erase_customer(once, LATER + timedelta(1)) is once
    assert archive_customer(once, LATER + timedelta(1)) is once


def test_an_active_customer_is_not_erased() -> None:
    with pytest.raises(CustomerIsNotArchivedError):
        erase_customer(ACME, LATER)


def test_an_erased_customer_is_neither_changed_nor_unarchived() -> None:
    erased = erase_customer(archive_customer(ACME, LATER), LATER)
    with pytest.raises(CustomerIsErasedError):
        change_customer(erased, {"name": "Acme"}, LATER)
    with pytest.raises(CustomerIsErasedError):
        unarchive_customer(erased, LATER)
