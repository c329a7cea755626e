"""GET /api/v1/catalog/features."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

import pytest

from tests.support.answers import expect, refusal, wrong_fields
from tests.support.builders.catalog import archive_feature, create_feature, store_feature
from tests.support.fakes.functions import call


def list_identifiers(query: str = "") -> list[str]:
    return [row["identifier"] for row in expect(call("features/list", query=query), 200)["results"]]


def test_the_list_is_empty_at_first() -> None:
    nothing: dict[str, object] = {
        "count": 0,
        "countIsExact": True,
        "next": None,
        "previous": None,
        "results": [],
    }
    assert expect(call("features/list"), 200) == nothing


def test_features_are_listed_as_they_are_read_in_the_order_of_their_identifiers() -> None:
    made = [create_feature(name) for name in ("Seats", "Exports", "SSO")]
    listed = expect(call("features/list"), 200)["results"]
    assert listed == sorted(made, key=lambda feature: str(feature["identifier"]))


def test_archived_features_are_listed_when_asked_for() -> None:
    create_feature("Seats")
    create_feature("Exports")
    archive_feature("exports")
    assert list_identifiers() == list_identifiers("status=active") == ["seats"]
    assert list_identifiers("status=archived") == ["exports"]
    assert list_identifiers("status=all") == ["exports", "seats"]


@pytest.mark.parametrize(
    "search", ["export", "EXPÓRT", "üb", "uber xport", "files", "e-x", "Files.", "straße", "STRASSE"]
)
def test_a_search_finds_words_anywhere_whatever_their_case_and_accents(search: str) -> None:
    create_feature("Über Export Straße", identifier="the-xport", description="How many FILES.")
    assert list_identifiers(f"search={quote(search)}") == ["the-xport"]


def test_each_word_of_a_search_must_be_found() -> None:
    create_feature("Exports", description="How many files")
    assert list_identifiers("search=exports+nope") == []
    assert list_identifiers("search=京") == []
    assert list_identifiers("search=%CC%81") == []


def test_a_page_has_a_hundred_features_and_links_to_the_rest() -> None:
    for number in range(101):
        store_feature(f"f-{number:03}")
    first = expect(call("features/list"), 200)
    assert (first["count"], len(first["results"]), first["previous"]) == (101, 100, None)
    second = expect(call("features/list", query=urlsplit(first["next"]).query), 200)
    assert [row["identifier"] for row in second["results"]] == ["f-100"]
    assert list_identifiers(urlsplit(second["previous"]).query) == [
        row["identifier"] for row in first["results"]
    ]
    assert list_identifiers("page=2") == ["f-100"]
    assert refusal(call("features/list", query="page=3")) == (404, "page_not_found")
    other_search = urlsplit(first["next"]).query + "&search=f"
    assert refusal(call("features/list", query=other_search)) == (400, "invalid_cursor")


def test_an_unknown_status_is_refused() -> None:
    reply = call("features/list", query="status=gone")
    assert refusal(reply) == (400, "invalid_request")
    assert [error["parameter"] for error in reply.body["errors"]] == ["status"]


@pytest.mark.parametrize("query", ["page=0", "page_size=0", f"search={'a' * 256}"])
def test_a_wrong_parameter_is_named(query: str) -> None:
    assert set(wrong_fields(call("features/list", query=query))) == {query.partition("=")[0]}
