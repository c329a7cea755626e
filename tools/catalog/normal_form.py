"""The normal form of features and plans: what is the same in the API has the same normal form.

`{"value": 5}` and `{"value": 5, "reset": "NEVER"}` have the same, and so have the amounts `20` and `20.00`.
The code of the API makes it, so what the API would refuse is refused before anything is sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from parity.catalog.api.features import FeatureCreate, FeatureModel
from parity.catalog.api.plan_features import EntitlementDetailsModel, PlanEntitlementCreate
from parity.catalog.api.plan_prices import PriceInput, PriceModel
from parity.catalog.api.plans import PlanCreate
from parity.catalog.rules.features import Feature, new_feature
from parity.catalog.rules.plan_entitlements import EntitlementDetails, new_entitlement
from parity.catalog.rules.prices import check_periods
from parity.core.errors import InvalidFieldsError

Json = dict[str, Any]

FEATURE_FIELDS = ("name", "featureType", "description", "featureDetails", "meter", "metadata")
PLAN_FIELDS = ("name", "description", "metadata", "maxPerCustomer")


class CatalogueError(Exception):
    """The catalogue cannot be used; its text says where and why."""


def make_feature(identifier: str, fields: Mapping[str, Any]) -> Feature:
    """The feature that the API would create. Raises CatalogueError."""
    with _at(f"features.{identifier}"):
        draft = FeatureCreate.model_validate({**fields, "identifier": identifier}).to_draft()
        return new_feature(draft, id="", identifier=identifier, now=datetime.now(UTC))


def normal_feature(feature: Feature) -> Json:
    answer = FeatureModel.of(feature).model_dump(mode="json", by_alias=True, exclude_none=True)
    return {name: answer[name] for name in FEATURE_FIELDS if name in answer}


def normal_plan(identifier: str, plan: Mapping[str, Any], features: Mapping[str, Feature]) -> Json:
    """`features` are all that the plan may have. Raises CatalogueError."""
    at = f"plans.{identifier}"
    fields = {name: value for name, value in plan.items() if name not in {"features", "prices"}}
    with _at(at):
        model = PlanCreate.model_validate({**fields, "identifier": identifier})
    answer = model.model_dump(mode="json", by_alias=True, exclude_none=True)
    return {
        **{name: answer[name] for name in PLAN_FIELDS if name in answer},
        "features": {
            name: _normal_details(f"{at}.features.{name}", name, details, features)
            for name, details in (plan.get("features") or {}).items()
        },
        "prices": _normal_prices(f"{at}.prices", plan.get("prices") or {}),
    }


def full_details(details: Mapping[str, Any]) -> Json:
    """The details with all fields, as a PATCH needs them that leaves nothing as it was."""
    return EntitlementDetailsModel.model_validate(details).model_dump(
        mode="json", by_alias=True, exclude={"is_inherited", "is_value_overridden"}
    )


def _normal_details(at: str, name: str, details: Mapping[str, Any], features: Mapping[str, Feature]) -> Json:
    feature = features.get(name)
    if feature is None:
        raise CatalogueError(f"{at}: there is no feature {name!r}.")
    with _at(at):
        given = PlanEntitlementCreate.model_validate({"feature": name, "details": details or {}})
        entitlement = new_entitlement(feature, EntitlementDetails(**given.details.changes()), "")
    return EntitlementDetailsModel.of(entitlement).model_dump(
        mode="json", by_alias=True, exclude_defaults=True
    )


def _normal_prices(at: str, prices: Mapping[str, Any]) -> Json:
    with _at(at):
        made = [
            PriceInput.model_validate({**price, "chargePeriod": period}).to_price(period)
            for period, price in prices.items()
        ]
        check_periods(made)
    return {price.charge_period.value: _normal_price(PriceModel.of(price)) for price in made}


def _normal_price(price: PriceModel) -> Json:
    fields = price.model_dump(mode="json", by_alias=True, exclude={"charge_period", "free_trial", "enabled"})
    return {name: value for name, value in fields.items() if value != 0}


@contextmanager
def _at(place: str) -> Iterator[None]:
    """Says of errors in the block where in the catalogue they are."""
    try:
        yield
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        raise CatalogueError(f"{place}: {wrong}") from error
    except InvalidFieldsError as error:
        raise CatalogueError(f"{place}: {error}") from error
    except TypeError as error:
        raise CatalogueError(f"{place}: {error}") from error
