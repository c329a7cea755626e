"""Features, plans, prices and entitlements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from parity.catalog.rules import plans as rules
from parity.catalog.rules.feature_types import FeatureType
from parity.catalog.rules.features import Feature, FeatureDraft, MeterKind, new_feature
from parity.catalog.rules.plans import PlanDraft, PlanEntitlement, Price, PriceType
from parity.catalog.store.features import feature_store
from parity.catalog.store.plans import plan_store
from parity.core.periods import ChargePeriod
from parity.core.times import EPOCH, now
from tests.support.answers import expect
from tests.support.builders.events import (
    EVENT_NAME,
    FEATURE,
)
from tests.support.builders.moments import DAY, NOON
from tests.support.fakes.functions import Reply, call

MONTHLY = {"chargePeriod": "MONTHLY", "priceType": "PAID", "amount": "20.00", "currency": "USD"}
FREE = {"chargePeriod": "ONE_TIME", "priceType": "FREE"}


def create_feature(name: str = "Exports", feature_type: str = "METER", **fields: Any) -> dict[str, Any]:  # noqa: ANN401
    """The created feature, as the handler answers."""
    body = {"name": name, "featureType": feature_type, **fields}
    return expect(call("features/create", body=body), 201)


def store_feature(identifier: str) -> None:
    """Puts a BOOLEAN feature into the table, for tests that need many."""
    draft = FeatureDraft(name=identifier, feature_type=FeatureType.BOOLEAN)
    feature_store().create(new_feature(draft, id=str(uuid4()), identifier=identifier, now=now()))


def create_plan(name: str = "Pro", **fields: Any) -> dict[str, Any]:  # noqa: ANN401
    """The created plan, as the handler answers."""
    return expect(call("plans/create", body={"name": name, **fields}), 201)


def add_features(plan: str, *entitlements: dict[str, Any], **request: Any) -> Reply:  # noqa: ANN401
    body = {"planEntitlements": list(entitlements)}
    return call("plan_features/add", parameters={"plan": plan}, body=body, **request)


def replace_prices(plan: str, *prices: dict[str, Any], **request: Any) -> Reply:  # noqa: ANN401
    return call("plan_prices/replace", parameters={"plan": plan}, body={"prices": list(prices)}, **request)


def publish_plan(plan: str, **request: Any) -> Reply:  # noqa: ANN401
    return call("plans/publish", parameters={"plan": plan}, **request)


def create_published_plan(name: str = "Pro", **details_by_feature: dict[str, Any]) -> dict[str, Any]:
    """Publishes a plan with a price and with these features, which must exist; returns it as it is read."""
    plan: str = create_plan(name)["identifier"]
    if details_by_feature:
        named = [{"feature": name, "details": details} for name, details in details_by_feature.items()]
        expect(add_features(plan, *named), 201)
    expect(replace_prices(plan, MONTHLY), 200)
    expect(publish_plan(plan), 200)
    return get_plan(plan)


def edit_plan(plan: str = "pro", **changes: Any) -> Reply:  # noqa: ANN401
    return call("plans/update", parameters={"plan": plan}, body=changes)


def get_plan(plan: str = "pro", version: int | None = None) -> dict[str, Any]:
    return _read_plan("plans/get", plan, version)


def list_plan_features(plan: str = "pro", version: int | None = None) -> dict[str, Any]:
    """The details of each feature of a version."""
    page = _read_plan("plan_features/list", plan, version)
    assert page["count"] == len(page["results"])
    return {row["feature"]: row["details"] for row in page["results"]}


def list_plan_prices(plan: str = "pro", version: int | None = None) -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = _read_plan("plan_prices/list", plan, version)["results"]
    return results


def _read_plan(operation: str, plan: str, version: int | None) -> dict[str, Any]:
    query = f"version={version}" if version else ""
    return expect(call(operation, parameters={"plan": plan}, query=query), 200)


def archive_plan(plan: str = "pro", **headers: str) -> Reply:
    return call("plans/archive", parameters={"plan": plan}, headers=headers)


def archive_feature(feature: str = "exports", **headers: str) -> Reply:
    return call("features/archive", parameters={"feature": feature}, headers=headers)


COUNTED_FROM_EVENTS: dict[str, Any] = {
    "featureDetails": {"featureSubType": "RAW_EVENTS"},
    "meter": {"eventName": "done", "aggregation": {"function": "SUM", "field": "n"}},
}
"""Fields of a feature whose usage is counted from events."""


def store_metered_feature(identifier: str, function: str | None = None) -> None:
    """Stores a feature of 1970: no event is too old for it. Without a function its usage is reported."""
    aggregation = {"function": function, "field": None if function == "COUNT" else "n"}
    meter = {"eventName": identifier, "aggregation": aggregation, "filters": []}
    draft = FeatureDraft(
        name=identifier,
        feature_type=FeatureType.METER,
        meter_kind=MeterKind.RAW_EVENTS if function else None,
        meter=meter if function else None,
    )
    made = new_feature(draft, id=str(uuid4()), identifier=identifier, now=EPOCH)
    feature_store().create(made)


def store_meter(function: str = "COUNT", feature: str = FEATURE, filters: Sequence[Any] = ()) -> Feature:
    """Stores a feature that counts `completion` events by their `amount`. COUNT needs no field."""
    field = None if function == "COUNT" else "amount"
    meter = {
        "eventName": EVENT_NAME,
        "aggregation": {"function": function, "field": field},
        "filters": filters,
    }
    draft = FeatureDraft(
        name=feature, feature_type=FeatureType.METER, meter_kind=MeterKind.RAW_EVENTS, meter=meter
    )
    made = new_feature(draft, id=str(uuid4()), identifier=feature, now=NOON - 400 * DAY)
    feature_store().create(made)
    return made


def make_entitlement(
    feature: str = "exports",
    value: int | None = 100,
    feature_type: FeatureType = FeatureType.METER,
    **details: Any,  # noqa: ANN401
) -> PlanEntitlement:
    return PlanEntitlement(feature=feature, feature_type=feature_type, value=value, **details)


def make_hard_limit(value: int | None = 100, **details: Any) -> PlanEntitlement:  # noqa: ANN401
    """An entitlement with a hard limit, unless the details say otherwise."""
    return make_entitlement(value=value, feature_type=FeatureType.METER, **{"hard_limit": True, **details})


def make_price(period: str = "MONTHLY", amount: str = "20.00", **details: Any) -> Price:  # noqa: ANN401
    kind = PriceType.PAID if amount.strip("0.") else PriceType.FREE
    return Price(charge_period=ChargePeriod(period), price_type=kind, amount=amount, **details)


def sell_plan(
    identifier: str = "pro", *prices: Price, gives: tuple[PlanEntitlement, ...] = (make_entitlement(),)
) -> None:
    """Publishes the plan, or its next version. Its price is 20 USD a month unless given."""
    changes = {"prices": prices or (make_price(),), "entitlements": gives, "name": identifier.title()}
    store = plan_store()
    sold = {plan.identifier: plan for plan in store.all()}
    if identifier in sold:
        plan = sold[identifier]
        plan_at_version = rules.PlanAtVersion(plan, store.get_version(identifier, plan.newest))
    else:
        plan_at_version = rules.new_plan(
            PlanDraft(name=identifier), id=str(uuid4()), identifier=identifier, now=now()
        )
        store.create(plan_at_version)
    draft = rules.change_plan(plan_at_version, changes, now())
    store.edit(plan_at_version.plan, draft)
    published = rules.publish_draft(draft, now())
    store.publish(draft.plan, published, store.read_revision(), None)
