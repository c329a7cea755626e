"""PATCH /api/v1/catalog/features/{feature}."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic.alias_generators import to_camel

from parity.catalog.store.features import FeatureStore
from tests.support.answers import expect, refusal, wrong_fields
from tests.support.builders.catalog import archive_feature, create_feature
from tests.support.fakes.functions import Reply, call


def patch(body: Any, feature: str = "exports", **headers: str) -> Reply:  # noqa: ANN401
    return call("features/update", parameters={"feature": feature}, body=body, headers=headers)


def test_what_is_sent_changes_and_the_rest_stays() -> None:
    before = create_feature(description="How many", metadata={"a": 1})
    reply = patch({"name": "Fïles", "description": None})
    after = expect(reply, 200)
    changed = {"name": "Fïles", "description": None, "version": 2, "modifiedOn": after["modifiedOn"]}
    assert after == before | changed
    assert after["modifiedOn"] > before["modifiedOn"]
    assert reply.headers["etag"] == '"2"'
    assert expect(patch({}, before["id"]), 200) == after


def test_sending_it_again_changes_nothing() -> None:
    create_feature()
    once = expect(patch({"metadata": {"a": 1}}), 200)
    assert expect(patch({"metadata": {"a": 1}}), 200) == once


@pytest.mark.parametrize(
    "body",
    [
        {"identifier": "exports"},
        {"featureType": "METER"},
        {"feature_type": "BOOLEAN"},
        {"name": None},
        {"name": ""},
        {"meter": None},
        {"isArchived": True},
        {"description": ""},
    ],
    ids=str,
)
def test_what_cannot_be_changed_is_named(body: dict[str, Any]) -> None:
    before = create_feature()
    assert set(wrong_fields(patch(body))) == {to_camel(name) for name in body}
    assert expect(patch({}), 200) == before


def test_if_match_allows_the_version_that_was_seen() -> None:
    create_feature()
    assert patch({"name": "Zeta"}, **{"If-Match": '"1"'}).status == 200
    assert refusal(patch({"name": "Eta"}, **{"If-Match": '"1"'})) == (412, "precondition_failed")
    assert wrong_fields(patch({"name": "Eta"}, **{"If-Match": "1"})) == {"if-match": 1}


def test_two_changes_at_once_are_both_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    create_feature()
    replace, others = FeatureStore.replace, [{"description": "from another"}]

    def replace_late(self: FeatureStore, *arguments: Any) -> None:  # noqa: ANN401
        if others:
            expect(patch(others.pop()), 200)
        replace(self, *arguments)

    monkeypatch.setattr(FeatureStore, "replace", replace_late)
    after = expect(patch({"name": "Zeta"}), 200)
    assert (after["name"], after["description"], after["version"]) == ("Zeta", "from another", 3)


def test_what_is_not_there_or_archived_is_not_changed() -> None:
    assert refusal(patch({"name": "a"})) == (404, "feature_not_found")
    create_feature()
    archive_feature()
    assert refusal(patch({"name": "a"})) == (409, "feature_archived")
