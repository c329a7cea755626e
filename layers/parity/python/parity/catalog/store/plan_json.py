"""Prices and entitlements of a plan as JSON within an item. Fields that have their default are left out."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from parity.catalog.rules.feature_types import FeatureType
from parity.catalog.rules.plans import PlanEntitlement, Price, PriceType
from parity.core.periods import ChargePeriod, Reset, ResetTime

if TYPE_CHECKING:
    from collections.abc import Mapping


def price_to_json(price: Price) -> dict[str, Any]:
    return _without_defaults(price)


def price_from_json(value: Mapping[str, Any]) -> Price:
    kinds = {"charge_period": ChargePeriod, "price_type": PriceType}
    return Price(**_parse_kinds(value, kinds))


def entitlement_to_json(entitlement: PlanEntitlement) -> dict[str, Any]:
    return _without_defaults(entitlement)


def entitlement_from_json(value: Mapping[str, Any]) -> PlanEntitlement:
    kinds = {"feature_type": FeatureType, "reset": Reset, "reset_time": ResetTime}
    return PlanEntitlement(**_parse_kinds(value, kinds))


def _without_defaults(instance: Price | PlanEntitlement) -> dict[str, Any]:
    values = {field.name: (getattr(instance, field.name), field.default) for field in fields(instance)}
    return {name: value for name, (value, default) in values.items() if value != default}


def _parse_kinds(value: Mapping[str, Any], kinds: Mapping[str, Any]) -> dict[str, Any]:
    return {name: kinds[name](part) if name in kinds else part for name, part in value.items()}
