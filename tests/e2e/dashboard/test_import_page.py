"""Importing customers from a CSV file: what it becomes, what is refused, and going on after a failure."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Locator, Page, Route, expect

from local.seed.demo import DATA_SETS
from tests.e2e.dashboard.conftest import CreateCustomer
from tests.support.engines.browser import needs_chromium, needs_dashboard
from tests.support.engines.processes import needs_engine

pytestmark = [needs_engine, needs_chromium, needs_dashboard, pytest.mark.slow]

INSTITUTIONS = 5083
IMPORT_MILLISECONDS = 240_000
CALL = "**/api/v1/customers/import"


@pytest.fixture
def word() -> str:
    """A word that no other test's customers have."""
    return f"w{uuid4().hex[:10]}"


def choose_file(page: Page, name: str, content: str | bytes) -> None:
    page.goto("/customers")
    page.get_by_role("link", name="Import").locator("visible=true").click()
    expect(page.get_by_role("heading", name="Import customers")).to_be_visible()
    data = content if isinstance(content, bytes) else content.encode()
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "text/csv", "buffer": data})


def summary(page: Page, name: str) -> Locator:
    return page.get_by_role("term").filter(has_text=re.compile(f"^{name}$")).locator("xpath=../dd")


def test_columns_are_mapped_errors_are_shown_before_and_downloaded_after(
    page: Page, client: httpx.Client, create_customer: CreateCustomer, word: str, tmp_path: Path
) -> None:
    taken = create_customer("Somebody else")["customerId"]
    choose_file(
        page,
        "crm.csv",
        f"Firma;E-Mail;id;tier\nMüller {word};m@mueller.example;;gold\n"
        f"نور {word};n@noor.example;noor-{word};\n"
        f"Bad;not an email;;\nTaken {word};;{taken};\n",
    )
    columns = page.get_by_role("table", name="Columns")
    expect(page.get_by_text("Choose the column that has the names")).to_be_hidden()
    expect(columns.get_by_label("Firma becomes")).to_have_value("metadata")
    columns.get_by_label("Firma becomes").select_option("Name")
    rows = page.get_by_role("table", name="Rows")
    expect(rows.get_by_role("row").filter(has_text=f"Müller {word}")).to_contain_text("tier: gold")
    expect(rows.get_by_role("row").filter(has_text="Bad")).to_contain_text("This is not an email address.")
    page.get_by_role("button", name="Import 3 customers").click()
    expect(page.get_by_role("status")).to_have_text("Done: 3 of 3 rows")
    expect(summary(page, "Created")).to_have_text("2")
    expect(summary(page, "With errors")).to_have_text("2")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the rows with errors").click()
    saved = tmp_path / "errors.csv"
    download.value.save_as(saved)
    with saved.open(encoding="utf-8", newline="") as lines:
        titles, *wrong = csv.reader(lines)
    assert titles == ["Firma", "E-Mail", "id", "tier", "error"]
    assert wrong[0] == ["Bad", "not an email", "", "", "This is not an email address."]
    assert wrong[1][2] == taken
    assert "already exists" in wrong[1][4]
    found = client.get("/customers", params={"search": word}).json()["results"]
    assert {(each["name"], each["email"]) for each in found} == {
        (f"Müller {word}", "m@mueller.example"),
        (f"نور {word}", "n@noor.example"),
    }


def test_a_portion_that_failed_is_sent_again_and_nothing_is_created_twice(
    page: Page, client: httpx.Client, word: str
) -> None:
    lost: list[int] = []

    def lose_second_answer(route: Route) -> None:
        lost.append(route.fetch().status)
        if len(lost) == 2:
            route.abort()
        else:
            route.continue_()

    before = client.get("/customers").json()["count"]
    page.route(CALL, lose_second_answer)
    rows = "".join(f"Row {number} {word},row{number}@{word}.example\n" for number in range(500))
    choose_file(page, "rows.csv", f"name,email\n{rows}")
    page.get_by_role("button", name="Import 500 customers").click()
    notice = page.get_by_role("alert")
    expect(notice).to_contain_text("The import was interrupted")
    expect(page.get_by_role("status")).to_have_text("200 of 500 rows")
    notice.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("status")).to_have_text("Done: 500 of 500 rows")
    expect(summary(page, "Created")).to_have_text("500")
    assert client.get("/customers").json()["count"] == before + 500


def test_the_real_list_is_imported_and_once_more_without_a_new_customer(
    page: Page, client: httpx.Client
) -> None:
    content = DATA_SETS["universities"].read_bytes()
    before = client.get("/customers").json()["count"]
    for created in (f"{INSTITUTIONS:,}", "0"):
        choose_file(page, "universities.csv", content)
        page.get_by_role("button", name=f"Import {INSTITUTIONS:,} customers").click()
        done = f"Done: {INSTITUTIONS:,} of {INSTITUTIONS:,} rows"
        expect(page.get_by_role("status")).to_have_text(done, timeout=IMPORT_MILLISECONDS)
        expect(summary(page, "Created")).to_have_text(created)
        expect(summary(page, "With errors")).to_have_text("0")
    assert client.get("/customers").json()["count"] == before + INSTITUTIONS


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"name\n", "The file has no rows."),
        (b"name\nM\xfcller\n", "The file is not in UTF-8."),
        (b'name\n"Open\n', "has a quote that is not closed"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(page: Page, content: bytes, problem: str) -> None:
    choose_file(page, "broken.csv", content)
    expect(page.get_by_role("alert")).to_contain_text(problem)


def test_columns_that_cannot_be_customers_say_what_to_choose(page: Page) -> None:
    choose_file(page, "odd.csv", "colour,size\nred,10\n")
    expect(page.get_by_role("alert")).to_contain_text("Choose the column that has the names")
    expect(page.get_by_role("button", name="Import 0 customers")).to_be_disabled()
    page.get_by_label("colour becomes").select_option("Name")
    page.get_by_label("size becomes").select_option("Name")
    expect(page.get_by_role("alert")).to_contain_text("Two columns become the name.")
    page.get_by_label("size becomes").select_option("Left out")
    expect(page.get_by_role("button", name="Import 1 customer")).to_be_enabled()
