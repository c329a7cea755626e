"""A model of a customer: what was bought, what was used, and what a check has to answer.

Time passes from one change to the next. It has no snapshots, counters, scheduled functions or streams.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, cast

from parity.catalog.rules.feature_types import FeatureType
from tests.support.scenarios.life_levels import LevelModel, Offer, SourceModel, make_levels, make_offer
from tests.support.scenarios.life_subscription import Give, SubscriptionModel
from tests.support.scenarios.peak_usage import PeakUsage
from tests.support.scenarios.unit_charges import ChargedLevel, UnitCharges

REPORTED, SUMMED, COUNTED, PEAK = "exports", "tokens", "calls", "load"
EVENTS = {SUMMED: "SUM", COUNTED: "COUNT", PEAK: "MAX"}
"""The function of each meter that counts events. The name of the events is that of the feature."""

METERS = (REPORTED, *EVENTS)
TYPES = {
    **dict.fromkeys(METERS, FeatureType.METER),
    "seats": FeatureType.CUSTOMIZABLE,
    "sso": FeatureType.BOOLEAN,
}

Entry = dict[str, Any]


@dataclass
class AdjustmentModel:
    """An override or a grant."""

    kind: str
    feature: str
    id: str
    give: Give
    anchor: datetime
    starts: datetime
    expires: datetime | None

    def is_valid(self, at: datetime) -> bool:
        return self.starts <= at and (self.expires is None or at < self.expires)


@dataclass
class ReservationModel:
    feature: str
    amount: int
    expires: datetime


@dataclass
class CustomerModel:
    now: datetime
    archived: bool = False
    owned: dict[str, SubscriptionModel] = field(default_factory=dict)
    overrides: dict[str, AdjustmentModel] = field(default_factory=dict)
    grants: dict[str, AdjustmentModel] = field(default_factory=dict)
    reservations: dict[str, ReservationModel] = field(default_factory=dict)
    charges: dict[str, UnitCharges] = field(
        default_factory=lambda: {each: UnitCharges() for each in (REPORTED, SUMMED, COUNTED)}
    )
    peak: PeakUsage = field(default_factory=PeakUsage)
    begun: dict[tuple[str, str, str], tuple[object, datetime]] = field(default_factory=dict)
    """What each source gives, and since when."""

    @property
    def usage(self) -> dict[str, UnitCharges | PeakUsage]:
        return {**self.charges, PEAK: self.peak}

    def pass_time(self, until: datetime) -> None:
        while (due := self.next_change()) and due <= until:
            self.now = due
            for owned in self.owned.values():
                owned.pass_moment(due)
            self.refresh()
        self.now = until

    def next_change(self) -> datetime | None:
        return min((moment for moment in self._moments() if moment and moment > self.now), default=None)

    def _moments(self) -> Iterator[datetime | None]:
        for owned in self.owned.values():
            yield owned.next_change(self.now)
        for each in (*self.overrides.values(), *self.grants.values()):
            yield each.starts
            yield each.expires
        for reservation in self.reservations.values():
            yield reservation.expires
        for usage in self.usage.values():
            for level in usage.levels:
                yield level.window(self.now).end

    def refresh(self) -> None:
        """After anything has changed: goes on to the levels of now."""
        for feature, usage in self.usage.items():
            usage.enter(make_levels(self.offer(feature), adds_up=feature != PEAK), self.now)
        known = {(each.kind, each.id, feature) for feature in TYPES for each in self.sources(feature)}
        self.begun = {key: since for key, since in self.begun.items() if key in known}
        self.reservations = {
            name: each for name, each in self.reservations.items() if self.now < each.expires
        }

    def offer(self, feature: str) -> Offer:
        return make_offer(self.sources(feature))

    def sources(self, feature: str) -> list[SourceModel]:
        """An archived customer has them, too: a grant is as much used when the customer is unarchived."""
        return list(self._sources(feature))

    def _sources(self, feature: str) -> Iterator[SourceModel]:
        for owned in self.owned.values():
            give = owned.terms.give(feature)
            if give and owned.gives_access(self.now):
                anchor = owned.source_anchor(self.now)
                yield self._source(("subscription", owned.name, feature), give, anchor, _end_of_giving(owned))
        for each in (*self.overrides.values(), *self.grants.values()):
            if each.feature == feature and each.is_valid(self.now):
                yield self._source((each.kind, each.id, feature), each.give, each.anchor, each.expires)

    def _source(
        self, key: tuple[str, str, str], give: Give, anchor: datetime, ends: datetime | None
    ) -> SourceModel:
        given = (replace(give, reset_time=Give(0).reset_time), give.window_kind(anchor))
        if key not in self.begun or self.begun[key][0] != given:
            self.begun[key] = given, self.now
        return SourceModel(key[0], key[1], give, anchor, self.begun[key][1], ends)

    def reserved(self, feature: str) -> int:
        return sum(
            each.amount
            for each in self.reservations.values()
            if each.feature == feature and self.now < each.expires
        )

    def fits(self, feature: str, amount: int) -> bool:
        """Whether so much more may be used of a meter."""
        levels = self.charges[feature].giving
        if not levels:
            return False
        free = self.remaining(feature) - self.reserved(feature)
        return not self.is_hard(feature) or (free > 0 and free >= amount)

    def is_hard(self, feature: str) -> bool:
        return all(cast("LevelModel", level).hard for level in self.charges[feature].giving)

    def remaining(self, feature: str) -> int:
        return self.charges[feature].limit - self.charges[feature].held

    def count(self, feature: str, moment: datetime, value: int) -> None:
        """An event that was delivered."""
        self.usage[feature].count(moment, 1 if feature == COUNTED else value)

    def answers(self) -> dict[str, Entry]:
        """The entries that the lists of entitlements have to show."""
        if self.archived:
            return {}
        return {feature: self._answer(feature) for feature in TYPES if self.sources(feature)}

    def _answer(self, feature: str) -> Entry:
        if feature == PEAK:
            return max(map(self._answer_of_peak, self.peak.giving), key=_rank_answer)
        if feature in METERS:
            return self._answer_of_meter(feature)
        offer = self.offer(feature)
        values = [each.give.value for each in offer.base]
        granted = sum(each.give.value or 0 for each in offer.grants)
        if TYPES[feature] is FeatureType.BOOLEAN:
            return _entry(any(each.give.value for each in offer.all), None)
        if any(each.give.value is None for each in offer.all):
            return _entry(has_access=True, limit=None)
        number = max((value or 0 for value in values), default=0) + granted
        return _entry(number > 0, number)

    def _answer_of_meter(self, feature: str) -> Entry:
        charges = self.charges[feature]
        unlimited = any(level.unlimited for level in charges.giving)
        end = charges.giving[0].window(self.now).end
        return {
            "hasAccess": self.fits(feature, 0),
            "hardLimit": self.is_hard(feature),
            "usageLimit": None if unlimited else charges.limit,
            "currentUsage": charges.held,
            "remaining": None if unlimited else self.remaining(feature),
            "rolledOver": 0 if unlimited else charges.rolled_over,
            "reserved": self.reserved(feature),
            "resetAt": f"{end:%Y-%m-%d %H:%M:%S}" if end else None,
        }

    def _answer_of_peak(self, level: ChargedLevel) -> Entry:
        hard = cast("LevelModel", level).hard
        limit, used = level.limit + self.peak.carried[level.kind], self.peak.used(level.kind)
        end = level.window(self.now).end
        return {
            "hasAccess": not hard or limit > used,
            "hardLimit": hard,
            "usageLimit": None if level.unlimited else limit,
            "currentUsage": used,
            "remaining": None if level.unlimited else limit - used,
            "rolledOver": 0 if level.unlimited else self.peak.carried[level.kind],
            "reserved": 0,
            "resetAt": f"{end:%Y-%m-%d %H:%M:%S}" if end else None,
        }


def _rank_answer(answer: Entry) -> tuple[bool, bool, int]:
    """Of several windows, the one that leaves most is the answer."""
    return answer["hasAccess"], answer["usageLimit"] is None, answer["remaining"] or 0


def _entry(has_access: bool, limit: int | None) -> Entry:  # noqa: FBT001
    nothing = dict.fromkeys(("hardLimit", "currentUsage", "remaining", "rolledOver", "reserved", "resetAt"))
    return {**nothing, "hasAccess": has_access, "usageLimit": limit}


def _end_of_giving(owned: SubscriptionModel) -> datetime | None:
    """When the present terms end, as far as that is known."""
    ends = [owned.end, owned.period_end if owned.change else None]
    return min((end for end in ends if end), default=None)
