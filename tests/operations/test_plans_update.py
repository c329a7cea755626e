"""PATCH /api/v1/catalog/plans/{plan}."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from parity.catalog.rules.plans import PlanAtVersion
from parity.catalog.service.plans import PlanToChange, get_plan_at_version
from parity.catalog.service.plans import edit_plan as edit_stored_plan
from parity.catalog.store import keys
from parity.catalog.store.plans import PlanStore, plan_store
from parity.core.times import now
from parity.dynamodb.optimistic import VersionChangedError
from parity.dynamodb.table import Table
from tests.support.answers import expect, refusal, wrong_fields
from tests.support.builders.catalog import (
    archive_plan,
    create_feature,
    create_plan,
    create_published_plan,
    edit_plan,
    get_plan,
    list_plan_features,
    list_plan_prices,
    publish_plan,
)
from tests.support.fakes.functions import call
from tests.support.fakes.tables import scan_items


def test_a_draft_is_changed_in_place() -> None:
    before = create_plan("Pro", description="Old", metadata={"a": 1})
    after = expect(edit_plan(description=None, metadata={"a": True}), 200)
    changed = {"description": None, "metadata": {"a": True}, "modifiedOn": after["modifiedOn"]}
    assert after == before | changed
    assert after["metadata"]["a"] is True


def test_a_published_plan_gets_a_draft_that_starts_as_a_copy() -> None:
    create_feature("SSO", "BOOLEAN")
    before = create_published_plan("Pro", sso={})
    reply = edit_plan(name="Pro 2")
    draft = expect(reply, 200)
    assert (draft["version"], draft["status"], draft["name"]) == (2, "draft", "Pro 2")
    assert (list_plan_features("pro", 2), list_plan_prices("pro", 2)) == (
        list_plan_features("pro", 1),
        list_plan_prices("pro", 1),
    )
    assert get_plan("pro") == before | {"draftVersion": 2, "modifiedOn": draft["modifiedOn"]}
    assert expect(edit_plan(description="More"), 200)["version"] == 2


def test_the_limit_per_customer_changes_at_once_and_makes_no_draft() -> None:
    before = create_published_plan("Pro")
    limited = expect(edit_plan(maxPerCustomer=2), 200)
    assert limited == before | {"maxPerCustomer": 2, "modifiedOn": limited["modifiedOn"]}
    draft = expect(edit_plan(maxPerCustomer=3, description="More"), 200)
    assert (draft["version"], draft["status"], draft["maxPerCustomer"]) == (2, "draft", 3)
    assert get_plan("pro", 1)["maxPerCustomer"] == 3
    reply = edit_plan(maxPerCustomer=None)
    assert (expect(reply, 200)["maxPerCustomer"], reply.headers["etag"]) == (None, '"6"')
    expect(publish_plan("pro"), 200)
    assert get_plan("pro")["maxPerCustomer"] is None


@pytest.mark.parametrize("limit", [0, -1, 1.5, "2", True, 2**53 + 1], ids=repr)
def test_the_limit_per_customer_is_a_positive_whole_number(limit: Any) -> None:  # noqa: ANN401
    create_plan("Pro")
    assert set(wrong_fields(edit_plan(maxPerCustomer=limit))) == {"maxPerCustomer"}


def test_an_update_without_a_change_makes_no_draft(parity_table: Table) -> None:
    create_published_plan("Pro")
    before = scan_items(parity_table)
    assert expect(edit_plan(name="Pro"), 200)["version"] == 1
    assert expect(edit_plan(), 200)["version"] == 1
    assert expect(edit_plan(maxPerCustomer=None), 200)["version"] == 1
    assert scan_items(parity_table) == before


def test_a_published_version_is_protected_by_the_write_itself(parity_table: Table) -> None:
    create_published_plan("Pro")
    plan_at_version = get_plan_at_version(plan_store(), "pro")
    before = parity_table.get(keys.plan_version("pro", 1))
    draft = replace(plan_at_version.version, name="Pro 2", published_on=None)
    with pytest.raises(VersionChangedError):
        plan_store().edit(plan_at_version.plan, PlanAtVersion(plan_at_version.plan, draft))
    with pytest.raises(VersionChangedError):
        plan_store().discard_draft(plan_at_version.plan, plan_at_version.plan)
    assert parity_table.get(keys.plan_version("pro", 1)) == before


def test_two_changes_at_once_are_both_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    create_published_plan("Pro")
    edit, others = PlanStore.edit, [{"description": "from another"}]

    def edit_late(self: PlanStore, *arguments: Any, **more: Any) -> None:  # noqa: ANN401
        if others:
            expect(edit_plan(**others.pop()), 200)
        edit(self, *arguments, **more)

    monkeypatch.setattr(PlanStore, "edit", edit_late)
    after = expect(edit_plan(name="Pro 2"), 200)
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


def test_a_plan_discarded_and_created_again_in_between_is_not_overwritten() -> None:
    create_plan("Pro")
    old = get_plan_at_version(plan_store(), "pro").plan
    plan_store().discard_draft(old, None)
    create_plan("Pro", description="another")
    with pytest.raises(VersionChangedError):
        plan_store().archive(old, old)
    plan_at_version = edit_stored_plan(plan_store(), PlanToChange("pro", now()), lambda _: {"name": "Pro 2"})
    assert (plan_at_version.plan.id != old.id, plan_at_version.version.description) == (True, "another")


@pytest.mark.parametrize("body", [{"identifier": "pro"}, {"name": None}, {"name": " "}, {"nope": 1}], ids=str)
def test_a_field_that_cannot_change_is_named(body: dict[str, Any]) -> None:
    create_plan("Pro")
    assert set(wrong_fields(edit_plan(**body))) == set(body)


def test_an_unknown_or_archived_plan_is_not_changed() -> None:
    assert refusal(edit_plan("nope", name="a")) == (404, "plan_not_found")
    create_plan("Pro")
    archive_plan("pro")
    assert refusal(edit_plan(name="Pro 2")) == (409, "plan_archived")
