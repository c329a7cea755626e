"""DELETE /api/v1/catalog/features/{feature}."""

from __future__ import annotations

from typing import Any

import pytest

from parity.catalog.store.features import FeatureStore
from parity.dynamodb.table import Table
from tests.support.answers import expect, refusal
from tests.support.builders.catalog import (
    MONTHLY,
    add_features,
    archive_feature,
    archive_plan,
    create_feature,
    create_plan,
    create_published_plan,
    edit_plan,
    publish_plan,
    replace_prices,
)
from tests.support.fakes.functions import Reply, call
from tests.support.fakes.tables import lose_first_answer

SSO: dict[str, Any] = {"feature": "sso"}


def remove_feature(plan: str, feature: str) -> Reply:
    return call("plan_features/remove", parameters={"plan": plan, "feature": feature})


def test_archiving_is_answered_without_a_body_and_refused_the_second_time() -> None:
    create_feature()
    reply = archive_feature()
    assert (reply.status, reply.text) == (204, "")
    assert refusal(archive_feature()) == (409, "feature_archived")
    assert refusal(archive_feature("nope")) == (404, "feature_not_found")


def test_a_feature_of_published_plans_is_not_archived_and_the_plans_are_named() -> None:
    feature = create_feature("SSO", "BOOLEAN")
    for name in ("Team", "Pro", "Old", "Draft"):
        create_plan(name) if name == "Draft" else create_published_plan(name, sso={})
    add_features("draft", SSO)
    archive_plan("old")
    edit_plan("team", name="Team 2")
    for name in ("sso", feature["id"]):
        reply = archive_feature(name)
        assert refusal(reply) == (409, "feature_in_use")
        assert reply.body["plans"] == ["pro", "team"]


def test_only_the_published_version_decides() -> None:
    create_feature("SSO", "BOOLEAN")
    create_published_plan("Pro", sso={})
    assert remove_feature("pro", "sso").status == 204
    assert refusal(archive_feature("sso")) == (409, "feature_in_use")
    expect(publish_plan("pro"), 200)
    assert archive_feature("sso").status == 204


def test_if_match_guards_archiving() -> None:
    create_feature()
    assert refusal(archive_feature(**{"If-Match": '"7"'})) == (412, "precondition_failed")
    assert archive_feature(**{"If-Match": '"1"'}).status == 204


def test_a_lost_answer_is_no_conflict(parity_table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    create_feature()
    lost = lose_first_answer(parity_table, monkeypatch)
    assert archive_feature().status == 204
    assert lost


def create_draft_with_sso() -> None:
    create_feature("SSO", "BOOLEAN")
    create_plan("Pro")
    add_features("pro", SSO)
    replace_prices("pro", MONTHLY)


def test_a_plan_published_during_archiving_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    create_draft_with_sso()
    replace = FeatureStore.replace
    published: list[int] = []

    def replace_late(self: FeatureStore, *arguments: Any) -> None:  # noqa: ANN401
        if not published:
            published.append(publish_plan("pro").status)
        replace(self, *arguments)

    monkeypatch.setattr(FeatureStore, "replace", replace_late)
    assert refusal(archive_feature("sso")) == (409, "feature_in_use")
    assert published == [200]


def test_a_feature_archived_during_publishing_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    create_draft_with_sso()
    get_many = FeatureStore.get_many
    archived: list[int] = []

    def get_many_early(self: FeatureStore, features: Any) -> Any:  # noqa: ANN401
        found = get_many(self, features)
        if not archived:
            archived.append(archive_feature("sso").status)
        return found

    monkeypatch.setattr(FeatureStore, "get_many", get_many_early)
    assert refusal(publish_plan("pro")) == (409, "feature_archived")
    assert archived == [204]
