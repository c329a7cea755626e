"""The catalogue of the model: its features, and plans whose versions are published through the handlers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from hypothesis import strategies as st

from parity.catalog.rules.feature_types import FeatureType
from parity.core.periods import Reset, ResetTime
from parity.entitlements.rules.sources import Rollover
from tests.support.answers import expect
from tests.support.builders.catalog import (
    add_features,
    create_feature,
    create_plan,
    edit_plan,
    publish_plan,
    replace_prices,
)
from tests.support.builders.customers import create_customer
from tests.support.fakes.functions import call
from tests.support.scenarios.life_model import EVENTS, TYPES
from tests.support.scenarios.life_subscription import Give

PLANS = ("pro", "team")
PERIODS = ("WEEKLY", "MONTHLY", "YEARLY")
TRIAL_DAYS = {"pro": 0, "team": 3}

RESETS = (Reset.EVERY_DAY, Reset.EVERY_WEEK, Reset.EVERY_28_DAYS, Reset.EVERY_MONTH)
ROLLOVERS = st.none() | st.builds(Rollover, st.sampled_from([30, 50, 100]), st.sampled_from([None, 5]))
LIMITS = st.sampled_from([0, 1, 3, 8, 12, 20])


@st.composite
def draw_meter_give(draw: st.DrawFn) -> Give:
    unlimited = draw(st.integers(0, 9)) == 0
    reset = draw(st.sampled_from((Reset.NEVER, *RESETS)))
    return Give(
        value=None if unlimited else draw(LIMITS),
        hard=not unlimited and draw(st.integers(0, 5)) > 0,
        reset=reset,
        reset_time=draw(st.sampled_from(ResetTime)),
        rollover=None if reset is Reset.NEVER else draw(ROLLOVERS),
    )


GIVES: dict[FeatureType, st.SearchStrategy[Give]] = {
    FeatureType.METER: draw_meter_give(),
    FeatureType.CUSTOMIZABLE: st.builds(Give, st.sampled_from([None, 0, 2, 5])),
    FeatureType.BOOLEAN: st.builds(Give, st.sampled_from([0, 1, 1])),
}


@st.composite
def draw_gives(draw: st.DrawFn) -> dict[str, Give]:
    """What a version of a plan gives of some features."""
    return {
        feature: draw(GIVES[feature_type])
        for feature, feature_type in TYPES.items()
        if feature_type is FeatureType.METER or draw(st.booleans())
        if draw(st.integers(0, 4))
    }


def details_of(feature: str, give: Give) -> dict[str, Any]:
    """As a request has it."""
    if TYPES[feature] is FeatureType.BOOLEAN:
        return {"value": bool(give.value)}
    value = {"hasUnlimitedUsage": True} if give.value is None else {"value": give.value}
    if TYPES[feature] is FeatureType.CUSTOMIZABLE:
        return value
    rollover = {"enabled": True, **asdict(give.rollover)} if give.rollover else None
    more = {"reset": give.reset, "resetTime": give.reset_time, "rollover": rollover}
    return {**value, "hardLimit": give.hard, **{name: each for name, each in more.items() if each}}


@dataclass
class CatalogModel:
    """The published version of each plan: its number, and what it gives."""

    published: dict[str, tuple[int, Mapping[str, Give]]] = field(default_factory=dict)

    def create(self, plan: str, gives: Mapping[str, Give]) -> None:
        create_plan(plan, identifier=plan)
        prices = [
            {
                "chargePeriod": period,
                "priceType": "PAID",
                "amount": "20.00",
                "currency": "USD",
                **({"trialPeriod": TRIAL_DAYS[plan]} if TRIAL_DAYS[plan] else {}),
            }
            for period in PERIODS
        ]
        expect(replace_prices(plan, *prices), 200)
        self._publish(plan, gives)

    def publish(self, plan: str, gives: Mapping[str, Give], *, migrates: bool = False) -> int:
        """Publishes another version; returns its number."""
        for feature in self.published[plan][1]:
            path = {"plan": plan, "feature": feature}
            assert call("plan_features/remove", parameters=path).status < 300
        expect(edit_plan(plan, description=f"after version {self.published[plan][0]}"), 200)
        return self._publish(plan, gives, migrates=migrates)

    def _publish(self, plan: str, gives: Mapping[str, Give], *, migrates: bool = False) -> int:
        added = [{"feature": name, "details": details_of(name, give)} for name, give in gives.items()]
        if added:
            expect(add_features(plan, *added), 201)
        body = {"updateFeatures": True} if migrates else None
        version: int = expect(publish_plan(plan, body=body), 200)["version"]
        self.published[plan] = version, dict(gives)
        return version


def prepare_life() -> None:
    """The features, and the customer `acme`."""
    for identifier, feature_type in TYPES.items():
        meter = {}
        if function := EVENTS.get(identifier):
            aggregation = {"function": function, "field": None if function == "COUNT" else "n"}
            meter = {
                "featureDetails": {"featureSubType": "RAW_EVENTS"},
                "meter": {"eventName": identifier, "aggregation": aggregation},
            }
        create_feature(identifier, feature_type.value, identifier=identifier, **meter)
    create_customer("Acme")
