"""POST /api/v1/catalog/plans/{plan}/publish."""

from __future__ import annotations

import pytest

from parity.dynamodb.table import Table
from tests.support.answers import answer, refusal, wrong_fields
from tests.support.builders.catalog import (
    FREE,
    MONTHLY,
    add_features,
    archive_feature,
    archive_plan,
    create_feature,
    create_plan,
    edit_plan,
    features_of,
    get_plan,
    prices_of,
    publish,
    published_plan,
    replace_prices,
)
from tests.support.fakes.tables import items, lose_first_answer


def priced_plan(name: str = "Pro") -> None:
    create_plan(name)
    answer(replace_prices("pro", MONTHLY), 200)


@pytest.mark.parametrize("body", [None, {}, {"updateFeatures": False}, {"update_pricing": False}], ids=str)
def test_a_published_draft_is_what_is_sold(body: object) -> None:
    priced_plan()
    reply = publish("pro", body=body)
    assert answer(reply, 200) == {"status": "published", "version": 1, "migrating": False}
    plan = get_plan("pro")
    assert (plan["status"], plan["isLatest"], plan["draftVersion"]) == ("published", True, None)
    assert reply.headers["etag"] == '"3"'


def test_the_version_before_stays_as_it_was() -> None:
    create_feature("Seats", "CUSTOMIZABLE")
    published_plan("Pro", seats={"value": 5})
    replace_prices("pro", FREE)
    before = (get_plan("pro", 1), features_of("pro", 1), prices_of("pro", 1))
    assert answer(publish("pro"), 200) == {"status": "published", "version": 2, "migrating": False}
    after = (get_plan("pro", 1), features_of("pro", 1), prices_of("pro", 1))
    assert after[1:] == before[1:]
    assert (after[0]["status"], after[0]["isLatest"]) == ("published", False)
    assert [price["priceType"] for price in prices_of("pro")] == ["FREE"]


def test_publishing_twice_is_refused_and_with_the_same_key_answered_again(parity_table: Table) -> None:
    priced_plan()
    first = publish("pro", headers={"Idempotency-Key": "k"})
    before = items(parity_table)
    again = publish("pro", headers={"Idempotency-Key": "k"})
    assert (again.status, again.body, again.headers["idempotent-replayed"]) == (200, first.body, "true")
    assert refusal(publish("pro")) == (409, "already_published")
    assert items(parity_table) == before


def test_a_plan_needs_a_price() -> None:
    create_plan("Pro")
    assert refusal(publish("pro")) == (400, "no_price")


def test_a_feature_archived_since_is_named() -> None:
    create_feature("SSO", "BOOLEAN")
    priced_plan()
    answer(add_features("pro", {"feature": "sso"}), 201)
    assert archive_feature("sso").status == 204
    reply = publish("pro")
    assert refusal(reply) == (409, "feature_archived")
    assert "'sso'" in reply.body["detail"]
    assert get_plan("pro")["status"] == "draft"


def test_a_lost_answer_is_no_conflict(parity_table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    priced_plan()
    lost = lose_first_answer(parity_table, monkeypatch)
    assert answer(publish("pro"), 200) == {"status": "published", "version": 1, "migrating": False}
    assert lost


def test_if_match_and_wrong_bodies_are_checked() -> None:
    priced_plan()
    assert refusal(publish("pro", headers={"If-Match": '"1"'})) == (412, "precondition_failed")
    assert wrong_fields(publish("pro", body={"updateFeatures": "yes"})) == {"updateFeatures": 1}
    assert wrong_fields(publish("pro", body={"nope": True})) == {"nope": 1}
    assert refusal(publish("pro", body="[]"))[0] == 400
    assert answer(publish("pro", headers={"If-Match": '"2"'}), 200)["status"] == "published"


def test_an_unknown_or_archived_plan_is_not_published() -> None:
    assert refusal(publish("nope")) == (404, "plan_not_found")
    published_plan("Pro")
    edit_plan(name="Pro 2")
    archive_plan("pro")
    assert refusal(publish("pro")) == (409, "plan_archived")
