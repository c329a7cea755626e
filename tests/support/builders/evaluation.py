"""Sources of one feature, the snapshot of them, and what a check answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from hypothesis import strategies as st

from parity.catalog.rules.feature_types import FeatureType
from parity.core.numbers import Number
from parity.core.periods import Period, Reset, ResetTime, window_at
from parity.entitlements.rules.evaluation import Entitlement, FeatureCheck, evaluate
from parity.entitlements.rules.settlement import LevelUsage, MeterUsage, settle
from parity.entitlements.rules.sources import FeatureSources, Snapshot, Source, SourceKind
from tests.support.builders.entitlements import make_source
from tests.support.builders.moments import DAY, START, TICK

NOW = START + DAY
FOREVER = Period(START, None)
BOOLEAN, CUSTOMIZABLE, METER = FeatureType.BOOLEAN, FeatureType.CUSTOMIZABLE, FeatureType.METER
MONTHLY: dict[str, Any] = {"reset": Reset.EVERY_MONTH}
YEARLY: dict[str, Any] = {"reset": Reset.EVERY_YEAR}
FROM_START: dict[str, Any] = {"reset": Reset.EVERY_MONTH, "reset_time": ResetTime.SUBSCRIPTION_START}
Used = Mapping[str, Number]


def make_feature_snapshot(feature_type: FeatureType, sources: Sequence[Source]) -> Snapshot:
    """Of a customer who is subscribed for ever, with these sources of `exports`."""
    features = {"exports": FeatureSources(feature_type, tuple(sources))}
    return Snapshot(archived=False, subscribed=(FOREVER,), features=features)


def evaluate_sources(
    feature_type: FeatureType,
    sources: Sequence[Source],
    used: Used | None = None,
    *,
    at: datetime = NOW,
    requested: int = 0,
    held: int = 0,
) -> Entitlement:
    """The answer of a check. `used` is by window kind, each in the window of the moment."""
    usage = make_usage(FeatureSources(feature_type, tuple(sources)), used or {}, at)
    check = FeatureCheck(feature="exports", at=at, usage=usage, requested=requested, held=held)
    return evaluate(make_feature_snapshot(feature_type, sources), check)


def make_usage(feature: FeatureSources, used: Used, at: datetime) -> MeterUsage:
    """What the levels hold; `NEVER` is the first level that is never reset."""
    usage = settle(feature, None, at)
    levels = dict(usage.levels)
    for kind, spent in used.items():
        level = next((each for each in levels if each == kind or each.startswith(f"{kind}@s")), usage.first)
        if level:
            levels[level] = levels[level]._replace(used=spent)
    return usage._replace(levels=levels)


def make_window_usage(
    kind: str, window_start: datetime, used: Number = 0, carried: int = 0, at: datetime | None = None
) -> MeterUsage:
    """Usage in one window, as of its end or another moment."""
    end = window_at(kind, window_start).end
    moment = at or (end - TICK if end else window_start)
    return MeterUsage(moment, kind, {kind: LevelUsage(window_start, used, carried)})


ANCHORS = (START, START - 40 * DAY)
LIMITS = st.sampled_from((0, 10, 20, 50))
USED = st.sampled_from((0, 10, 20, 120))
RESETS = st.sampled_from([Reset.NEVER, Reset.EVERY_MONTH, Reset.EVERY_DAY])


@st.composite
def draw_source(draw: st.DrawFn, feature_type: FeatureType, kinds: Sequence[SourceKind]) -> Source:
    metered = feature_type is METER
    unlimited = feature_type is not BOOLEAN and draw(st.booleans()) and draw(st.booleans())
    return make_source(
        draw(LIMITS),
        draw(st.sampled_from(kinds)),
        id=draw(st.text("abc", min_size=1, max_size=2)),
        valid_until=draw(st.sampled_from([None, None, NOW, NOW + DAY])),
        anchor=draw(st.sampled_from(ANCHORS)),
        unlimited=unlimited,
        hard_limit=metered and not unlimited and draw(st.booleans()),
        reset=draw(RESETS) if metered else Reset.NEVER,
        reset_time=draw(st.sampled_from(ResetTime)),
    )


@st.composite
def draw_cases(
    draw: st.DrawFn, kinds: Sequence[SourceKind] = tuple(SourceKind)
) -> tuple[FeatureType, list[Source], Used]:
    """Sources of one feature, and what was used in each of their windows."""
    feature_type = draw(st.sampled_from(FeatureType))
    found = draw(st.lists(draw_source(feature_type, kinds), min_size=1, max_size=5))
    windows = sorted({each.window_kind for each in found})
    return feature_type, found, {kind: draw(USED) for kind in windows}
