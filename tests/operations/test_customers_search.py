"""GET /api/v1/customers?search=..."""

from __future__ import annotations

import json
from datetime import timedelta
from urllib.parse import quote, urlsplit

import pytest

from parity.customers.rules.search_words import MAX_WORDS
from parity.customers.service import search as customer_search
from tests.support import ROOT
from tests.support.answers import expect, refusal, walk_pages, wrong_fields
from tests.support.builders.customers import (
    CREATED_ON,
    archive_customer,
    create_customer,
    customer_ids_on,
    list_customer_ids,
    store_customer,
)
from tests.support.fakes.functions import call


def search(text: str, more: str = "") -> list[str]:
    """The identifiers that a search finds, sorted."""
    return sorted(list_customer_ids(f"search={quote(text)}{more}"))


@pytest.fixture
def acme() -> None:
    create_customer("Crème & Brûlée Straße-Nord", customerId="Acct-7731", email="Ops.Team@Kitchen.example")
    create_customer("京都大学", customerId="kyoto", email="_info@kyoto.example")
    create_customer("Other", customerId="other")


@pytest.mark.parametrize(
    "text",
    [
        "crème", "CREME", "cre\u0301", "brulee", "strasse-nord", "STRASSE", "nord", "cr", "CR",
        "ops.team@kitchen.example", "OPS", "ops.team", "kitchen", "kitchen.ex", "acct", "ACCT-7731",
        "nord brulée", "c br s", "  creme   acct ", "creme creme", "(creme),", "ops acct kitchen &",
    ],
)  # fmt: skip
def test_beginnings_of_words_find_a_customer_without_case_and_accents(acme: None, text: str) -> None:
    assert search(text) == ["Acct-7731"]


@pytest.mark.parametrize("text", ["京", "京都", "京都大学", "kyo", "_info@kyoto.example", "_info", "info"])
def test_other_scripts_and_punctuation_are_found_as_they_were_entered(acme: None, text: str) -> None:
    assert search(text) == ["kyoto"]


@pytest.mark.parametrize(
    "text", ["reme", "7731", "team", "creme zeta", "都", "example", "...", "##", "%20", "crememe", "\x00\x00"]
)
def test_a_text_that_begins_no_word_finds_nothing(acme: None, text: str) -> None:
    body = expect(call("customers/list", query=f"search={quote(text)}"), 200)
    assert body == {"count": 0, "countIsExact": True, "next": None, "previous": None, "results": []}


def test_a_name_of_punctuation_is_found_by_it() -> None:
    create_customer("...", customerId="dots")
    assert search("...") == search("..") == ["dots"]


@pytest.mark.parametrize("text", ["c", "C", "é", "e\u0301", "\u0301", "#", "(c)", "c b s", "&", "ト", "\x00"])
def test_a_search_without_a_word_of_two_characters_is_refused(acme: None, text: str) -> None:
    assert wrong_fields(call("customers/list", query=f"search={quote(text)}")) == {"search": 1}


@pytest.mark.parametrize("name", ["京都大学", "京", "京 都", "李 明"])
def test_one_chinese_character_is_enough(name: str) -> None:
    create_customer(name, customerId="kyoto")
    create_customer("大京都", customerId="other")
    assert search(name[0]) == ["kyoto"]
    assert search(f"{name[0]} ky") == ["kyoto"]


def test_short_words_narrow_a_search_for_others() -> None:
    create_customer("J P Morgan", customerId="jpm")
    create_customer("J Q Morgan", customerId="jqm")
    assert search("morgan p") == search("p j mo") == ["jpm"]
    assert search("morgan j") == ["jpm", "jqm"]


def test_as_many_words_as_a_search_may_have_are_no_error(acme: None) -> None:
    text = " ".join(chr(0x4E00 + number) for number in range(128))
    assert search(text) == []


def test_a_new_customer_is_found_at_once_and_by_its_new_name_only() -> None:
    create_customer("Alpha Works", customerId="x-1", email="a@old.example")
    assert search("alpha") == search("works") == search("old") == ["x-1"]
    changes = {"name": "Beta Works", "email": "a@new.example"}
    assert call("customers/update", parameters={"customerId": "x-1"}, body=changes).status == 200
    assert search("alpha") == search("old") == []
    assert search("beta") == search("be") == search("works") == search("new") == search("x-1") == ["x-1"]
    assert search("al") == []


def test_archived_customers_are_found_when_asked_for() -> None:
    create_customer("Acme One")
    create_customer("Acme Two")
    archive_customer("acme-one")
    assert search("acme") == search("acme", "&status=active") == ["acme-two"]
    assert search("acme", "&status=archived") == ["acme-one"]
    assert search("acme", "&status=all") == ["acme-one", "acme-two"]
    assert search("ac", "&status=archived") == ["acme-one"]
    row = expect(call("customers/list", query="search=one&status=archived"), 200)["results"][0]
    assert row["status"] == "archived"


@pytest.mark.parametrize(("text", "size"), [("anna", 1), ("an", 2), ("an anders", 3), ("anders a", 10)])
def test_a_customer_with_several_matching_words_appears_once_there_and_back(text: str, size: int) -> None:
    for number in range(4):
        store_customer(f"Anna Annabel Anders {number}", email=f"anna{number}@annas.example")
    store_customer("Bob", email="bob@example.org")
    query = f"search={quote(text)}&page_size={size}"
    forth = list(walk_pages("customers/list", query))
    rows = [row for page in forth for row in customer_ids_on(page)]
    assert sorted(rows) == [f"anna-annabel-anders-{number}" for number in range(4)]
    last = urlsplit(forth[-2].body["next"]).query if len(forth) > 1 else query
    back = [customer_ids_on(page) for page in walk_pages("customers/list", last, "previous")]
    assert [row for page in reversed(back) for row in page] == rows
    assert [
        row for page in range(1, len(forth) + 1) for row in list_customer_ids(f"{query}&page={page}")
    ] == rows


def test_the_count_is_exact_only_on_the_last_page() -> None:
    for number in range(3):
        create_customer(f"Acme {number}")
    first, whole = (
        next(walk_pages("customers/list", "search=acme&page_size=2")).body,
        next(walk_pages("customers/list", "search=acme&page_size=3")).body,
    )
    assert (whole["count"], whole["countIsExact"], whole["next"]) == (3, True, None)
    assert first["countIsExact"] is False
    assert 2 <= first["count"] <= 3


def test_words_that_rarely_meet_are_found_by_following_the_links(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each request reads little: a page may be short or empty, but its links lead to all matches."""
    monkeypatch.setattr(customer_search, "FIRST_QUERY_ENTRIES", 2)
    monkeypatch.setattr(customer_search, "MAX_QUERIES", 1)
    for number in range(12):
        store_customer(f"University {number}")
        store_customer(f"Campus {number}")
    both = [store_customer(f"University Campus {n}", created_on=CREATED_ON - timedelta(n)) for n in range(3)]
    walked = list(walk_pages("customers/list", "search=univ+camp&page_size=2"))
    rows = [row for page in walked for row in customer_ids_on(page)]
    assert sorted(rows) == [each.customer_id for each in both]
    assert len(walked) > 2
    assert not walked[0].body["countIsExact"]


def test_a_customer_is_found_by_its_first_24_words_and_no_others() -> None:
    """Two of the identifier, one of the email and one of its domain; then 20 of the name."""
    names = [f"{chr(0x4E00 + number)}word" for number in range(30)]
    create_customer(" ".join(names), customerId="one two", email="ops@acme.example")
    for word in ("one", "two", "ops@acme.example", "acme.example", *names[:20]):
        assert search(word) == ["one two"], word
    assert [search(word) for word in names[20:]] == [[]] * 10


def test_a_word_of_a_name_counts_with_its_parts() -> None:
    create_customer(" ".join(f"a{number}-b{number}" for number in range(10)), customerId="acme")
    assert search("a6-b6") == search("b6") == ["acme"]
    assert search("a7-b7") == ["acme"]
    assert search("b7") == search("a8") == []


def test_the_number_of_words_is_documented() -> None:
    said = f"the first {MAX_WORDS} "
    described = json.loads((ROOT / "docs" / "openapi.json").read_text())["paths"]["/api/v1/customers"]["get"]
    (parameter,) = [each for each in described["parameters"] if each["name"] == "search"]
    assert said in parameter["description"]
    assert f"Of each customer {said}different words are searched" in (ROOT / "docs" / "http.md").read_text()


def test_a_cursor_of_another_search_is_refused() -> None:
    for number in range(3):
        create_customer(f"Acme Zeta {number}")
    link = urlsplit(next(walk_pages("customers/list", "search=acme&page_size=1")).body["next"]).query
    for other in ("search=zeta", "search=acm", "search=acme+zeta", ""):
        reply = call("customers/list", query=link.replace("search=acme", other))
        assert refusal(reply) == (400, "invalid_cursor"), other
