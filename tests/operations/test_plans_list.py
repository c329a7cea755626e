"""GET /api/v1/catalog/plans."""

from __future__ import annotations

from urllib.parse import urlsplit

from tests.support.answers import expect
from tests.support.builders.catalog import (
    add_features,
    archive_plan,
    create_plan,
    create_published_plan,
    edit_plan,
    get_plan,
    publish_plan,
    store_feature,
)
from tests.support.fakes.functions import call


def list_identifiers(query: str = "") -> list[str]:
    return [row["identifier"] for row in expect(call("plans/list", query=query), 200)["results"]]


def test_plans_are_listed_as_they_are_read_in_the_order_of_their_identifiers() -> None:
    create_plan("Team")
    create_published_plan("Pro")
    edit_plan("pro", name="Pro 2", description="New")
    listed = expect(call("plans/list"), 200)
    assert listed["results"] == [get_plan("pro"), get_plan("team")]
    assert [row["name"] for row in listed["results"]] == ["Pro", "Team"]


def test_archived_plans_are_listed_when_asked_for() -> None:
    create_plan("Team")
    create_plan("Pro")
    archive_plan("pro")
    assert (list_identifiers(), list_identifiers("status=archived"), list_identifiers("status=all")) == (
        ["team"],
        ["pro"],
        ["pro", "team"],
    )


def test_a_search_finds_name_identifier_and_description_as_they_are_sold() -> None:
    create_plan("Équipe", identifier="team", description="Für alle")
    create_plan("Pro")
    for search in ("equipe", "TEAM", "fur+alle"):
        assert list_identifiers(f"search={search}") == ["team"], search
    assert list_identifiers("search=team+pro") == []


def test_pages_are_linked() -> None:
    for name in ("a", "b", "c"):
        create_plan(name)
    first = expect(call("plans/list", query="page_size=2"), 200)
    assert ([row["name"] for row in first["results"]], first["count"]) == (["a", "b"], 3)
    assert list_identifiers(urlsplit(first["next"]).query) == ["c"]


def test_the_plans_that_are_sold_with_a_feature_are_found_by_its_identifier() -> None:
    store_feature("sso")
    for name in ("Team", "Pro"):
        create_published_plan(name, sso={"value": True})
    create_published_plan("Free")
    assert list_identifiers("feature=sso") == ["pro", "team"]
    assert list_identifiers("feature=sso&search=team") == ["team"]
    assert list_identifiers("feature=ss") == []
    archive_plan("pro")
    assert list_identifiers("feature=sso") == ["team"]
    assert list_identifiers("feature=sso&status=all") == ["pro", "team"]


def test_a_draft_decides_whether_a_plan_is_sold_with_a_feature_once_it_is_published() -> None:
    store_feature("sso")
    create_plan("Draft")
    expect(add_features("draft", {"feature": "sso", "details": {"value": True}}), 201)
    create_published_plan("Pro", sso={"value": True})
    assert call("plan_features/remove", parameters={"plan": "pro", "feature": "sso"}).status < 300
    assert list_identifiers("feature=sso") == ["pro"]
    expect(publish_plan("pro"), 200)
    assert list_identifiers("feature=sso") == []


def test_pages_of_the_plans_with_a_feature_are_linked() -> None:
    store_feature("sso")
    for name in ("a", "b", "c"):
        create_published_plan(name, sso={"value": True})
    create_published_plan("bb")
    first = expect(call("plans/list", query="page_size=2&feature=sso"), 200)
    assert ([row["name"] for row in first["results"]], first["count"]) == (["a", "b"], 3)
    assert list_identifiers(urlsplit(first["next"]).query) == ["c"]
