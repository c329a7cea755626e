"""The list of 5,083 real institutions: names in many scripts, many of them alike."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from typing import Any

import httpx
import pytest
from paritydeals_sdk.exceptions import NotFoundError

from local.seed.demo import DATA_SETS
from tests.support.engines.sdk import Customers

CHUNK_ROWS = 250
INSTITUTIONS = 5083
SAMPLE = {"Brazil", "Colombia", "Poland", "Switzerland"}
"""Countries enough for the ordinary run: many accents, and some names that a wrong decoding spoiled."""

Rows = list[list[str]]


@dataclass(frozen=True)
class Imported:
    """The count before and after the import, and each row of the file with what became of it."""

    before: int
    after: int
    rows: Rows
    results: list[dict[str, Any]]

    @property
    def identifiers(self) -> list[str]:
        return [result["customerId"] for result in self.results]


def count_customers(client: httpx.Client) -> int:
    answer: int = client.get("/customers", params={"status": "all"}).json()["count"]
    return answer


def import_all(client: httpx.Client, header: list[str], rows: Rows) -> list[dict[str, Any]]:
    """The results of all rows, in chunks of which two are sent at once."""
    chunks = [rows[start : start + CHUNK_ROWS] for start in range(0, len(rows), CHUNK_ROWS)]
    with ThreadPoolExecutor(2) as threads:
        return list(
            chain.from_iterable(threads.map(lambda chunk: import_chunk(client, header, chunk), chunks))
        )


def import_chunk(client: httpx.Client, header: list[str], rows: Rows) -> list[dict[str, Any]]:
    """Sends the file again until no row is left for lack of time, as a client should."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([header, *rows])
    while True:
        answer = client.post(
            "/customers/import", content=text.getvalue(), headers={"Content-Type": "text/csv"}
        )
        assert answer.status_code == 200, answer.text
        if not answer.json()["unprocessed"]:
            results: list[dict[str, Any]] = answer.json()["results"]
            return results


@pytest.fixture(scope="module", params=["sample", pytest.param("all", marks=pytest.mark.slow)])
def imported(request: pytest.FixtureRequest, client: httpx.Client) -> Imported:
    with DATA_SETS["universities"].open(encoding="utf-8", newline="") as lines:
        header, *rows = csv.reader(lines)
    assert len(rows) == INSTITUTIONS
    if request.param == "sample":
        rows = [row for row in rows if row[2] in SAMPLE]
    before = count_customers(client)
    results = import_all(client, header, rows)
    return Imported(before, count_customers(client), rows, results)


def iterate_pages(client: httpx.Client, **query: str | int) -> Iterator[dict[str, Any]]:
    """The page asked for and all that `next` leads to."""
    link: str | None = str(httpx.URL("/customers", params=query))
    while link:
        page: dict[str, Any] = client.get(link).json()
        yield page
        link = page["next"]


def search_names(client: httpx.Client, search: str) -> list[str]:
    rows = chain.from_iterable(
        page["results"] for page in iterate_pages(client, search=search, page_size=100)
    )
    return [row["name"] for row in rows]


def test_every_institution_becomes_one_customer_of_its_own(imported: Imported) -> None:
    assert {result["status"] for result in imported.results} <= {"created", "existing"}
    assert len(set(imported.identifiers)) == len(imported.rows)
    made = sum(result["status"] == "created" for result in imported.results)
    assert made > 0
    assert imported.after == imported.before + made


def test_following_next_leads_to_every_customer_once(client: httpx.Client, imported: Imported) -> None:
    total, seen = count_customers(client), []
    for page in iterate_pages(client, status="all", page_size=100):
        assert page["count"] == total
        assert page["countIsExact"]
        seen += page["results"]
    identifiers = [row["customerId"] for row in seen]
    assert len(identifiers) == len(set(identifiers)) == total
    assert set(imported.identifiers) <= set(identifiers)
    created_on = [row["createdOn"] for row in seen]
    assert created_on == sorted(created_on, reverse=True)


def test_following_previous_leads_back_to_the_first_page(client: httpx.Client, imported: Imported) -> None:
    first = client.get("/customers", params={"page_size": 50}).json()
    second = client.get(first["next"]).json()
    third = client.get(second["next"]).json()
    assert client.get(third["previous"]).json()["results"] == second["results"]
    back = client.get(second["previous"]).json()
    assert (back["results"], back["previous"]) == (first["results"], None)


def test_a_page_by_number_is_the_page_that_next_leads_to(client: httpx.Client, imported: Imported) -> None:
    ninth, tenth = (
        client.get("/customers", params={"page": page, "page_size": 20}).json() for page in (9, 10)
    )
    assert len(tenth["results"]) == 20
    assert client.get(ninth["next"]).json()["results"] == tenth["results"]


def test_rows_are_kept_as_they_were_sent(client: httpx.Client, imported: Imported) -> None:
    for number in range(0, len(imported.rows), 100):
        name, email, country = imported.rows[number]
        customer = client.get(f"/customers/{imported.identifiers[number]}").json()
        assert (customer["name"], customer["email"], customer["metadata"]) == (
            name,
            email,
            {"country": country},
        )


@pytest.mark.parametrize(
    ("search", "name"),
    [
        ("zurich", "Universität Zürich"),
        ("ZÜRICH", "Universität Zürich"),
        ("fundacao ometto", "Fundação Hermínio Ometto"),
        ("Fundação HERMÍNIO", "Fundação Hermínio Ometto"),
        ("registrar@fho.edu.br", "Fundação Hermínio Ometto"),
        ("fho.edu.br", "Fundação Hermínio Ometto"),
        ("antonio narino", "Antonio Nariño University"),
        ("hochschule zurich", "PH Zürich - Pädagogische Hochschule Zürich"),
        ("lodz computer", "College of Computer Science in Lodz"),
        ("wladyslaw strzeminski", "Fine Arts Academy “Wladyslaw Strzeminski” in Lodz"),
    ],
)
def test_a_search_finds_names_with_and_without_their_accents(
    client: httpx.Client, imported: Imported, search: str, name: str
) -> None:
    assert name in search_names(client, search)


def test_a_search_finds_every_name_with_a_common_word_once(client: httpx.Client, imported: Imported) -> None:
    expected = {
        identifier
        for (name, _, _), identifier in zip(imported.rows, imported.identifiers, strict=True)
        if "academy" in name.lower().split()
    }
    assert len(expected) > 10
    rows = list(chain.from_iterable(page["results"] for page in iterate_pages(client, search="academy")))
    identifiers = [row["customerId"] for row in rows]
    assert len(identifiers) == len(set(identifiers))
    assert expected <= set(identifiers)
    assert all("academy" in f"{row['name']} {row['customerId']} {row['email']}".lower() for row in rows)


def test_a_file_sent_again_changes_nothing(client: httpx.Client, imported: Imported) -> None:
    before = count_customers(client)
    again = import_chunk(client, ["name", "email", "country"], imported.rows[:CHUNK_ROWS])
    assert {result["status"] for result in again} == {"existing"}
    assert [result["customerId"] for result in again] == imported.identifiers[:CHUNK_ROWS]
    assert count_customers(client) == before


def test_the_client_library_works_among_all_of_them(
    client: httpx.Client, imported: Imported, customers: Customers, identifier: str
) -> None:
    created = customers.create(customerId=identifier, email="rektor@ny.example", name="Universität Neustadt")
    assert customers.list(page_size=1).results == [created]
    assert search_names(client, f"universitat {identifier}") == ["Universität Neustadt"]
    assert customers.update(identifier, name="Hochschule Neustadt").name == "Hochschule Neustadt"
    assert search_names(client, f"universitat {identifier}") == []
    assert search_names(client, f"hochschule {identifier}") == ["Hochschule Neustadt"]
    total = customers.list().count
    customers.archive(identifier)
    assert customers.list().count == total - 1
    assert search_names(client, identifier) == []
    with pytest.raises(NotFoundError):
        customers.retrieve(f"{identifier}-unknown")
