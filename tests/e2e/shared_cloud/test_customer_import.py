"""Imports of customers over plain HTTP."""

from __future__ import annotations

import csv
import io
import json

import httpx
import pytest

from tests.support.answers import http_refusal


def test_an_import_of_a_bad_file_keeps_its_good_rows(client: httpx.Client, identifier: str) -> None:
    rows = [
        ["name", "identifier", "E-Mail", "Billing ID", "country"],
        ["Universität Zürich", f"{identifier}-1", "info@uzh.example", "cus_1", "Schweiz"],
        ["Bad email", f"{identifier}-2", "nobody", "", ""],
        ["", "", "nameless@b.example", "", ""],
        ['Quoted, "twice"', f"{identifier}-3", "", "", "over\nlines"],
        ["Bad identifier", "a/b", "", "", ""],
        ["Too many cells", f"{identifier}-4", "", "", "", "one more"],
        ["Another with the first one's identifier", f"{identifier}-1", "", "", ""],
    ]
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    answer = client.post(
        "/customers/import",
        content="\ufeff" + text.getvalue(),
        headers={"Content-Type": "text/csv; charset=utf-8"},
    )
    assert answer.status_code == 200, answer.text
    result = answer.json()
    statuses = [row["status"] for row in result["results"]]
    assert sorted(statuses[i] for i in (0, 6)) in (["created", "rejected"], ["existing", "rejected"])
    assert [statuses[i] for i in (1, 2, 3, 4, 5)] == [
        "rejected",
        "rejected",
        "created",
        "rejected",
        "rejected",
    ]
    assert all(row["code"] and row["detail"] for row in result["results"] if row["status"] == "rejected")
    quoted = client.get(f"/customers/{identifier}-3").json()
    assert (quoted["name"], quoted["email"]) == ('Quoted, "twice"', None)
    assert quoted["metadata"] == {"country": "over\nlines"}
    assert [client.get(f"/customers/{identifier}-{number}").status_code for number in (1, 2, 4)] == [
        200,
        404,
        404,
    ]


def test_an_import_sent_again_finds_its_own_customers(client: httpx.Client, identifier: str) -> None:
    body = f"name,email,country\n{identifier} é,a@b.example,CH\n{identifier} é,c@d.example,\n"
    headers = {"Content-Type": "text/csv"}
    first, second = (client.post("/customers/import", content=body, headers=headers).json() for _ in range(2))
    assert (first["created"], first["rejected"]) == (2, 0)
    assert (second["created"], second["existing"]) == (0, 2)
    ids = [[row["customerId"] for row in result["results"]] for result in (first, second)]
    assert ids[0] == ids[1]
    assert client.get(f"/customers/{ids[0][0]}").json()["metadata"] == {"country": "CH"}


@pytest.mark.parametrize(
    ("content_type", "body", "expected"),
    [
        ("text/csv", "\n", (400, "invalid_csv")),
        ("text/csv", "name,email\n", (400, "invalid_request")),
        ("text/csv", "email\na@b.example\n", (400, "invalid_csv")),
        ("text/csv", "name,Name\na,b\n", (400, "invalid_csv")),
        ("text/csv", "name,\na,b\n", (400, "invalid_csv")),
        ("text/csv", 'name\n"open', (400, "invalid_csv")),
        ("application/json", "[]", (400, "invalid_request")),
        ("application/json", "{}", (400, "invalid_request")),
        ("application/json", json.dumps([{"name": "x"}] * 10_001), (400, "invalid_request")),
        ("text/html", "<b>", (415, "unsupported_media_type")),
    ],
)
@pytest.mark.usefixtures("table_unchanged")
def test_an_import_without_any_readable_row_is_refused(
    client: httpx.Client, content_type: str, body: str, expected: tuple[int, str]
) -> None:
    answer = client.post("/customers/import", content=body, headers={"Content-Type": content_type})
    assert http_refusal(answer) == expected
