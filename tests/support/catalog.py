"""Features and plans for tests, made by the handlers."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from parity.catalog.rules.features import FeatureDraft, FeatureType, new_feature
from parity.catalog.store.features import feature_store
from parity.core.times import now
from tests.support.customers import answer
from tests.support.handlers import Reply, call

MONTHLY = {"chargePeriod": "MONTHLY", "priceType": "PAID", "amount": "20.00", "currency": "USD"}
FREE = {"chargePeriod": "ONE_TIME", "priceType": "FREE"}


def create_feature(name: str = "Exports", feature_type: str = "METER", **fields: Any) -> dict[str, Any]:  # noqa: ANN401
    """The answer to creating a feature."""
    body = {"name": name, "featureType": feature_type, **fields}
    return answer(call("features/create", body=body), 201)


def store_feature(identifier: str) -> None:
    """A BOOLEAN feature put into the table: for tests that need many."""
    draft = FeatureDraft(name=identifier, feature_type=FeatureType.BOOLEAN)
    feature_store().create(new_feature(draft, id=str(uuid4()), identifier=identifier, now=now()))


def create_plan(name: str = "Pro", **fields: Any) -> dict[str, Any]:  # noqa: ANN401
    """The answer to creating a plan."""
    return answer(call("plans/create", body={"name": name, **fields}), 201)


def add_features(plan: str, *entitlements: dict[str, Any], **request: Any) -> Reply:  # noqa: ANN401
    body = {"planEntitlements": list(entitlements)}
    return call("plan_features/add", parameters={"plan": plan}, body=body, **request)


def replace_prices(plan: str, *prices: dict[str, Any], **request: Any) -> Reply:  # noqa: ANN401
    return call("plan_prices/replace", parameters={"plan": plan}, body={"prices": list(prices)}, **request)


def publish(plan: str, **request: Any) -> Reply:  # noqa: ANN401
    return call("plans/publish", parameters={"plan": plan}, **request)


def published_plan(name: str = "Pro", **details_by_feature: dict[str, Any]) -> dict[str, Any]:
    """A plan with a price and with these features (which must exist), as it is read once published."""
    plan: str = create_plan(name)["identifier"]
    if details_by_feature:
        named = [{"feature": name, "details": details} for name, details in details_by_feature.items()]
        answer(add_features(plan, *named), 201)
    answer(replace_prices(plan, MONTHLY), 200)
    answer(publish(plan), 200)
    return get_plan(plan)


def edit_plan(plan: str = "pro", **changes: Any) -> Reply:  # noqa: ANN401
    return call("plans/update", parameters={"plan": plan}, body=changes)


def get_plan(plan: str = "pro", version: int | None = None) -> dict[str, Any]:
    return _read("plans/get", plan, version)


def features_of(plan: str = "pro", version: int | None = None) -> dict[str, Any]:
    """What a version of the plan says, by feature."""
    page = _read("plan_features/list", plan, version)
    assert page["count"] == len(page["results"])
    return {row["feature"]: row["details"] for row in page["results"]}


def prices_of(plan: str = "pro", version: int | None = None) -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = _read("plan_prices/list", plan, version)["results"]
    return results


def _read(operation: str, plan: str, version: int | None) -> dict[str, Any]:
    query = f"version={version}" if version else ""
    return answer(call(operation, parameters={"plan": plan}, query=query), 200)


def archive_plan(plan: str = "pro", **headers: str) -> Reply:
    return call("plans/archive", parameters={"plan": plan}, headers=headers)


def archive_feature(feature: str = "exports", **headers: str) -> Reply:
    return call("features/archive", parameters={"feature": feature}, headers=headers)
