"""A year in the catalogue: features and plans in all that becomes of them."""

from __future__ import annotations

from typing import Any

from tests.support.catalog import add_features, create_feature, create_plan, publish, replace_prices
from tests.support.customers import answer
from tests.support.handlers import Reply, call
from tests.support.samples import PRICES
from tests.support.usage import RAW


def call_at(operation: str, parameter: str, value: str, **request: Any) -> Reply:  # noqa: ANN401
    """Of one thing, which the path names."""
    return call(operation, parameters={parameter: value}, **request)


def a_year_of_the_catalogue() -> None:
    """What is for sale, and what is not any more."""
    feature_id = _features()
    _plans(feature_id)
    for feature in (feature_id, "new"):
        assert call_at("features/archive", "feature", feature).status == 204


def _features() -> str:
    """The id of the last one."""
    for name, kind in (("Exports", "METER"), ("SSO", "BOOLEAN"), ("Old", "METER")):
        feature = create_feature(name, kind)
    create_feature("Tokens", **RAW)
    for _ in range(2):
        call(
            "features/create", body={"name": "New", "featureType": "METER"}, headers={"Idempotency-Key": "f"}
        )
        call("plans/create", body={"name": "Idle"}, headers={"Idempotency-Key": "p"})
    call("features/list", query="search=exp")
    for name in ("exports", feature["id"]):
        answer(call_at("features/get", "feature", name), 200)
        answer(call_at("features/update", "feature", name, body={"description": name}), 200)
    return str(feature["id"])


def _plans(feature_id: str) -> None:
    create_plan("Pro")
    details = {"value": 100}
    for body in ({"feature": "exports", "details": details}, {"feature": feature_id, "details": details}):
        answer(add_features("pro", body, headers={"Idempotency-Key": str(body)}), 201)
    path = {"plan": "pro", "feature": "exports"}
    answer(call("plan_features/update", parameters=path, body={"details": {"value": 200}}), 200)
    by_id = {"plan": "pro", "feature": feature_id}
    answer(call("plan_features/update", parameters=by_id, body={"details": {"value": 5}}), 200)
    assert call("plan_features/remove", parameters=by_id).status == 204
    answer(replace_prices("pro", *PRICES, headers={"Idempotency-Key": "prices"}), 200)
    for operation in ("plans/get", "plan_features/list", "plan_prices/list"):
        answer(call_at(operation, "plan", "pro", query="version=1"), 200)
    for _ in range(2):
        answer(publish("pro", headers={"Idempotency-Key": "publish"}), 200)
    call_at("plans/update", "plan", "pro", body={"description": "New"})
    call_at("plans/discard", "plan", "pro")
    assert call_at("plans/discard", "plan", "idle").status == 204
    call("plans/list", query="search=pro")
