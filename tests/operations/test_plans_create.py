"""POST /api/v1/catalog/plans."""

from __future__ import annotations

import re
from typing import Any

import pytest

from parity.dynamodb.table import Table
from tests.support.answers import expect, refusal, wrong_fields
from tests.support.builders.catalog import (
    archive_plan,
    create_plan,
    get_plan,
    list_plan_features,
    list_plan_prices,
)
from tests.support.fakes.functions import call
from tests.support.fakes.tables import lose_first_answer, scan_items

FULL: dict[str, Any] = {
    "name": "Pro ✨ Équipe",
    "identifier": "pro_2",
    "description": "For teams\nthat grow",
    "metadata": {"tier": 2, "a_b": [None, 1.5]},
    "maxPerCustomer": 3,
}


def test_a_new_plan_is_a_draft_without_features_and_prices() -> None:
    reply = call("plans/create", body=FULL)
    body = expect(reply, 201)
    assert body == FULL | {
        "id": body["id"],
        "product": None,
        "details": {},
        "version": 1,
        "status": "draft",
        "isLatest": False,
        "publishedVersion": None,
        "draftVersion": 1,
        "isArchived": False,
        "createdOn": body["createdOn"],
        "modifiedOn": body["createdOn"],
    }
    assert (reply.headers["etag"], reply.headers["location"]) == ('"1"', "/api/v1/catalog/plans/pro_2")
    assert get_plan("pro_2") == get_plan("pro_2", 1) == body
    assert (list_plan_features("pro_2"), list_plan_prices("pro_2")) == ({}, [])


def test_display_settings_of_other_systems_are_ignored() -> None:
    vendor = {"product": "p", "isVisible": False, "ordering": 3, "links": [], "files": []}
    assert create_plan("Pro", **vendor)["product"] is None


def test_an_identifier_is_derived_and_stays_in_use_for_ever() -> None:
    assert create_plan("Pro")["identifier"] == "pro"
    archive_plan("pro")
    assert re.fullmatch(r"pro-[2-9a-z]{5}", create_plan("Pro")["identifier"])
    given = call("plans/create", body={"name": "Other", "identifier": "pro"})
    assert refusal(given) == (409, "plan_already_exists")
    assert given.body["errors"] == [{"pointer": "#/identifier", "detail": "is in use already."}]


def test_a_feature_and_a_plan_may_have_the_same_identifier() -> None:
    call("features/create", body={"name": "Pro", "featureType": "BOOLEAN"})
    assert create_plan("Pro")["identifier"] == "pro"


def test_the_same_key_creates_one_plan(parity_table: Table) -> None:
    body = {"name": "Pro"}
    first = call("plans/create", body=body, headers={"Idempotency-Key": "k"})
    before = scan_items(parity_table)
    second = call("plans/create", body=body, headers={"Idempotency-Key": "k"})
    assert (second.status, second.body) == (201, first.body)
    assert scan_items(parity_table) == before


def test_a_lost_answer_is_no_conflict(parity_table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = lose_first_answer(parity_table, monkeypatch)
    assert create_plan("Pro", identifier="pro")["identifier"] == "pro"
    assert lost


WRONG: dict[str, tuple[dict[str, Any], set[str]]] = {
    "nothing": ({}, {"name"}),
    "no name": ({"name": None}, {"name"}),
    "a line break in the name": ({"name": "a\nb"}, {"name"}),
    "an identifier with a slash": ({"name": "a", "identifier": "a/b"}, {"identifier"}),
    "a hash": ({"name": "a", "identifier": "a#v2"}, {"identifier"}),
    "a description of white space": ({"name": "a", "description": " \n "}, {"description"}),
    "half a surrogate's replacement": ({"name": "a", "description": "\ufffd"}, {"description"}),
    "metadata as a list": ({"name": "a", "metadata": []}, {"metadata"}),
    "a field that is ours": ({"name": "a", "version": 3, "status": "published"}, {"version", "status"}),
    "countries": ({"name": "a", "countries": ["DE"]}, {"countries"}),
}


def test_each_wrong_field_is_named_and_nothing_is_stored(parity_table: Table) -> None:
    for case, (body, fields) in WRONG.items():
        reply = call("plans/create", body=body)
        assert refusal(reply) == (400, "invalid_request"), case
        assert {error["pointer"] for error in reply.body["errors"]} == {f"#/{name}" for name in fields}, case
    assert scan_items(parity_table) == []


@pytest.mark.parametrize("body", [None, "", "[]", '{"name": "a"', b'{"name": "\xff"}'])
def test_a_hostile_body_is_refused(body: str | bytes | None) -> None:
    reply = call("plans/create", body=body)
    assert refusal(reply)[0] == 400
    assert wrong_fields(call("plans/create", body={"name": 5})) == {"name": 1}
