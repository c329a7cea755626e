"""GET /api/v1/catalog/features/{feature}."""

from __future__ import annotations

import pytest

from tests.support.answers import expect, refusal
from tests.support.builders.catalog import archive_feature, create_feature
from tests.support.fakes.functions import call


def test_an_archived_feature_can_be_read_by_either_name() -> None:
    before = create_feature()
    archive_feature()
    after = expect(call("features/get", parameters={"feature": "exports"}), 200)
    assert after == before | {"isArchived": True, "version": 2, "modifiedOn": after["modifiedOn"]}
    assert expect(call("features/get", parameters={"feature": before["id"]}), 200) == after


@pytest.mark.parametrize(
    "feature", ["nope", "Exports", "6f0d2c1e-41b7-4c57-9a0e-2f3d8b7a5510", "%20", "京", "a%23b"]
)
def test_an_unknown_feature_is_not_found(feature: str) -> None:
    create_feature()
    assert refusal(call("features/get", parameters={"feature": feature})) == (404, "feature_not_found")
