"""POST /api/v1/customers/import."""

from __future__ import annotations

import re
from hashlib import sha256

import pytest

from parity.dynamodb.table import Table
from tests.support.answers import refusal
from tests.support.builders.customers import (
    archive_customer,
    create_customer,
    get_customer,
    list_customer_ids,
    send_erase,
)
from tests.support.builders.imports import CSV, import_rows, list_outcomes
from tests.support.fakes.functions import Context, call
from tests.support.fakes.tables import scan_items


def test_rows_of_json_become_customers() -> None:
    result = import_rows(
        [
            {"name": "Acme", "email": "a@x.example", "metadata": {"tier": 1}},
            {"customer_id": "z-1", "name": "Zeta"},
        ]
    )
    assert list_outcomes(result) == [("created", "acme"), ("created", "z-1")]
    assert (get_customer("acme")["email"], get_customer("acme")["metadata"], get_customer("z-1")["name"]) == (
        "a@x.example",
        {"tier": 1},
        "Zeta",
    )
    assert list_customer_ids() == ["z-1", "acme"]


def test_rows_of_csv_become_customers_with_other_columns_as_metadata() -> None:
    titles, acme_row = (
        "\ufeffName;Identifier;E-Mail;Billing ID;Country",
        '"Acme; Inc";;a@x.example;cus_1;Chile',
    )
    text = f"{titles}\r\n{acme_row}\r\n\r\nZeta;z-1;;;\r\n"
    assert list_outcomes(import_rows(text, headers=CSV)) == [("created", "acme-inc"), ("created", "z-1")]
    acme, zeta = get_customer("acme-inc"), get_customer("z-1")
    assert (acme["name"], acme["email"], acme["billingId"]) == ("Acme; Inc", "a@x.example", "cus_1")
    assert acme["metadata"] == {"Country": "Chile"}
    assert (zeta["email"], zeta["billingId"], zeta["metadata"]) == (None, None, None)


def test_good_rows_are_imported_and_bad_ones_have_pointers() -> None:
    rows = [
        {"name": "Acme"},
        {"name": "", "email": "x"},
        5,
        {"name": "a", "nope": 1},
        {"customerId": "a/b"},
        {"name": "Zeta"},
    ]
    result = import_rows(rows)
    assert list_outcomes(result) == [("created", "acme"), *[("rejected", None)] * 4, ("created", "zeta")]
    bad = result["results"][1:5]
    assert [[error["pointer"] for error in row["errors"]] for row in bad] == [
        ["#/name", "#/email"], ["#"], ["#/nope"], ["#/customerId"]
    ]  # fmt: skip
    assert {row["code"] for row in bad} == {"invalid_request"}
    assert sorted(list_customer_ids()) == ["acme", "zeta"]


def test_a_file_sent_again_finds_its_own_customers(parity_table: Table) -> None:
    rows = [{"name": "Acme", "email": f"{n}@x.example"} for n in range(3)] + [
        {"customerId": "z-1", "name": "Zeta"}
    ]
    first = list_outcomes(import_rows(rows))
    assert [status for status, _ in first] == ["created"] * 4
    assert len({identifier for _, identifier in first}) == 4
    stored = scan_items(parity_table)
    assert list_outcomes(import_rows(rows)) == [("existing", identifier) for _, identifier in first]
    assert list_outcomes(import_rows(rows[::-1])) == [
        ("existing", identifier) for _, identifier in reversed(first)
    ]
    assert scan_items(parity_table) == stored


def test_a_name_that_others_have_gets_an_identifier_that_depends_on_the_row_only() -> None:
    create_customer("Acme", email="other@x.example")
    row = {"name": "Acme", "email": "a@x.example"}
    ((status, identifier),) = list_outcomes(import_rows([row]))
    assert status == "created"
    assert re.fullmatch(r"acme-[2-9a-z]{5}", identifier or "")
    assert list_outcomes(import_rows([{"name": "Acme", "email": "b@x.example"}, row]))[1] == (
        "existing",
        identifier,
    )


def test_a_given_identifier_that_another_customer_has_is_rejected() -> None:
    before = create_customer("Acme", customerId="a-1")
    result = import_rows([{"name": "Zeta", "customerId": "a-1"}, {"name": "Acme", "customerId": "a-1"}])
    assert list_outcomes(result) == [("rejected", "a-1"), ("existing", "a-1")]
    assert result["results"][0]["code"] == "customer_already_exists"
    assert get_customer("a-1") == before


def test_an_archived_customer_is_reported_as_archived_and_stays_so() -> None:
    rows = [{"name": "Acme"}, {"name": "Zeta", "customerId": "z-1"}]
    import_rows(rows)
    archive_customer("acme")
    archive_customer("z-1")
    before = [get_customer("acme"), get_customer("z-1")]
    assert list_outcomes(import_rows(rows)) == [("archived", "acme"), ("archived", "z-1")]
    assert [get_customer("acme"), get_customer("z-1")] == before
    assert before[0]["status"] == "archived"


def test_an_erased_customer_is_recognised_by_nothing_but_its_identifier() -> None:
    rows = [{"name": "acme"}, {"name": "Zeta", "customerId": "z-1"}]
    import_rows(rows)
    for customer_id in ("acme", "z-1"):
        archive_customer(customer_id)
        assert send_erase(customer_id).status == 200
    result = import_rows(rows)
    (anew, identifier), rejected = list_outcomes(result)
    assert (anew, rejected) == ("created", ("rejected", "z-1"))
    assert result["results"][0]["namesakeOf"] == "acme" != identifier
    assert result["results"][1]["code"] == "customer_erased"


def test_rows_without_time_are_unprocessed(parity_table: Table) -> None:
    rows = [{"name": "Acme"}, {"name": ""}, {"name": "Zeta"}]
    result = import_rows(rows, context=Context(remaining_milliseconds=1000))
    assert list_outcomes(result) == [("unprocessed", None)] * 3
    assert scan_items(parity_table) == []
    assert [status for status, _ in list_outcomes(import_rows(rows))] == ["created", "rejected", "created"]


def test_a_file_that_cannot_be_read_in_time_writes_nothing(parity_table: Table) -> None:
    class SlowContext(Context):
        def get_remaining_time_in_millis(self) -> int:
            self.remaining_milliseconds -= 3000
            return self.remaining_milliseconds

    result = import_rows([{"name": "A"}, {"name": ""}, {"name": "C"}], context=SlowContext(10_000))
    assert list_outcomes(result) == [("unprocessed", None), ("rejected", None), ("unprocessed", None)]
    assert scan_items(parity_table) == []


@pytest.mark.parametrize("length", [255, 400_000])
def test_a_long_email_is_refused_before_it_is_checked(length: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("email_validator.validate_email", lambda *_, **__: pytest.fail("was checked"))
    rows = [{"name": "Acme", "email": "ü" * length}] * 10
    assert list_outcomes(import_rows(rows)) == [("rejected", None)] * 10


def test_a_body_that_is_no_list_of_rows_is_refused(parity_table: Table) -> None:
    codes = {
        "no rows": (call("customers/import", body=[]), "invalid_request"),
        "no CSV rows": (call("customers/import", body="name\n", headers=CSV), "invalid_request"),
        "too many rows": (call("customers/import", body=[{"name": "a"}] * 10_001), "invalid_request"),
        "an object": (call("customers/import", body={"name": "a"}), "invalid_request"),
        "null": (call("customers/import", body="null"), "invalid_request"),
        "nothing": (call("customers/import"), "invalid_request"),
        "not JSON": (call("customers/import", body="name\nAcme"), "invalid_json"),
        "not CSV": (call("customers/import", body='name\n"Acme', headers=CSV), "invalid_csv"),
        "CSV without names": (
            call("customers/import", body="email\na@x.example", headers=CSV),
            "invalid_csv",
        ),
        "not UTF-8": (call("customers/import", body=b"name\n\xff", headers=CSV), "invalid_encoding"),
    }
    assert {case: refusal(reply) for case, (reply, _) in codes.items()} == {
        case: (400, code) for case, (_, code) in codes.items()
    }
    assert scan_items(parity_table) == []


def test_another_content_type_is_refused_and_the_accepted_ones_are_named() -> None:
    reply = call("customers/import", body="name\nAcme", headers={"Content-Type": "application/vnd.ms-excel"})
    assert refusal(reply) == (415, "unsupported_media_type")
    assert "application/json or text/csv" in reply.body["detail"]


def test_an_answer_too_large_to_store_under_a_key_is_still_sent() -> None:
    """DynamoDB's items hold 400 KB. The rows are imported by then, so the request must not fail."""
    rows = [{sha256(f"{number}{n}".encode()).hexdigest(): 1 for n in range(3)} for number in range(10_000)]
    assert import_rows(rows, headers={"Idempotency-Key": "k"})["rejected"] == 10_000
