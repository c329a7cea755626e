"""The windows of a counter, settled by what its customer is entitled to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from parity.catalog.rules.aggregation_functions import Aggregation
from parity.catalog.rules.feature_types import FeatureType
from parity.core.numbers import subtract
from parity.core.periods import EVER, MOMENT, Period, Reset, window_at
from parity.entitlements.rules.levels import levels_at, next_turn
from parity.entitlements.rules.settlement import LevelUsage, MeterUsage, settle
from parity.entitlements.rules.sources import FeatureSources, sources_of
from parity.metering.rules.counters import PreviousWindow, UsageCounter, UsageWindow, with_windows

if TYPE_CHECKING:
    from datetime import datetime

    from parity.core.numbers import Number
    from parity.entitlements.rules.sources import Snapshot
    from parity.metering.rules.usage_key import UsageKey

UNENTITLED = UsageWindow(kind=Reset.NEVER.value, period=EVER)
"""Counts the usage of a feature that the customer is not entitled to."""


def new_counter(key: UsageKey, aggregation: Aggregation, at: datetime) -> UsageCounter:
    """A counter without usage, before its windows are settled."""
    return UsageCounter(key=key, aggregation=aggregation, windows=(UNENTITLED,), at=at, turns_on=at)


def usage_of(counter: UsageCounter) -> MeterUsage | None:
    """What the levels hold by this counter; None if it is not stored, as nothing was used then."""
    if not counter.version:
        return None
    first, *others = counter.windows
    used = subtract(first.used, first.moved)
    return MeterUsage(
        at=counter.at,
        first=first.kind,
        levels={first.kind: _level_usage(replace(first, used=used))}
        | {window.kind: _level_usage(window) for window in others},
    )


def _level_usage(window: UsageWindow) -> LevelUsage:
    return LevelUsage(window.period.start, window.used, window.carried, window.moved, window.since)


def settle_counter(counter: UsageCounter, snapshot: Snapshot | None, now: datetime) -> UsageCounter:
    """The counter with the windows of the moment, and with what rolled over or moved up into them.

    It also says when they turn next, and what the previous window held, for late events. While nothing
    gives the feature, one window without an end holds all that was ever reported. A clock that is behind
    never brings an earlier window back.
    """
    feature, before = feature_of(counter, snapshot), usage_of(counter)
    usage = settle(feature, before, now)
    kinds = sorted(usage.levels, key=lambda kind: kind != usage.first)
    windows = tuple(_window(counter, usage, kind) for kind in kinds)
    settled = with_windows(counter, windows or _unentitled(counter))
    return replace(
        settled,
        at=usage.at,
        turns_on=next_turn(feature, usage.at),
        previous=_find_previous(feature, counter, before, usage),
    )


def feature_of(counter: UsageCounter, snapshot: Snapshot | None) -> FeatureSources:
    """The sources of the counter's feature."""
    sources = sources_of(snapshot, counter.feature)
    if sources is None:
        return FeatureSources(FeatureType.METER, (), counter.adds_up)
    return replace(sources, adds_up=counter.adds_up)


def _find_previous(
    feature: FeatureSources, counter: UsageCounter, before: MeterUsage | None, usage: MeterUsage
) -> PreviousWindow | None:
    """What late events of the first level's previous window are deducted from, if anything depends on them.

    Nothing does without a rollover or another level, and nobody knows any more once another window has
    turned.
    """
    if usage.first is None or counter.aggregation is Aggregation.CHANGE or not counter.adds_up:
        return None
    start = usage.levels[usage.first].window_start
    turn = next_turn(feature, start)
    if (before and before.at >= start) or (turn and turn <= usage.at):
        return None
    ended = settle(feature, before, start - MOMENT)
    levels = levels_at(feature, ended.at)
    if ended.at >= start or ended.first != usage.first or not (len(levels) > 1 or levels[0].rollover):
        return None
    same = counter.version and counter.windows[0].period.start == ended.levels[usage.first].window_start
    return PreviousWindow(ended, counter.windows[0].opening if same else 0)


def previous_period(previous: PreviousWindow) -> Period:
    """The time in which usage counted in the previous window."""
    kind = previous.usage.first or ""
    held = previous.usage.levels[kind]
    return Period(held.since or held.window_start, window_at(kind, held.window_start).end)


def correct_previous(counter: UsageCounter, feature: FeatureSources, used: Number) -> UsageCounter:
    """The counter as if `used` were all usage of its previous window; its first window's present usage stays.

    What is carried and what other levels hold is computed again. With 100 a month that roll over and 30
    used in February, 70 are carried into March. A late event adds 1 to February: then 69 are carried.
    """
    previous, first = counter.previous, counter.windows[0]
    if previous is None or previous.usage.levels[first.kind].passed == used:
        return counter
    held = previous.usage.levels[first.kind]
    corrected = held._replace(used=subtract(used, held.moved))
    ended = previous.usage._replace(levels={**previous.usage.levels, first.kind: corrected})
    usage = settle(feature, ended, first.period.start)
    if set(usage.levels) != set(counter.kinds):
        return counter
    windows = tuple(
        replace(
            window,
            carried=usage.levels[window.kind].carried,
            moved=0,
            used=window.used if window is first else usage.levels[window.kind].used,
        )
        for window in counter.windows
    )
    return replace(counter, windows=windows, previous=replace(previous, usage=ended))


def _unentitled(counter: UsageCounter) -> tuple[UsageWindow, ...]:
    """One window with all that was ever reported. Usage that is counted from events is recounted."""
    first = counter.windows[0]
    return (first if first.kind == UNENTITLED.kind else replace(UNENTITLED, used=counter.total),)


def _window(counter: UsageCounter, usage: MeterUsage, kind: str) -> UsageWindow:
    """The window of a level. One that counted before goes on; one that begins to count has no tally yet."""
    held = usage.levels[kind]
    counts = kind == usage.first or not counter.adds_up
    old = next((each for each in counter.windows if each.kind == kind), None)
    counted = old and kind in counter.counting_kinds and counter.version
    if old and counts and counted and (old.period.start, old.since) == (held.window_start, held.since):
        used = held.passed if counter.adds_up else held.used
        return replace(old, used=used, carried=held.carried, moved=held.moved)
    return UsageWindow(
        kind=kind,
        period=window_at(kind, usage.at),
        used=held.used,
        since=held.since,
        opening=held.used if counts else 0,
        carried=held.carried,
        moved=held.moved,
    )
