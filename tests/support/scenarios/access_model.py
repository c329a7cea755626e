"""A model of who has access to what, and when. It has no snapshots, scheduled functions or streams."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from parity.catalog.rules.feature_types import FeatureType
from tests.support.builders.catalog import create_feature, make_entitlement, make_price, sell_plan
from tests.support.builders.customers import create_customer
from tests.support.builders.entitlements import check_entitlements
from tests.support.builders.moments import DAY
from tests.support.fakes.functions import load_handler

START = datetime(2026, 1, 30, 10, 30, tzinfo=UTC)
WEEK = 7 * DAY
PAYMENT_DEADLINE = DAY
RETRY_WINDOW = 14 * DAY

PLANS = {"pro": {"exports": 100, "sso": 1}, "team": {"exports": 500, "seats": 5}}
"""What each plan gives; every price is by the week."""

TYPES = {"exports": FeatureType.METER, "seats": FeatureType.CUSTOMIZABLE, "sso": FeatureType.BOOLEAN}
LIVE = {"scheduled", "incomplete", "trialing", "active", "past_due"}
CLOCKED = [
    "customers/create",
    "customers/archive",
    "customers/unarchive",
    "overrides/set",
    "overrides/remove",
    "grants/create",
    "grants/list",
    "grants/remove",
    "entitlements/check",
    "entitlements/recompute",
    "subscriptions/create",
    "subscriptions/update",
    "subscriptions/cancel",
    "subscriptions/undo",
    "subscriptions/pay",
]
"""The operations that look at the clock."""

Answer = dict[str, tuple[bool, int | None]]
"""By feature: whether there is access, and the limit or the number."""


class Clock:
    def __init__(self) -> None:
        self.moment = START

    def __call__(self) -> datetime:
        return self.moment


@dataclass
class SubscriptionModel:
    """A subscription, as far as access depends on it."""

    plan: str
    start: datetime
    trial_end: datetime | None
    awaited_since: datetime | None
    failing_since: datetime | None = None
    cancel_on: datetime | None = None
    change: str | None = None
    change_on: datetime | None = None
    is_over: bool = False

    def settle(self, at: datetime) -> None:
        """Applies what time alone changes: the end, and a change of the plan."""
        waits = [
            self.cancel_on,
            self.failing_since and self.failing_since + RETRY_WINDOW,
            self.awaited_since and self.awaited_since + PAYMENT_DEADLINE,
        ]
        end = min((moment for moment in waits if moment), default=None)
        if self.change and self.change_on and self.change_on <= at and not (end and end <= self.change_on):
            self.plan, self.change = self.change, None
        self.is_over |= end is not None and end <= at

    def state(self, at: datetime) -> str:
        if self.is_over:
            return "over"
        if self.awaited_since:
            return "incomplete"
        if at < self.start:
            return "scheduled"
        if self.trial_end and at < self.trial_end:
            return "trialing"
        return "past_due" if self.failing_since else "active"

    def period_end(self, at: datetime) -> datetime:
        if self.trial_end and at < self.trial_end:
            return self.trial_end
        anchor = self.trial_end or self.start
        return anchor + (max(at - anchor, timedelta()) // WEEK + 1) * WEEK

    def gives(self, at: datetime) -> dict[str, int]:
        return PLANS[self.plan] if self.state(at) in {"trialing", "active", "past_due"} else {}


@dataclass
class OverrideModel:
    value: int
    expires_on: datetime | None
    starts_on: datetime | None = None

    def is_valid(self, at: datetime) -> bool:
        has_started = self.starts_on is None or self.starts_on <= at
        return has_started and (self.expires_on is None or at < self.expires_on)


@dataclass
class AccessModel:
    """A customer: subscriptions, overrides by feature, and grants by id."""

    archived: bool = False
    owned: dict[str, SubscriptionModel] = field(default_factory=dict)
    overrides: dict[str, OverrideModel] = field(default_factory=dict)
    grants: dict[str, OverrideModel] = field(default_factory=dict)

    def settle(self, at: datetime) -> None:
        for owned in self.owned.values():
            owned.settle(at)

    def access(self, at: datetime) -> Answer:
        if self.archived:
            return {}
        answers = {feature: self._answer(feature, at) for feature in TYPES}
        return {feature: answer for feature, answer in answers.items() if answer is not None}

    def _answer(self, feature: str, at: datetime) -> tuple[bool, int | None] | None:
        plans = [given[feature] for owned in self.owned.values() if feature in (given := owned.gives(at))]
        base = self._values_of(self.overrides, feature, at) or plans
        grants = self._values_of(self.grants, feature, at)
        if not base + grants:
            return None
        if TYPES[feature] is FeatureType.BOOLEAN:
            return any(base + grants), None
        number = sum(base) if TYPES[feature] is FeatureType.METER else max(base, default=0)
        return number + sum(grants) > 0, number + sum(grants)

    def _values_of(self, adjusted: dict[str, OverrideModel], feature: str, at: datetime) -> list[int]:
        """Of those of the feature that are valid: an id begins with the feature."""
        return [
            each.value
            for name, each in adjusted.items()
            if name.split(".")[0] == feature and each.is_valid(at)
        ]


def _read_entry(entry: dict[str, Any]) -> tuple[str, tuple[bool, int | None]]:
    assert entry["featureType"] == TYPES[entry["featureId"]]
    if entry["featureType"] == FeatureType.METER:
        assert entry["hardLimit"] is True
        assert (entry["currentUsage"], entry["remaining"]) == (0, entry["usageLimit"])
    return entry["featureId"], (entry["hasAccess"], entry["usageLimit"])


def read_access() -> Answer:
    """What a check answers, after a check that there is one entry for each feature."""
    return dict(map(_read_entry, check_entitlements().values()))


def prepare_catalog() -> None:
    """The features, the plans, and the customer `acme`."""
    for identifier, feature_type in TYPES.items():
        create_feature(identifier, feature_type.value, identifier=identifier)
    for plan, gives in PLANS.items():
        given_by_plan = tuple(
            make_entitlement(name, value, TYPES[name], hard_limit=True) for name, value in gives.items()
        )
        sell_plan(plan, make_price("WEEKLY"), gives=given_by_plan)
    create_customer("Acme")


def set_model_clock(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    for operation in CLOCKED:
        monkeypatch.setattr(load_handler(operation), "now", clock)
