"""PATCH /api/v1/catalog/plans/{plan}."""

from __future__ import annotations

from typing import Any

import pytest

from parity.catalog.service.plans import PlanToChange, get_plan_at_version
from parity.catalog.service.plans import edit_plan as edit_stored_plan
from parity.catalog.store.plans import PlanStore, plan_store
from parity.core.times import now
from parity.dynamodb import keys
from parity.dynamodb.optimistic import VersionChangedError
from parity.dynamodb.table import Table
from tests.support.answers import answer, refusal, wrong_fields
from tests.support.builders.catalog import (
    archive_plan,
    create_feature,
    create_plan,
    edit_plan,
    features_of,
    get_plan,
    prices_of,
    published_plan,
)
from tests.support.fakes.functions import call
from tests.support.fakes.tables import items


def test_a_draft_is_changed_in_place() -> None:
    before = create_plan("Pro", description="Old", metadata={"a": 1})
    after = answer(edit_plan(description=None, metadata={"a": True}), 200)
    changed = {"description": None, "metadata": {"a": True}, "modifiedOn": after["modifiedOn"]}
    assert after == before | changed
    assert after["metadata"]["a"] is True


def test_a_published_plan_gets_a_draft_that_starts_as_a_copy() -> None:
    create_feature("SSO", "BOOLEAN")
    before = published_plan("Pro", sso={})
    reply = edit_plan(name="Pro 2")
    draft = answer(reply, 200)
    assert (draft["version"], draft["status"], draft["name"]) == (2, "draft", "Pro 2")
    assert (features_of("pro", 2), prices_of("pro", 2)) == (features_of("pro", 1), prices_of("pro", 1))
    assert get_plan("pro") == before | {"draftVersion": 2, "modifiedOn": draft["modifiedOn"]}
    assert answer(edit_plan(description="More"), 200)["version"] == 2


def test_what_changes_nothing_makes_no_draft(parity_table: Table) -> None:
    published_plan("Pro")
    before = items(parity_table)
    assert answer(edit_plan(name="Pro"), 200)["version"] == 1
    assert answer(edit_plan(), 200)["version"] == 1
    assert items(parity_table) == before


def test_a_published_version_is_protected_by_the_write_itself(parity_table: Table) -> None:
    published_plan("Pro")
    edition = get_plan_at_version(plan_store(), "pro")
    before = parity_table.get(keys.plan_version("pro", 1))
    with pytest.raises(VersionChangedError):
        plan_store().edit(edition.plan, edition)
    with pytest.raises(VersionChangedError):
        plan_store().discard_draft(edition.plan, edition.plan)
    assert parity_table.get(keys.plan_version("pro", 1)) == before


def test_two_changes_at_once_are_both_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    published_plan("Pro")
    edit, others = PlanStore.edit, [{"description": "from another"}]

    def edit_late(self: PlanStore, *arguments: Any, **more: Any) -> None:  # noqa: ANN401
        if others:
            answer(edit_plan(**others.pop()), 200)
        edit(self, *arguments, **more)

    monkeypatch.setattr(PlanStore, "edit", edit_late)
    after = answer(edit_plan(name="Pro 2"), 200)
    assert (after["name"], after["description"], after["version"]) == ("Pro 2", "from another", 2)


def test_if_match_allows_the_version_that_was_seen() -> None:
    create_plan("Pro")

    def edit(tag: str, name: str) -> tuple[int, str]:
        parameters, headers = {"plan": "pro"}, {"If-Match": tag}
        reply = call("plans/update", parameters=parameters, body={"name": name}, headers=headers)
        return reply.status, reply.headers.get("etag", "")

    assert edit('"1"', "Pro 2") == (200, '"2"')
    assert edit('"1"', "Pro 3") == (412, "")
    assert edit("*", "Pro 4") == (200, '"3"')
    assert get_plan("pro")["name"] == "Pro 4"


def test_a_plan_discarded_and_made_again_meanwhile_is_not_written_over() -> None:
    create_plan("Pro")
    old = get_plan_at_version(plan_store(), "pro").plan
    plan_store().discard_draft(old, None)
    create_plan("Pro", description="another")
    with pytest.raises(VersionChangedError):
        plan_store().archive(old, old)
    edition = edit_stored_plan(plan_store(), PlanToChange("pro", now()), lambda _: {"name": "Pro 2"})
    assert (edition.plan.id != old.id, edition.version.description) == (True, "another")


@pytest.mark.parametrize("body", [{"identifier": "pro"}, {"name": None}, {"name": " "}, {"nope": 1}], ids=str)
def test_what_cannot_be_changed_is_named(body: dict[str, Any]) -> None:
    create_plan("Pro")
    assert set(wrong_fields(edit_plan(**body))) == set(body)


def test_an_unknown_or_archived_plan_is_not_changed() -> None:
    assert refusal(edit_plan("nope", name="a")) == (404, "plan_not_found")
    create_plan("Pro")
    archive_plan("pro")
    assert refusal(edit_plan(name="Pro 2")) == (409, "plan_archived")
