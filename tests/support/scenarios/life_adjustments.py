"""Rules of the life of a customer: overrides and grants."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from parity.catalog.rules.feature_types import FeatureType
from parity.core.periods import Reset, ResetTime
from parity.core.times import to_iso
from tests.support.builders.entitlements import remove_grant, remove_override, send_grant, send_override
from tests.support.builders.moments import DAY
from tests.support.scenarios.life_catalog import GIVES, RESETS, details_of
from tests.support.scenarios.life_machine import LifeMachine
from tests.support.scenarios.life_model import METERS, TYPES, AdjustmentModel
from tests.support.scenarios.life_subscription import Give

features = st.sampled_from([*TYPES, *METERS])
lengths = st.sampled_from([None, DAY, 10 * DAY, 45 * DAY])
own_resets = st.sampled_from([None, None, Reset.NEVER, Reset.NEVER, *RESETS])


@st.composite
def draw_adjusted(draw: st.DrawFn, feature: str, kind: str) -> Give:
    """Only an override has a rollover, and only what is reset has one."""
    give = draw(GIVES[TYPES[feature]])
    if TYPES[feature] is not FeatureType.METER:
        return replace(give, reset=None)
    reset = draw(own_resets)
    rollover = None if kind == "grant" or reset is Reset.NEVER else give.rollover
    return replace(give, reset=reset, reset_time=draw(st.sampled_from(ResetTime)), rollover=rollover)


class AdjustmentsMachine(LifeMachine):
    @rule(
        data=st.data(),
        feature=features,
        kind=st.sampled_from(["override", "override", "grant"]),
        lasts=lengths,
    )
    def set_adjustment(self, data: st.DataObject, feature: str, kind: str, lasts: timedelta | None) -> None:
        give = data.draw(draw_adjusted(feature, kind))
        expires = self.now + lasts if lasts else None
        body = {**details_of(feature, give), "type": kind, "expiresOn": to_iso(expires) if expires else None}
        reply = send_override(feature, **body)
        if not self.expect(reply, 409 if self.model.archived else 200):
            return
        known = self.model.overrides if kind == "override" else self.model.grants
        old, anchor = known.get(feature), self.now
        starts = self.now
        if old and old.is_valid(self.now):
            starts = old.starts
            if (old.give.reset, old.give.reset_time) == (give.reset, give.reset_time):
                anchor = old.anchor
        known[feature] = AdjustmentModel(kind, feature, feature, give, anchor, starts, expires)
        self.model.refresh()

    @rule(number=st.integers(0, 5), kind=st.sampled_from(["override", "grant"]), feature=features)
    def remove_adjustment(self, number: int, kind: str, feature: str) -> None:
        known = self.model.overrides if kind == "override" else self.model.grants
        if self.change(remove_override(feature, kind), 204 if feature in known else 404):
            del known[feature]
            self.model.refresh()

    @precondition(lambda self: len(self.model.grants) < 8)
    @rule(
        feature=features,
        value=st.sampled_from([1, 2, 5, 9]),
        windows=st.tuples(own_resets, st.sampled_from(ResetTime)),
        times=st.tuples(st.sampled_from([None, None, 3 * DAY]), lengths),
    )
    def add_grant(
        self,
        feature: str,
        value: int,
        windows: tuple[Reset | None, ResetTime],
        times: tuple[timedelta | None, timedelta | None],
    ) -> None:
        waits, lasts = times
        starts = self.now + (waits or timedelta())
        expires = starts + lasts if lasts else None
        body: dict[str, Any] = {
            "featureId": feature,
            "startsOn": to_iso(starts) if waits else None,
            "expiresOn": to_iso(expires) if expires else None,
        }
        give = Give(value, reset=None)
        if TYPES[feature] is FeatureType.METER:
            give = Give(value, reset=windows[0], reset_time=windows[1])
            body |= {"reset": windows[0], "resetTime": windows[1]}
        reply = send_grant(True if TYPES[feature] is FeatureType.BOOLEAN else value, **body)
        if self.expect(reply, 409 if self.model.archived else 201):
            name = reply.body["grantId"]
            self.model.grants[name] = AdjustmentModel("grant", feature, name, give, starts, starts, expires)
            self.model.refresh()

    @precondition(lambda self: self.model.grants)
    @rule(number=st.integers(0, 7))
    def remove_a_grant(self, number: int) -> None:
        name = list(self.model.grants)[-1 - number % len(self.model.grants)]
        self.expect(remove_grant(name), 204)
        del self.model.grants[name]
        self.model.refresh()
