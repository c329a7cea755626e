"""POST /api/v1/customers/import: rows of the same name (docs/decisions/0035)."""

from __future__ import annotations

from typing import Any

import pytest

from parity.dynamodb.table import Table
from tests.support.answers import expect
from tests.support.builders.customers import create_customer, get_customer, list_customer_ids
from tests.support.builders.imports import CSV, import_rows, list_outcomes
from tests.support.fakes.functions import call
from tests.support.fakes.tables import scan_items

NAMESAKES: dict[str, list[dict[str, Any]]] = {
    "different billing ids": [{"billingId": "cus_1"}, {"billingId": "cus_2"}, {"billingId": "cus_3"}],
    "one billing id": [{"billingId": "cus_1"}, {}],
    "different metadata": [{"metadata": {"country": "Chile"}}, {"metadata": {"country": "Peru"}}, {}],
    "different emails": [{"email": "a@x.example"}, {"email": "b@x.example"}, {}],
    "nothing": [{}, {}, {}, {}],
    "an email for one of two with a billing id": [
        {"billingId": "cus_1", "email": "a@x.example"},
        {"billingId": "cus_1"},
    ],
}
"""What tells the rows of one name apart."""


def list_ids(result: dict[str, Any]) -> list[str]:
    return [row["customerId"] for row in result["results"]]


@pytest.mark.parametrize("name", ["Universidad Católica", "京都大学", "?!"])
@pytest.mark.parametrize("rows", NAMESAKES.values(), ids=NAMESAKES)
def test_namesakes_are_a_customer_each_and_a_file_sent_again_finds_them(
    rows: list[dict[str, Any]], name: str, parity_table: Table
) -> None:
    rows = [{"name": name, **row} for row in rows]
    first = import_rows(rows)
    assert first["created"] == len(rows) == len(set(list_ids(first))) == len(list_customer_ids())
    base = first["results"][0]["customerId"]
    assert [row["namesakeOf"] for row in first["results"]] == [None] + [base] * (len(rows) - 1)
    for row, customer_id in zip(rows, list_ids(first), strict=True):
        stored = get_customer(customer_id)
        wanted = {"email": None, "billingId": None, "metadata": None} | row
        assert {field: stored[field] for field in wanted} == wanted
    stored_items = scan_items(parity_table)
    again = import_rows(rows)
    assert (again["existing"], list_ids(again)) == (len(rows), list_ids(first))
    backwards = import_rows(rows[::-1])
    assert backwards["existing"] == len(rows)
    assert sorted(list_ids(backwards)) == sorted(list_ids(first))
    assert scan_items(parity_table) == stored_items


@pytest.mark.parametrize("same", [{"email": "a@x.example"}, {"billingId": "cus_1"}, {"customerId": "a-1"}])
def test_rows_of_the_same_email_billing_id_or_identifier_are_one_customer(same: dict[str, Any]) -> None:
    rows = [{"name": "Acme", **same, "metadata": {"row": number}} for number in range(3)]
    result = import_rows(rows)
    assert [status for status, _ in list_outcomes(result)] == ["created", "existing", "existing"]
    assert len(set(list_ids(result))) == len(list_customer_ids()) == 1


def test_a_part_of_a_file_sent_again_makes_no_customer() -> None:
    rows = [{"name": "Acme", "billingId": f"cus_{number}"} for number in range(3)] + [{"name": "Acme"}]
    ids = list_ids(import_rows(rows))
    for number in range(3):
        assert list_outcomes(import_rows([rows[number]])) == [("existing", ids[number])]
    assert import_rows([rows[3]])["existing"] == 1
    assert list_outcomes(import_rows(rows[1:])) == [("existing", each) for each in ids[1:]]


@pytest.mark.parametrize(
    "row", [{}, {"email": "a@x.example"}, {"billingId": "cus_1"}, {"customerId": "acme"}]
)
def test_a_customer_changed_since_is_found_by_the_row_that_created_it(row: dict[str, Any]) -> None:
    row = {"name": "Acme", **row}
    import_rows([row])
    change = {"name": "Zeta", "email": "z@x.example", "billingId": "cus_9", "metadata": {"tier": 1}}
    changed = expect(call("customers/update", parameters={"customerId": "acme"}, body=change), 200)
    assert list_outcomes(import_rows([row])) == [("existing", "acme")]
    assert get_customer("acme") == changed


@pytest.mark.parametrize("more", [{"metadata": {"segment": "A"}}, {"billingId": "cus_1"}], ids=str)
def test_a_column_added_to_a_file_makes_no_customer_of_a_name_that_stands_alone(more: dict[str, Any]) -> None:
    rows = [{"name": "Acme"}, {"name": "Zeta"}]
    import_rows(rows)
    assert list_outcomes(import_rows([{**row, **more} for row in rows])) == [
        ("existing", "acme"),
        ("existing", "zeta"),
    ]


def test_a_namesake_of_a_customer_with_an_email_is_another_customer() -> None:
    create_customer("Acme", email="a@x.example")
    result = import_rows([{"name": "Acme"}])
    assert (result["created"], result["results"][0]["namesakeOf"]) == (1, "acme")
    assert import_rows([{"name": "Acme", "metadata": {"segment": "A"}}])["existing"] == 1


def test_a_customer_who_was_not_imported_is_found_by_a_name_that_stands_alone() -> None:
    create_customer("Acme", billingId="cus_1")
    assert list_outcomes(import_rows([{"name": "Acme"}])) == [("existing", "acme")]
    assert import_rows([{"name": "Acme", "billingId": "cus_2"}])["created"] == 1


def test_rows_that_had_no_time_are_created_when_the_file_is_sent_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = [{"name": "Acme", "metadata": {"country": country}} for country in ("Chile", "Peru", "Cuba")]
    left = iter([False, True, True, False])  # asked for each row as it is read, then for the one to import
    with monkeypatch.context() as patch:
        patch.setattr("parity.http.requests.Request.is_out_of_time", lambda _: next(left))
        first = import_rows(rows)
    assert [status for status, _ in list_outcomes(first)] == ["created", "unprocessed", "unprocessed"]
    second = import_rows(rows)
    assert [status for status, _ in list_outcomes(second)] == ["existing", "created", "created"]
    assert [get_customer(each)["metadata"] for each in list_ids(second)] == [row["metadata"] for row in rows]


def test_namesakes_of_a_csv_with_empty_lines_and_bad_rows() -> None:
    text = (
        "name,email,billingId,country\n\n"
        '"Sainte-Marie, Zürich",,cus_1,Canada\n,,,\n'
        '"Sainte-Marie, Zürich",,cus_2,USA\n'
        '"Sainte-Marie, Zürich",nobody,,UK\n'
        '"Sainte-Marie, Zürich",,cus_1,Canada\n\n'
    )
    first = import_rows(text, headers=CSV)
    assert [status for status, _ in list_outcomes(first)] == ["created", "created", "rejected", "existing"]
    ids = list_ids(first)
    assert ids[0] == ids[3] == first["results"][1]["namesakeOf"] == "sainte-marie-zurich" != ids[1]
    assert get_customer(ids[1])["metadata"] == {"country": "USA"}
    corrected = import_rows(text.replace("nobody", "mary@uk.example"), headers=CSV)
    assert [status for status, _ in list_outcomes(corrected)] == [
        "existing",
        "existing",
        "created",
        "existing",
    ]
