"""POST /api/v1/catalog/features."""

from __future__ import annotations

import re
from typing import Any

import pytest

from parity.dynamodb.table import Table
from tests.support.answers import expect, refusal, wrong_fields
from tests.support.builders.catalog import archive_feature, create_feature
from tests.support.fakes.functions import call
from tests.support.fakes.tables import lose_first_answer, scan_items

METER = {
    "eventName": "export.finished",
    "aggregation": {"function": "SUM", "field": "files"},
    "filters": [
        [
            {"property": "format", "operator": "EQUALS", "value": "pdf"},
            {"property": "pages", "operator": "GREATER_THAN", "value": 1.5},
        ],
        [{"property": "paid", "operator": "NOT_EQUALS", "value": False}],
    ],
}
FULL: dict[str, Any] = {
    "name": "Exports",
    "identifier": "file_exports-2",
    "description": "Files\nexported",
    "featureType": "METER",
    "featureDetails": {
        "featureSubType": "RAW_EVENTS",
        "units": {"singular": "export", "plural": "exports"},
    },
    "meter": METER,
    "metadata": {"tier": 2, "nested": {"a_b": [1.5, None]}},
}


def get_feature(feature: str) -> dict[str, Any]:
    return expect(call("features/get", parameters={"feature": feature}), 200)


def test_a_feature_is_answered_with_every_field_and_read_by_identifier_and_id() -> None:
    reply = call("features/create", body=FULL)
    body = expect(reply, 201)
    assert body == FULL | {
        "id": body["id"],
        "details": {},
        "isArchived": False,
        "version": 1,
        "createdOn": body["createdOn"],
        "modifiedOn": body["createdOn"],
    }
    assert reply.headers["etag"] == '"1"'
    assert reply.headers["location"] == "/api/v1/catalog/features/file_exports-2"
    assert get_feature("file_exports-2") == get_feature(body["id"]) == get_feature(body["id"].upper()) == body


def test_keys_may_be_in_snake_case() -> None:
    body = {
        "name": "Exports",
        "feature_type": "METER",
        "feature_details": {"feature_sub_type": "RAW_EVENTS"},
        "meter": {"event_name": "e", "aggregation": {"function": "COUNT"}},
    }
    meter = {"eventName": "e", "aggregation": {"function": "COUNT", "field": None}, "filters": []}
    assert expect(call("features/create", body=body), 201)["meter"] == meter


@pytest.mark.parametrize("feature_type", ["BOOLEAN", "CUSTOMIZABLE", "METER"])
def test_a_name_and_a_type_are_enough(feature_type: str) -> None:
    body = create_feature("Über-Export", feature_type)
    assert (body["identifier"], body["featureType"]) == ("uber-export", feature_type)
    metered = {"featureSubType": "PRE_AGGREGATED_USAGE", "units": None}
    assert body["featureDetails"] == (metered if feature_type == "METER" else None)
    assert [body[name] for name in ("description", "meter", "metadata")] == [None] * 3


def test_a_derived_identifier_that_exists_gets_a_suffix() -> None:
    create_feature("Exports")
    assert re.fullmatch(r"exports-[2-9a-z]{5}", create_feature("Exports")["identifier"])


def test_a_name_that_looks_like_an_id_gets_a_prefix() -> None:
    body = create_feature("6f0d2c1e-41b7-4c57-9a0e-2f3d8b7a5510")
    assert body["identifier"] == "feature-6f0d2c1e-41b7-4c57-9a0e-2f3d8b7a5510"
    assert get_feature(body["identifier"]) == body


def test_the_identifier_of_an_archived_feature_stays_in_use(parity_table: Table) -> None:
    create_feature("Exports")
    assert archive_feature("exports").status == 204
    before = scan_items(parity_table)
    body = {"name": "Other", "featureType": "BOOLEAN", "identifier": "exports"}
    reply = call("features/create", body=body)
    assert refusal(reply) == (409, "feature_already_exists")
    assert reply.body["errors"] == [{"pointer": "#/identifier", "detail": "is in use already."}]
    assert scan_items(parity_table) == before


def test_the_same_key_creates_one_feature(parity_table: Table) -> None:
    body = {"name": "Exports", "featureType": "METER"}
    first, second = (call("features/create", body=body, headers={"Idempotency-Key": "k"}) for _ in range(2))
    assert (second.status, second.body) == (201, first.body)
    assert second.headers["idempotent-replayed"] == "true"
    assert second.headers["location"] == first.headers["location"]
    other = call("features/create", body=body | {"name": "Zeta"}, headers={"Idempotency-Key": "k"})
    assert refusal(other) == (422, "idempotency_key_reused")


def test_a_lost_answer_is_no_conflict(parity_table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = lose_first_answer(parity_table, monkeypatch)
    assert create_feature("Exports", identifier="exports")["identifier"] == "exports"
    assert lost


def make_body(**changes: Any) -> dict[str, Any]:  # noqa: ANN401
    details = {"featureSubType": "RAW_EVENTS"}
    return {"name": "a", "featureType": "METER", "featureDetails": details, "meter": METER | changes}


def make_filtered_body(operator: str, *, value: Any) -> dict[str, Any]:  # noqa: ANN401
    return make_body(filters=[[{"property": "p", "operator": operator, "value": value}]])


A: dict[str, Any] = {"name": "a", "featureType": "METER"}
WRONG: dict[str, tuple[dict[str, Any], set[str]]] = {
    "nothing": ({}, {"name", "featureType"}),
    "an unknown type": (A | {"featureType": "FLAG"}, {"featureType"}),
    "a type in lower case": (A | {"featureType": "meter"}, {"featureType"}),
    "an empty name": (A | {"name": " "}, {"name"}),
    "an identifier in upper case": (A | {"identifier": "Exports"}, {"identifier"}),
    "an identifier with a line break": (A | {"identifier": "exports\n"}, {"identifier"}),
    "an identifier of another script": (A | {"identifier": "京都"}, {"identifier"}),
    "an identifier that starts with a dash": (A | {"identifier": "-a"}, {"identifier"}),
    "an empty identifier": (A | {"identifier": ""}, {"identifier"}),
    "an identifier of 101 characters": (A | {"identifier": "a" * 101}, {"identifier"}),
    "an id for an identifier": (A | {"identifier": "6f0d2c1e-41b7-4c57-9a0e-2f3d8b7a5510"}, {"identifier"}),
    "a long description": (A | {"description": "a" * 2001}, {"description"}),
    "a NUL in the description": (A | {"description": "a\x00"}, {"description"}),
    "metadata of over 16 KB": (A | {"metadata": {"a": "é" * 8200}}, {"metadata"}),
    "an unknown field": (A | {"nope": 1}, {"nope"}),
    "a meter of a switch": (make_body() | {"featureType": "BOOLEAN"}, {"featureDetails"}),
    "a meter of a number": (A | {"featureType": "CUSTOMIZABLE", "meter": METER}, {"meter"}),
    "a meter of reported usage": (A | {"meter": METER}, {"meter"}),
    "no meter for raw events": (A | {"featureDetails": {"featureSubType": "RAW_EVENTS"}}, {"meter"}),
    "an unknown sub-type": (A | {"featureDetails": {"featureSubType": "EVENTS"}}, {"featureDetails"}),
    "half the units": (A | {"featureDetails": {"units": {"singular": "a"}}}, {"featureDetails"}),
    "no event": (make_body(eventName=""), {"meter"}),
    "an unknown function": (make_body(aggregation={"function": "MEDIAN", "field": "a"}), {"meter"}),
    "the function of reported usage": (
        make_body(aggregation={"function": "CHANGE", "field": "a"}),
        {"meter"},
    ),
    "a sum of nothing": (make_body(aggregation={"function": "SUM"}), {"meter"}),
    "a count of a field": (make_body(aggregation={"function": "COUNT", "field": "a"}), {"meter"}),
    "filters without groups": (make_body(filters=METER["filters"][0]), {"meter"}),  # type: ignore[index]
    "an empty group": (make_body(filters=[[]]), {"meter"}),
    "21 groups": (make_body(filters=METER["filters"][1:] * 21), {"meter"}),  # type: ignore[index]
    "an unknown operator": (make_filtered_body("MATCHES", value="a"), {"meter"}),
    "a null to compare with": (make_filtered_body("EQUALS", value=None), {"meter"}),
    "a list to compare with": (make_filtered_body("EQUALS", value=[]), {"meter"}),
    "a long text to compare with": (make_filtered_body("EQUALS", value="a" * 256), {"meter"}),
    "more than a text": (make_filtered_body("GREATER_THAN", value="1"), {"meter"}),
    "less than true": (make_filtered_body("LESS_THAN", value=True), {"meter"}),
    "a number contained": (make_filtered_body("CONTAINS", value=1), {"meter"}),
}


def test_each_wrong_field_is_named_and_nothing_is_stored(parity_table: Table) -> None:
    named = {case: set(wrong_fields(call("features/create", body=body))) for case, (body, _) in WRONG.items()}
    assert named == {case: fields for case, (_, fields) in WRONG.items()}
    assert scan_items(parity_table) == []
