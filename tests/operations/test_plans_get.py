"""GET /api/v1/catalog/plans/{plan}."""

from __future__ import annotations

import pytest

from tests.support.answers import refusal, wrong_fields
from tests.support.builders.catalog import (
    archive_plan,
    create_plan,
    create_published_plan,
    edit_plan,
    get_plan,
    publish_plan,
)
from tests.support.fakes.functions import Reply, call


def send_get(plan: str = "pro", query: str = "") -> Reply:
    return call("plans/get", parameters={"plan": plan}, query=query)


def test_the_published_version_is_shown_unless_another_is_requested() -> None:
    create_published_plan("Pro")
    edit_plan(name="Pro 2")
    publish_plan("pro")
    edit_plan(name="Pro 3")
    shown = [get_plan("pro", version) for version in (None, 1, 2, 3)]
    seen = [(plan["version"], plan["name"], plan["status"], plan["isLatest"]) for plan in shown]
    assert seen == [
        (2, "Pro 2", "published", True),
        (1, "Pro", "published", False),
        (2, "Pro 2", "published", True),
        (3, "Pro 3", "draft", False),
    ]
    assert {(plan["publishedVersion"], plan["draftVersion"]) for plan in shown} == {(2, 3)}


def test_the_etag_is_the_plans_own_whatever_version_is_shown() -> None:
    create_published_plan("Pro")
    edit_plan(name="Pro 2")
    assert send_get().headers["etag"] == send_get(query="version=2").headers["etag"] == '"4"'


def test_an_archived_plan_can_be_read() -> None:
    create_plan("Pro")
    archive_plan("pro")
    assert get_plan("pro")["isArchived"] is True


@pytest.mark.parametrize("operation", ["plans/get", "plan_features/list", "plan_prices/list"])
def test_an_unknown_plan_or_version_is_not_found(operation: str) -> None:
    create_plan("Pro")
    assert refusal(call(operation, parameters={"plan": "nope"})) == (404, "plan_not_found")
    later = call(operation, parameters={"plan": "pro"}, query="version=2")
    assert refusal(later) == (404, "plan_version_not_found")
    for number in ("0", "-1", "x", "1.5", "9" * 30):
        wrong = call(operation, parameters={"plan": "pro"}, query=f"version={number}")
        assert wrong_fields(wrong) == {"version": 1}, number
