"""POST /api/v1/customers/{customerId}/erase."""

from __future__ import annotations

from typing import Any

import pytest

from parity.core.times import now, to_iso
from parity.customers.store.customers import CustomerStore
from parity.dynamodb.table import Table
from tests.support.answers import expect, refusal, wrong_fields
from tests.support.builders.customers import (
    archive_customer,
    create_customer,
    get_customer,
    list_customer_ids,
    send_erase,
)
from tests.support.builders.entitlements import send_override
from tests.support.builders.events import make_event_body
from tests.support.builders.reports import send_report
from tests.support.builders.subscriptions import post_to_subscription, send_subscription
from tests.support.fakes.functions import call
from tests.support.fakes.tables import refuse_transactions, scan_items, scan_rows

ADDRESS = {
    "country": "DE",
    "line1": "Gansstraße 1",
    "line2": "Hof",
    "postalCode": "10115",
    "city": "Kyritz",
    "state": "BB",
}
ILSE: dict[str, Any] = {
    "name": "Ilse Vögt-Ωmega 京都",
    "customerId": "acme",
    "email": "ilse@private.example",
    "metadata": {"phone": "0171-555", "kin": ["Grete"]},
    "billingId": "cus_1",
    "billingAddress": ADDRESS,
}
ACME = {"customerId": "acme"}
PERSONAL = [
    "ilse",
    "vögt",
    "vogt",
    "mega",
    "京都",
    "private.example",
    "0171-555",
    "grete",
    "gansstr",
    "kyritz",
]
"""What of ILSE is in no item once she is erased, folded or not."""


def find_personal(table: Table) -> list[str]:
    """Which words about ILSE are anywhere in the table."""
    stored = " ".join(map(repr, scan_items(table))).casefold()
    return [word for word in PERSONAL if word in stored]


@pytest.fixture
def gone() -> dict[str, Any]:
    """ILSE, archived."""
    create_customer(**ILSE)
    archive_customer("acme")
    return get_customer("acme")


def test_an_erased_customer_keeps_what_says_nothing_about_it(gone: dict[str, Any]) -> None:
    reply = send_erase()
    after = expect(reply, 200)
    assert after["erasedOn"] == after["modifiedOn"] > gone["modifiedOn"]
    cleared = {"name": "acme", "email": None, "metadata": None, "billingAddress": None, "version": 3}
    assert after == gone | cleared | {name: after[name] for name in ("erasedOn", "modifiedOn")}
    assert reply.headers["etag"] == '"3"'
    assert get_customer("acme") == after


def test_nothing_about_an_erased_customer_is_left_in_the_table(
    gone: dict[str, Any], parity_table: Table
) -> None:
    assert set(find_personal(parity_table)) == set(PERSONAL)
    assert send_erase().status == 200
    assert find_personal(parity_table) == []
    assert [item for item in scan_items(parity_table) if item["PK"].startswith("SEARCH#")] == []


@pytest.mark.parametrize(
    "text", ["ilse", "il", "vogt", "京", "ilse@private.example", "private", "acme", "ac"]
)
def test_no_word_finds_an_erased_customer_and_the_list_shows_its_identifier(
    gone: dict[str, Any], text: str
) -> None:
    assert list_customer_ids(f"search={text}&status=all") == ["acme"]
    send_erase()
    assert list_customer_ids(f"search={text}&status=all") == []
    for status in ("archived", "all"):
        page = expect(call("customers/list", query=f"status={status}"), 200)
        assert [(page["count"], row["customerId"], row["name"]) for row in page["results"]] == [
            (1, "acme", "acme")
        ]


def test_a_customer_who_is_not_archived_is_not_erased(parity_table: Table) -> None:
    before = create_customer(**ILSE)
    stored = scan_items(parity_table)
    assert refusal(send_erase()) == (409, "customer_not_archived")
    assert get_customer("acme") == before
    assert scan_items(parity_table) == stored


def test_erasing_twice_is_the_same_as_once(gone: dict[str, Any], parity_table: Table) -> None:
    once = send_erase()
    stored = scan_items(parity_table)
    again = send_erase()
    assert (again.status, again.body) == (200, once.body)
    assert scan_items(parity_table) == stored


def test_an_erased_customer_stays_as_it_is(gone: dict[str, Any], parity_table: Table) -> None:
    send_erase()
    stored = scan_items(parity_table)
    for body in ({"name": "Ilse"}, {"metadata": None}, {}):
        assert refusal(call("customers/update", parameters=ACME, body=body)) == (409, "customer_erased")
    assert refusal(call("customers/unarchive", parameters=ACME)) == (409, "customer_erased")
    assert call("customers/archive", parameters=ACME).status == 204
    taken = call("customers/create", body={"name": "Ilse", "customerId": "acme"})
    assert refusal(taken) == (409, "customer_already_exists")
    assert scan_items(parity_table) == stored


def list_history(table: Table) -> list[dict[str, Any]]:
    """All items but the profile: subscriptions, usage, the snapshot."""
    return [item for item in scan_rows(table) if item["SK"] != "PROFILE" and item["PK"][:7] != "SEARCH#"]


def test_an_erased_customer_keeps_its_history_and_gets_no_more(acme: str, parity_table: Table) -> None:
    expect(send_report(3), 200)
    expect(post_to_subscription("cancel", acme, {"cancellation_type": "IMMEDIATE"}), 200)
    archive_customer("acme")
    history = list_history(parity_table)
    assert send_erase().status == 200
    refused = [
        send_report(1),
        send_subscription(),
        call("report/event", body=make_event_body(timestamp=to_iso(now()))),
        send_override(value=1),
    ]
    assert [refusal(reply) for reply in refused] == [(409, "customer_erased")] * len(refused)
    assert list_history(parity_table) == history
    assert expect(call("entitlements/check", query="customer_id=acme"), 200)["entitlements"] == []


def test_an_unknown_customer_is_not_found(parity_table: Table) -> None:
    assert refusal(send_erase("nobody")) == (404, "customer_not_found")
    assert scan_items(parity_table) == []


def test_if_match_guards_erasing(gone: dict[str, Any]) -> None:
    assert refusal(send_erase(**{"If-Match": '"1"'})) == (412, "precondition_failed")
    assert wrong_fields(send_erase(**{"If-Match": "2"})) == {"If-Match": 1}
    assert get_customer("acme") == gone
    assert send_erase(**{"If-Match": '"2"'}).status == 200


def test_the_answer_that_is_kept_says_nothing_about_the_customer(
    gone: dict[str, Any], parity_table: Table
) -> None:
    key = {"Idempotency-Key": "key-1"}
    first, again = send_erase(**key), send_erase(**key)
    assert again.headers["idempotent-replayed"] == "true"
    assert again.body == first.body
    assert not any(word in first.text.casefold() for word in PERSONAL)


def test_a_refused_transaction_erases_nothing_and_a_retry_erases_everything(
    gone: dict[str, Any], parity_table: Table
) -> None:
    stored = scan_items(parity_table)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("parity.dynamodb.optimistic.MAX_PAUSE_SECONDS", 0)
        refuse_transactions(parity_table, patch, "TransactionCanceledException", "TransactionConflict")
        assert refusal(send_erase()) == (503, "busy")
    assert scan_items(parity_table) == stored
    assert send_erase().status == 200
    assert find_personal(parity_table) == []


def test_a_customer_of_as_many_words_as_are_found_is_erased_in_one_transaction(parity_table: Table) -> None:
    words = " ".join(f"{chr(0x4E00 + number)}w" for number in range(48))
    create_customer(words, customerId="acme")
    archive_customer("acme")
    assert send_erase(**{"Idempotency-Key": "key-1"}).status == 200
    assert [item for item in scan_items(parity_table) if item["PK"].startswith("SEARCH#")] == []


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [("erase", "unarchive", "customer_erased"), ("unarchive", "erase", "customer_not_archived")],
)
def test_of_an_erasure_and_an_unarchive_at_once_the_later_one_is_refused(  # noqa: PLR0917
    gone: dict[str, Any],
    parity_table: Table,
    monkeypatch: pytest.MonkeyPatch,
    first: str,
    second: str,
    code: str,
) -> None:
    """`first` is written after `second` has read the customer."""
    replace = CustomerStore.replace

    def write_after_another(store: CustomerStore, *args: Any) -> None:  # noqa: ANN401
        monkeypatch.setattr(CustomerStore, "replace", replace)
        assert call(f"customers/{first}", parameters=ACME).status == 200
        replace(store, *args)

    monkeypatch.setattr(CustomerStore, "replace", write_after_another)
    assert refusal(call(f"customers/{second}", parameters=ACME)) == (409, code)
    after = get_customer("acme")
    assert (after["version"], after["status"]) == (3, "archived" if first == "erase" else "active")
    assert (find_personal(parity_table) == []) is (first == "erase")
