"""PATCH /api/v1/catalog/features/{feature}."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic.alias_generators import to_camel

from parity.catalog.store.features import FeatureStore
from tests.support.answers import expect, refusal, wrong_fields
from tests.support.builders.catalog import archive_feature, create_feature
from tests.support.fakes.functions import Reply, call


def send_update(body: Any, feature: str = "exports", **headers: str) -> Reply:  # noqa: ANN401
    return call("features/update", parameters={"feature": feature}, body=body, headers=headers)


def test_sent_fields_change_and_the_others_stay() -> None:
    before = create_feature(description="How many", metadata={"a": 1})
    reply = send_update({"name": "Fïles", "description": None})
    after = expect(reply, 200)
    changed = {"name": "Fïles", "description": None, "version": 2, "modifiedOn": after["modifiedOn"]}
    assert after == before | changed
    assert after["modifiedOn"] > before["modifiedOn"]
    assert reply.headers["etag"] == '"2"'
    assert expect(send_update({}, before["id"]), 200) == after


def test_a_repeated_update_changes_nothing() -> None:
    create_feature()
    once = expect(send_update({"metadata": {"a": 1}}), 200)
    assert expect(send_update({"metadata": {"a": 1}}), 200) == once


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
def test_a_field_that_cannot_change_is_named(body: dict[str, Any]) -> None:
    before = create_feature()
    assert set(wrong_fields(send_update(body))) == {to_camel(name) for name in body}
    assert expect(send_update({}), 200) == before


def test_if_match_allows_the_version_that_was_seen() -> None:
    create_feature()
    assert send_update({"name": "Zeta"}, **{"If-Match": '"1"'}).status == 200
    assert refusal(send_update({"name": "Eta"}, **{"If-Match": '"1"'})) == (412, "precondition_failed")
    assert wrong_fields(send_update({"name": "Eta"}, **{"If-Match": "1"})) == {"If-Match": 1}


def test_two_changes_at_once_are_both_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    create_feature()
    replace, others = FeatureStore.replace, [{"description": "from another"}]

    def replace_late(self: FeatureStore, *arguments: Any) -> None:  # noqa: ANN401
        if others:
            expect(send_update(others.pop()), 200)
        replace(self, *arguments)

    monkeypatch.setattr(FeatureStore, "replace", replace_late)
    after = expect(send_update({"name": "Zeta"}), 200)
    assert (after["name"], after["description"], after["version"]) == ("Zeta", "from another", 3)


def test_an_unknown_or_archived_feature_is_not_changed() -> None:
    assert refusal(send_update({"name": "a"})) == (404, "feature_not_found")
    create_feature()
    archive_feature()
    assert refusal(send_update({"name": "a"})) == (409, "feature_archived")
