"""POST /api/v1/catalog/plans/{plan}/publish."""

from __future__ import annotations

import pytest

from parity.dynamodb.table import Table
from tests.support.answers import expect, refusal, wrong_fields
from tests.support.builders.catalog import (
    FREE,
    MONTHLY,
    add_features,
    archive_feature,
    archive_plan,
    create_feature,
    create_plan,
    create_published_plan,
    edit_plan,
    get_plan,
    list_plan_features,
    list_plan_prices,
    publish_plan,
    replace_prices,
)
from tests.support.fakes.tables import lose_first_answer, scan_items


def create_priced_plan(name: str = "Pro") -> None:
    create_plan(name)
    expect(replace_prices("pro", MONTHLY), 200)


@pytest.mark.parametrize("body", [None, {}, {"updateFeatures": False}, {"update_pricing": False}], ids=str)
def test_a_published_draft_becomes_the_sold_version(body: object) -> None:
    create_priced_plan()
    reply = publish_plan("pro", body=body)
    assert expect(reply, 200) == {"status": "published", "version": 1, "migrating": False}
    plan = get_plan("pro")
    assert (plan["status"], plan["isLatest"], plan["draftVersion"]) == ("published", True, None)
    assert reply.headers["etag"] == '"3"'


def test_the_version_before_stays_the_same() -> None:
    create_feature("Seats", "CUSTOMIZABLE")
    create_published_plan("Pro", seats={"value": 5})
    replace_prices("pro", FREE)
    before = (get_plan("pro", 1), list_plan_features("pro", 1), list_plan_prices("pro", 1))
    assert expect(publish_plan("pro"), 200) == {"status": "published", "version": 2, "migrating": False}
    after = (get_plan("pro", 1), list_plan_features("pro", 1), list_plan_prices("pro", 1))
    assert after[1:] == before[1:]
    assert (after[0]["status"], after[0]["isLatest"]) == ("published", False)
    assert [price["priceType"] for price in list_plan_prices("pro")] == ["FREE"]


def test_publishing_twice_is_refused_and_with_the_same_key_answered_again(parity_table: Table) -> None:
    create_priced_plan()
    first = publish_plan("pro", headers={"Idempotency-Key": "k"})
    before = scan_items(parity_table)
    again = publish_plan("pro", headers={"Idempotency-Key": "k"})
    assert (again.status, again.body, again.headers["idempotent-replayed"]) == (200, first.body, "true")
    assert refusal(publish_plan("pro")) == (409, "already_published")
    assert scan_items(parity_table) == before


def test_a_plan_needs_a_price() -> None:
    create_plan("Pro")
    assert refusal(publish_plan("pro")) == (400, "no_price")


def test_a_feature_archived_since_is_named() -> None:
    create_feature("SSO", "BOOLEAN")
    create_priced_plan()
    expect(add_features("pro", {"feature": "sso"}), 201)
    assert archive_feature("sso").status == 204
    reply = publish_plan("pro")
    assert refusal(reply) == (409, "feature_archived")
    assert "'sso'" in reply.body["detail"]
    assert get_plan("pro")["status"] == "draft"


def test_a_lost_answer_is_no_conflict(parity_table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    create_priced_plan()
    lost = lose_first_answer(parity_table, monkeypatch)
    assert expect(publish_plan("pro"), 200) == {"status": "published", "version": 1, "migrating": False}
    assert lost


def test_if_match_and_wrong_bodies_are_checked() -> None:
    create_priced_plan()
    assert refusal(publish_plan("pro", headers={"If-Match": '"1"'})) == (412, "precondition_failed")
    assert wrong_fields(publish_plan("pro", body={"updateFeatures": "yes"})) == {"updateFeatures": 1}
    assert wrong_fields(publish_plan("pro", body={"nope": True})) == {"nope": 1}
    assert refusal(publish_plan("pro", body="[]"))[0] == 400
    assert expect(publish_plan("pro", headers={"If-Match": '"2"'}), 200)["status"] == "published"


def test_an_unknown_or_archived_plan_is_not_published() -> None:
    assert refusal(publish_plan("nope")) == (404, "plan_not_found")
    create_published_plan("Pro")
    edit_plan(name="Pro 2")
    archive_plan("pro")
    assert refusal(publish_plan("pro")) == (409, "plan_archived")
