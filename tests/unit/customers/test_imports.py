"""The rows of an import: CSV as spreadsheets write it, and an answer that Lambda can send."""

from __future__ import annotations

import json
from typing import Any

import pytest

from parity.core.errors import InvalidFieldsError
from parity.customers.api.imports import (
    MAX_ROWS,
    check_row_count,
    import_response,
    make_result,
    read_csv,
    read_drafts,
)
from parity.customers.rules.customers import CustomerDraft
from parity.customers.rules.errors import CustomerAlreadyExistsError
from parity.customers.service.imports import RowOutcome, RowStatus
from parity.http.bodies import RequestRefusedError
from parity.http.problem import Problem

MAX_BYTES = 6_000_000
"""The size of a request or an answer that Lambda accepts, less a margin."""

TAGS = "".join(chr(0xE0020 + number) for number in range(60))


def has_time() -> bool:
    return False


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("name,email\nAcme,a@x.example\n", [{"name": "Acme", "email": "a@x.example"}]),
        ("name,email\r\nAcme,a@x.example\r\n", [{"name": "Acme", "email": "a@x.example"}]),
        ("name;email\nAcme, Inc;a@x.example", [{"name": "Acme, Inc", "email": "a@x.example"}]),
        ("name\temail\nAcme\ta@x.example", [{"name": "Acme", "email": "a@x.example"}]),
        ("name\nAcme\n\n\nZeta\n", [{"name": "Acme"}, {"name": "Zeta"}]),
        ("name\rAcme\rZeta\r", [{"name": "Acme"}, {"name": "Zeta"}]),
        ('name,note\r\nAcme,"a\r\nb"\r\n', [{"name": "Acme", "metadata": {"note": "a\r\nb"}}]),
        ("name,email\n,\nAcme,\n", [{"name": "Acme"}]),
        ('name,email\n"Acme\nRobotics, ""AR""",', [{"name": 'Acme\nRobotics, "AR"'}]),
        ("name,country,segment\nAcme,Chile\n", [{"name": "Acme", "metadata": {"country": "Chile"}}]),
        ("name\nA,B\n", [{"name": "A", "column 2": "B"}]),
        ("name\n", []),
        ("identifier\nacme", [{"customerId": "acme"}]),
        (" Customer-ID ,NAME,Billing_Id\na,b,c", [{"customerId": "a", "name": "b", "billingId": "c"}]),
    ],
)
def test_csv_becomes_the_rows_that_json_would_hold(text: str, rows: list[dict[str, Any]]) -> None:
    assert read_csv(text) == rows


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("", "empty"),
        (
            "email,country\na@x.example,Chile",
            "neither a column `name` nor `identifier`; it has: email, country",
        ),
        (",".join("abcdefghijkl"), "it has: a, b, c, d, e, f, g, h, i, j and 2 more."),
        ("x" * 41, f"it has: {'x' * 37}[.]{{3}}."),
        (f"name,{'x' * 41},{'x' * 41}", f"more than one column for {'x' * 37}[.]{{3}}."),
        ("name,Name\nA,B", "more than one column for name"),
        ("name,identifier,Customer ID\nA,B,C", "more than one column for customerId"),
        ("name,country,country\nA,B,C", "more than one column for country"),
        ("name,,email\nA,B,C", "Column 2 of the CSV has no title"),
        ('name\n"Acme', "not CSV: unexpected end of data"),
        ('name\n"Acme"x,', "not CSV"),
        ("name\n" + "x" * 200_000, "not CSV: field larger than"),
    ],
)
def test_invalid_csv_is_refused_with_the_reason(text: str, detail: str) -> None:
    with pytest.raises(RequestRefusedError, match=detail) as refused:
        read_csv(text)
    assert (refused.value.problem.status, refused.value.problem.code) == (400, "invalid_csv")


@pytest.mark.parametrize("rows", [0, MAX_ROWS + 1])
def test_an_import_has_one_to_10000_rows(rows: int) -> None:
    check_row_count([{}])
    check_row_count([{}] * MAX_ROWS)
    with pytest.raises(InvalidFieldsError, match=f"1 to 10000 rows; it holds {rows}"):
        check_row_count([{}] * rows)


def test_results_are_in_the_order_of_the_rows() -> None:
    drafts = read_drafts([{"name": "A"}, {"name": ""}, {"customerId": "b"}, 5, {}, {"name": "C"}], has_time)
    assert [type(draft) for draft in drafts] == [
        CustomerDraft,
        Problem,
        CustomerDraft,
        Problem,
        Problem,
        CustomerDraft,
    ]
    result = make_result(
        drafts,
        [
            RowOutcome(RowStatus.CREATED, "a"),
            RowOutcome(RowStatus.REJECTED, "b", error=CustomerAlreadyExistsError("b")),
            RowOutcome(RowStatus.UNPROCESSED),
        ],
    )
    assert [(row.row, row.status.value, row.customer_id, row.code) for row in result.results] == [
        (1, "created", "a", None),
        (2, "rejected", None, "invalid_request"),
        (3, "rejected", "b", "customer_already_exists"),
        (4, "rejected", None, "invalid_request"),
        (5, "rejected", None, "invalid_request"),
        (6, "unprocessed", None, None),
    ]
    assert (result.created, result.existing, result.archived, result.rejected, result.unprocessed) == (
        1,
        0,
        0,
        4,
        1,
    )


def test_rows_are_read_while_there_is_time() -> None:
    answers = iter([False, False, True])
    drafts = read_drafts([{"name": "A"}, {"name": ""}, {"name": "C"}], lambda: next(answers))
    result = make_result(drafts, [RowOutcome(RowStatus.CREATED, "a")])
    assert [row.status for row in result.results] == ["created", "rejected", "unprocessed"]


@pytest.mark.parametrize(
    ("row", "pointers"),
    [
        ({"name": "", "email": "x"}, ["#/name", "#/email"]),
        ({}, ["#/name"]),
        (5, ["#"]),
        (
            {"name": "A", "billingAddress": {"country": ""}},
            ["#/billingAddress/country", "#/billingAddress/line1", "#/billingAddress/postalCode"],
        ),
    ],
)
def test_an_invalid_row_names_its_wrong_fields_and_no_python_class(row: Any, pointers: list[str]) -> None:  # noqa: ANN401
    (result,) = make_result(read_drafts([row], has_time), []).results
    assert [error.pointer for error in result.errors] == pointers
    assert "CustomerCreate" not in result.model_dump_json()


def reject_taken(customer_id: str) -> RowOutcome:
    return RowOutcome(RowStatus.REJECTED, customer_id, customer_id, CustomerAlreadyExistsError(customer_id))


HOSTILE: dict[str, tuple[Any, RowOutcome | None]] = {
    "long unknown fields": ({letter * 40: 1 for letter in "abcdef"}, None),
    "emoji in unknown fields": ({"🎉" * 37 + letter * 3: 1 for letter in "abc"}, None),
    "quotes in unknown fields": ({'"' * 37 + letter * 3: 1 for letter in "abc"}, None),
    "characters with long names in an email": ({"name": "x", "email": f"x@{TAGS}.com"}, None),
    "a long identifier that is taken": ({"customerId": "x" * 255}, reject_taken("x" * 255)),
    "an unprintable identifier that is taken": (
        {"customerId": "\ue000" * 255},
        reject_taken("\ue000" * 255),
    ),
}


@pytest.mark.parametrize(("row", "outcome"), HOSTILE.values(), ids=HOSTILE)
def test_the_answer_to_the_worst_import_that_fits_a_request_fits_an_answer(
    row: Any,  # noqa: ANN401
    outcome: RowOutcome | None,
) -> None:
    count = min(MAX_ROWS, MAX_BYTES // (_event_bytes(json.dumps(row, ensure_ascii=False)) + 1))
    drafts = read_drafts([row], has_time) * count
    body = import_response(make_result(drafts, [outcome] * count if outcome else [])).body
    assert body is not None
    assert _event_bytes(body.model_dump_json(by_alias=True)) < MAX_BYTES


def _event_bytes(body: str) -> int:
    """The size of a body as text within Lambda's own JSON."""
    return len(json.dumps(body, ensure_ascii=False).encode())
