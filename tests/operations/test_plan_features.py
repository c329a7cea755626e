"""/api/v1/catalog/plans/{plan}/features: what a plan says of features."""

from __future__ import annotations

from typing import Any

import pytest

from parity.dynamodb.table import Table
from tests.support.answers import expect, refusal, wrong_fields
from tests.support.builders.catalog import (
    add_features,
    archive_feature,
    create_feature,
    create_plan,
    create_published_plan,
    get_plan,
    list_plan_features,
    store_feature,
)
from tests.support.fakes.functions import Reply, call
from tests.support.fakes.tables import lose_first_answer, scan_items

DEFAULTS = {
    "value": None,
    "hasUnlimitedUsage": False,
    "hardLimit": True,
    "reset": "NEVER",
    "resetTime": "BEGINNING_OF_PERIOD",
    "rollover": None,
    "usageAlerts": None,
}
METERED = {
    "value": 2**53,
    "hasUnlimitedUsage": False,
    "hardLimit": False,
    "reset": "EVERY_QUARTER",
    "resetTime": "SUBSCRIPTION_START",
    "rollover": {"enabled": True, "percentage": 50, "limit": 100},
    "usageAlerts": {"enabled": True, "thresholds": [80, 100], "thresholdType": "PERCENTAGE"},
}


@pytest.fixture(autouse=True)
def _catalog(parity_table: Table) -> None:
    create_feature("Exports", "METER")
    create_feature("Seats", "CUSTOMIZABLE")
    create_feature("SSO", "BOOLEAN")
    create_feature("Fine", "BOOLEAN")
    create_plan("Pro")


def add_feature(feature: str = "exports", **details: Any) -> Reply:  # noqa: ANN401
    return add_features("pro", {"feature": feature, "details": details})


def change_feature(feature: str = "exports", **details: Any) -> Reply:  # noqa: ANN401
    parameters = {"plan": "pro", "feature": feature}
    return call("plan_features/update", parameters=parameters, body={"details": details})


def remove_feature(feature: str = "exports") -> Reply:
    return call("plan_features/remove", parameters={"plan": "pro", "feature": feature})


def test_features_keep_their_details_and_their_order() -> None:
    reply = add_features(
        "pro",
        {"feature": "sso", "details": {"value": False}},
        {"feature": "exports", "details": METERED},
        {"feature": "seats", "details": {"hasUnlimitedUsage": True, "hardLimit": True, "value": 7}},
    )
    body = expect(reply, 201)
    assert (body["count"], body["planVersion"], reply.headers["etag"]) == (3, 1, '"2"')
    assert [(row["feature"], row["featureType"]) for row in body["results"]] == [
        ("sso", "BOOLEAN"),
        ("exports", "METER"),
        ("seats", "CUSTOMIZABLE"),
    ]
    assert list_plan_features() == {
        "sso": DEFAULTS | {"value": False},
        "exports": METERED,
        "seats": DEFAULTS | {"hasUnlimitedUsage": True, "hardLimit": False},
    }


def test_a_read_answer_can_be_sent_back() -> None:
    add_feature("exports", **METERED)
    listed = expect(call("plan_features/list", parameters={"plan": "pro"}), 200)["results"]
    create_plan("Team")
    sent = [{"feature": row["feature"], "details": row["details"]} for row in listed]
    assert expect(add_features("team", *sent), 201)["results"] == listed


def test_keys_may_be_in_snake_case_and_the_vendors_own_mean_nothing() -> None:
    alerts = {"enabled": True, "threshold_type": "BALANCE", "thresholds": [0]}
    entitlement = {
        "feature": "exports",
        "details": {"has_unlimited_usage": True, "usage_alerts": alerts, "isInherited": True},
    }
    parameters, body = {"plan": "pro"}, {"plan_entitlements": [entitlement]}
    expect(call("plan_features/add", parameters=parameters, body=body), 201)
    assert list_plan_features()["exports"]["usageAlerts"]["thresholdType"] == "BALANCE"


def test_a_feature_may_be_named_by_its_id_everywhere() -> None:
    made = create_feature("Ids", "CUSTOMIZABLE")["id"]
    expect(add_feature(made, value=1), 201)
    assert expect(change_feature(made, value=2), 200)["feature"] == "ids"
    assert list_plan_features()["ids"]["value"] == 2
    assert remove_feature(made).status == 204
    assert list_plan_features() == {}


def test_a_boolean_feature_is_on_by_default() -> None:
    expect(add_features("pro", {"feature": "sso"}), 201)
    assert list_plan_features() == {"sso": DEFAULTS | {"value": True}}


def test_a_plan_has_a_feature_once(parity_table: Table) -> None:
    expect(add_feature(value=1), 201)
    before = scan_items(parity_table)
    assert refusal(add_feature(value=1)) == (409, "plan_feature_already_exists")
    made = expect(call("features/get", parameters={"feature": "seats"}), 200)["id"]
    both = [{"feature": name, "details": {"value": 1}} for name in ("seats", made)]
    reply = add_features("pro", *both)
    assert wrong_fields(reply) == {"planEntitlements": 1}
    assert reply.body["errors"][0]["pointer"] == "#/planEntitlements/1/feature"
    assert scan_items(parity_table) == before


def test_the_same_key_adds_once() -> None:
    sent = {"feature": "exports", "details": {"value": 1}}
    first, again = (add_features("pro", sent, headers={"Idempotency-Key": "k"}) for _ in range(2))
    assert (again.status, again.body, again.headers["etag"]) == (201, first.body, first.headers["etag"])


def test_a_lost_answer_is_no_conflict(parity_table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = lose_first_answer(parity_table, monkeypatch)
    assert add_feature(value=1).status == 201
    assert lost


WRONG: dict[str, tuple[dict[str, Any], set[str]]] = {
    "an unknown feature": ({"feature": "nope"}, {"feature"}),
    "an unknown id": ({"feature": "6f0d2c1e-41b7-4c57-9a0e-2f3d8b7a5510"}, {"feature"}),
    "no feature": ({"details": {}}, {"feature"}),
    "a feature in upper case": ({"feature": "SSO"}, {"feature"}),
    "a number for a switch": ({"feature": "sso", "details": {"value": 1}}, {"details/value"}),
    "an unlimited switch": (
        {"feature": "sso", "details": {"hasUnlimitedUsage": True}},
        {"details/hasUnlimitedUsage"},
    ),
    "no value": ({"feature": "seats"}, {"details/value"}),
    "a switch for a number": ({"feature": "seats", "details": {"value": True}}, {"details/value"}),
    "a negative value": ({"feature": "seats", "details": {"value": -1}}, {"details/value"}),
    "half a seat": ({"feature": "seats", "details": {"value": 1.5}}, {"details/value"}),
    "a text": ({"feature": "seats", "details": {"value": "5"}}, {"details/value"}),
    "over 2^53": ({"feature": "seats", "details": {"value": 2**53 + 1}}, {"details/value"}),
    "4,000 digits": ({"feature": "seats", "details": {"value": 10**4000}}, {"details/value"}),
    "a reset without a meter": (
        {"feature": "seats", "details": {"value": 1, "reset": "EVERY_DAY"}},
        {"details/reset"},
    ),
    "an unknown reset": (
        {"feature": "exports", "details": {"value": 1, "reset": "EVERY_SECOND"}},
        {"details/reset"},
    ),
    "rollover without a reset": (
        {"feature": "exports", "details": {"value": 1, "rollover": {"enabled": True}}},
        {"details/rollover"},
    ),
    "alerts without a meter": (
        {"feature": "seats", "details": {"value": 1, "usageAlerts": {"enabled": True}}},
        {"details/usageAlerts"},
    ),
    "101 percent": (
        {"feature": "exports", "details": {"value": 1, "rollover": {"percentage": 101}}},
        {"details/rollover/percentage"},
    ),
    "a hard limit as text": (
        {"feature": "exports", "details": {"value": 1, "hardLimit": "yes"}},
        {"details/hardLimit"},
    ),
    "an unknown field": ({"feature": "sso", "details": {"nope": 1}}, {"details/nope"}),
}


def test_each_wrong_field_is_named_by_its_place_and_nothing_is_stored(parity_table: Table) -> None:
    before = scan_items(parity_table)
    named = {}
    for case, (wrong, _) in WRONG.items():
        reply = add_features("pro", {"feature": "fine"}, wrong)
        assert wrong_fields(reply).keys() == {"planEntitlements"}, case
        named[case] = {
            error["pointer"].removeprefix("#/planEntitlements/1/") for error in reply.body["errors"]
        }
    assert named == {case: fields for case, (_, fields) in WRONG.items()}
    assert scan_items(parity_table) == before


@pytest.mark.parametrize("body", [{}, {"planEntitlements": []}, {"planEntitlements": {}}, [], None], ids=str)
def test_a_body_without_features_is_refused(body: Any) -> None:  # noqa: ANN401
    assert refusal(call("plan_features/add", parameters={"plan": "pro"}, body=body))[0] == 400


def test_an_archived_feature_is_not_added() -> None:
    archive_feature("sso")
    reply = add_features("pro", {"feature": "sso"})
    assert wrong_fields(reply) == {"planEntitlements": 1}
    assert "archived" in reply.body["detail"]


def test_a_plan_has_at_most_a_hundred_features() -> None:
    for number in range(101):
        store_feature(f"f-{number}")
    all_of_them = [{"feature": f"f-{number}"} for number in range(101)]
    assert wrong_fields(add_features("pro", *all_of_them)) == {"planEntitlements": 1}
    assert expect(add_features("pro", *all_of_them[:100]), 201)["count"] == 100
    assert wrong_fields(add_features("pro", all_of_them[100])) == {"planEntitlements": 1}
    assert len(list_plan_features()) == 100
    create_published_plan("Team", **{f"f-{number}": {} for number in range(100)})


def test_a_change_keeps_the_other_details() -> None:
    add_feature("exports", **METERED)
    reply = change_feature(value=5, rollover=None)
    changed = METERED | {"value": 5, "rollover": None}
    assert expect(reply, 200) == {"feature": "exports", "featureType": "METER", "details": changed}
    assert reply.headers["etag"] == '"3"'
    assert list_plan_features() == {"exports": changed}


def test_a_value_limits_what_was_unlimited() -> None:
    add_feature(hasUnlimitedUsage=True)
    details = expect(change_feature(value=5), 200)["details"]
    assert (details["value"], details["hasUnlimitedUsage"], details["hardLimit"]) == (5, False, True)
    assert expect(change_feature(hasUnlimitedUsage=True), 200)["details"]["value"] is None
    assert wrong_fields(change_feature(hasUnlimitedUsage=False)) == {"details": 1}


def test_a_published_version_keeps_its_features() -> None:
    create_published_plan("Team", exports={"value": 10}, sso={})
    parameters = {"plan": "team", "feature": "exports"}
    body = {"details": {"value": 10}}
    assert call("plan_features/update", parameters=parameters, body=body).status == 200
    assert get_plan("team")["draftVersion"] is None
    expect(call("plan_features/update", parameters=parameters, body={"details": {"value": 20}}), 200)
    assert call("plan_features/remove", parameters={"plan": "team", "feature": "sso"}).status == 204
    expect(add_features("team", {"feature": "seats", "details": {"value": 1}}), 201)
    assert {name: row["value"] for name, row in list_plan_features("team").items()} == {
        "exports": 10,
        "sso": True,
    }
    draft = list_plan_features("team", 2)
    assert {name: row["value"] for name, row in draft.items()} == {"exports": 20, "seats": 1}


def test_a_feature_that_the_plan_lacks_is_not_found() -> None:
    assert refusal(change_feature("nope", value=1)) == (404, "feature_not_found")
    assert refusal(change_feature("sso", value=True)) == (404, "plan_feature_not_found")
    assert refusal(remove_feature("sso")) == (404, "plan_feature_not_found")
    assert refusal(remove_feature("6f0d2c1e-41b7-4c57-9a0e-2f3d8b7a5510")) == (404, "feature_not_found")


def test_if_match_guards_every_change() -> None:
    headers, parameters = {"If-Match": '"7"'}, {"plan": "pro", "feature": "sso"}
    sso = {"feature": "sso"}
    for reply in (
        add_features("pro", sso, headers=headers),
        call("plan_features/update", parameters=parameters, body={"details": {}}, headers=headers),
        call("plan_features/remove", parameters=parameters, headers=headers),
    ):
        assert refusal(reply) == (412, "precondition_failed")
