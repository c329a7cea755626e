"""DELETE /api/v1/catalog/plans/{plan}."""

from __future__ import annotations

from parity.dynamodb.table import Table
from tests.support.answers import refusal
from tests.support.builders.catalog import (
    MONTHLY,
    add_features,
    archive_plan,
    create_feature,
    create_plan,
    create_published_plan,
    get_plan,
    list_plan_features,
    replace_prices,
)
from tests.support.fakes.functions import call
from tests.support.fakes.tables import scan_items


def test_an_archived_plan_can_be_read_with_its_features_and_prices() -> None:
    create_feature("SSO", "BOOLEAN")
    before = create_published_plan("Pro", sso={})
    reply = archive_plan()
    assert (reply.status, reply.text) == (204, "")
    after = get_plan("pro")
    assert after == before | {"isArchived": True, "modifiedOn": after["modifiedOn"]}
    assert list_plan_features("pro").keys() == {"sso"}


def test_archiving_twice_and_every_change_is_refused(parity_table: Table) -> None:
    create_feature("SSO", "BOOLEAN")
    create_published_plan("Pro", sso={})
    archive_plan()
    before = scan_items(parity_table)
    sso = {"plan": "pro", "feature": "sso"}
    for reply in (
        archive_plan(),
        add_features("pro", {"feature": "sso"}),
        replace_prices("pro", MONTHLY),
        call("plan_features/update", parameters=sso, body={"details": {"value": False}}),
        call("plan_features/remove", parameters=sso),
    ):
        assert refusal(reply) == (409, "plan_archived")
    assert scan_items(parity_table) == before


def test_if_match_guards_archiving_and_an_unknown_plan_is_not_found() -> None:
    create_plan("Pro")
    assert refusal(archive_plan("pro", **{"If-Match": '"7"'})) == (412, "precondition_failed")
    assert archive_plan("pro", **{"If-Match": '"1"'}).status == 204
    assert refusal(archive_plan("nope")) == (404, "plan_not_found")
