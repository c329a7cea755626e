"""DELETE /api/v1/catalog/plans/{plan}/discard."""

from __future__ import annotations

import pytest

from parity.dynamodb.table import Table
from tests.support.answers import expect, refusal
from tests.support.builders.catalog import (
    archive_plan,
    create_plan,
    create_published_plan,
    edit_plan,
    get_plan,
)
from tests.support.fakes.functions import Reply, call
from tests.support.fakes.tables import lose_first_answer, scan_items


def send_discard(plan: str = "pro", **headers: str) -> Reply:
    return call("plans/discard", parameters={"plan": plan}, headers=headers)


def test_the_published_version_stays_and_the_next_draft_starts_from_it() -> None:
    before = create_published_plan("Pro")
    edit_plan(name="Mistake", metadata={"a": 1})
    reply = send_discard()
    assert (reply.status, reply.text) == (204, "")
    after = get_plan("pro")
    assert after == before | {"modifiedOn": after["modifiedOn"]}
    assert refusal(call("plans/get", parameters={"plan": "pro"}, query="version=2"))[0] == 404
    draft = expect(edit_plan(description="New"), 200)
    assert (draft["version"], draft["name"], draft["metadata"]) == (2, "Pro", None)


def test_discarding_an_unpublished_plan_frees_its_identifier(parity_table: Table) -> None:
    create_plan("Pro")
    assert send_discard().status == 204
    assert scan_items(parity_table) == []
    assert refusal(send_discard()) == (404, "plan_not_found")
    assert create_plan("Pro", identifier="pro")["version"] == 1


def test_without_a_draft_there_is_nothing_to_discard() -> None:
    create_published_plan("Pro")
    assert refusal(send_discard()) == (409, "no_draft")


def test_an_archived_plan_keeps_its_draft() -> None:
    create_plan("Pro")
    archive_plan("pro")
    assert refusal(send_discard()) == (409, "plan_archived")
    assert get_plan("pro")["draftVersion"] == 1


def test_if_match_guards_the_draft() -> None:
    create_plan("Pro")
    edit_plan(name="Pro 2")
    assert refusal(send_discard(**{"If-Match": '"1"'})) == (412, "precondition_failed")
    assert send_discard(**{"If-Match": '"2"'}).status == 204


@pytest.mark.parametrize("published", [False, True])
def test_a_lost_answer_is_no_conflict(
    parity_table: Table, monkeypatch: pytest.MonkeyPatch, *, published: bool
) -> None:
    create_published_plan("Pro") if published else create_plan("Pro")
    edit_plan(name="Pro 2")
    lost = lose_first_answer(parity_table, monkeypatch)
    assert send_discard().status == 204
    assert lost
