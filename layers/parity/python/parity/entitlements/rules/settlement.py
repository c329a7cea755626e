"""Settling: what each level holds as time passes (docs/entitlements.md, "How a meter's sources add up").

A report moves one number: the usage of the first level. What passes that level's limit moves up to the next
ones, whenever it is asked for. It can move back until the first level's window ends, or another level
becomes the first. The result follows from the sources and the usage alone. It does not matter how often, or
when, usage is settled in between.
"""

from __future__ import annotations

from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from parity.core.numbers import add, subtract
from parity.core.periods import MOMENT, count_windows_between
from parity.entitlements.rules.levels import NEVER, giving_levels, levels_at, next_turn
from parity.entitlements.rules.rollover import carry_over, carry_through

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from parity.core.numbers import Number
    from parity.entitlements.rules.levels import Level
    from parity.entitlements.rules.sources import FeatureSources


ENDLESS = 10**30
"""More room than any usage fills."""


class LevelUsage(NamedTuple):
    """What a level holds in one of its windows.

    `carried`: what rolled over into the window. `moved`: the part of `used` that moved up from the first
    level's present window, and moves back when that has room again. In the first level it is what moved out
    of `used`. `since`: from when on usage counts in it, where that is later than the window's start.
    """

    window_start: datetime
    used: Number = 0
    carried: int = 0
    moved: Number = 0
    since: datetime | None = None

    @property
    def passed(self) -> Number:
        """All usage of the first level's window, with what moved up from it."""
        return add(self.used, self.moved)


NOTHING: Mapping[str, LevelUsage] = MappingProxyType({})


class MeterUsage(NamedTuple):
    """What the levels of a meter hold at a moment, by kind. Reports count in the `first` one."""

    at: datetime
    first: str | None = None
    levels: Mapping[str, LevelUsage] = NOTHING


def settle(feature: FeatureSources, usage: MeterUsage | None, at: datetime) -> MeterUsage:
    """What the levels hold at the moment. Without usage, it begins at the base, or where a source starts.

    With 100 a month, 50 once and 130 used in January, the month holds 100 and the 50 hold 30. On 1 February
    the month holds 0, and the 50 still hold 30. A moment before `usage.at` is read as `usage.at`, because a
    clock may be behind.
    """
    usage = usage or feature.base
    if usage is None:
        start = min((source.valid_from for source in feature.sources), default=at)
        usage = MeterUsage(min(start, at))
    levels = levels_at(feature, usage.at)
    usage = _enter(feature, usage, levels, levels, usage.at)
    between = sorted(moment for moment in feature.boundaries if usage.at < moment < at)
    for start, end in pairwise([usage.at, *between, max(at, usage.at)]):
        before, after = levels_at(feature, start), levels_at(feature, end)
        usage = _turn(feature, _pass_time(feature, usage, before, end), before, after, end)
    return usage


def _pass_time(
    feature: FeatureSources, usage: MeterUsage, levels: Sequence[Level], end: datetime
) -> MeterUsage:
    """Passes all turns of windows before `end`, while the sources stay the same.

    One by one while usage may move between levels. After that, each level goes through its windows at once.
    """
    while not _is_at_rest(usage) and (turn := _next_window(levels, usage.at)) and turn < end:
        usage = _turn(feature, usage, levels, levels, turn)
    if not _is_at_rest(usage):
        return usage
    passed = {level.kind: _pass_windows(level, usage.levels[level.kind], end) for level in levels}
    return usage._replace(levels=passed)


def _is_at_rest(usage: MeterUsage) -> bool:
    """Whether nothing can move between levels: no usage is in the first level's window."""
    first = usage.levels[usage.first] if usage.first else None
    return first is None or not (first.used or first.moved)


def _next_window(levels: Iterable[Level], at: datetime) -> datetime | None:
    return min(filter(None, (level.window(at).end for level in levels)), default=None)


def _pass_windows(level: Level, held: LevelUsage, end: datetime) -> LevelUsage:
    """What the level holds in its last window that starts before `end`."""
    last = end - MOMENT
    windows = count_windows_between(level.kind, held.window_start, last)
    if windows <= 0:
        return held
    carried = carry_through(level, subtract(held.carried, held.used), windows)
    return LevelUsage(level.window(last).start, carried=carried)


def _turn(
    feature: FeatureSources,
    usage: MeterUsage,
    before: Sequence[Level],
    after: Sequence[Level],
    at: datetime,
) -> MeterUsage:
    """Goes from the levels before a moment to those from it on, some of which may be in their next window."""
    return _enter(feature, spread(feature, before, usage), before, after, at)


def _enter(
    feature: FeatureSources,
    usage: MeterUsage,
    before: Sequence[Level],
    after: Sequence[Level],
    at: datetime,
) -> MeterUsage:
    """What the levels hold from a moment on, by what they held before it."""
    held, ending = usage.levels, {level.kind: level for level in before}
    levels = {}
    for level in after:
        start, old = level.window(at).start, held.get(level.kind)
        if old is None or level.kind not in ending:
            levels[level.kind] = LevelUsage(start, since=level.began if level.began > start else None)
        elif old.window_start >= start:
            levels[level.kind] = old
        else:
            carried = carry_over(ending[level.kind], subtract(old.carried, old.used))
            levels[level.kind] = LevelUsage(start, carried=carried)
    first = next((level.kind for level in giving_levels(after)), None)
    if first != usage.first or (first and levels[first] is not held[first]):
        levels = {kind: each._replace(moved=0) if each.moved else each for kind, each in levels.items()}
    if feature.adds_up and first and first != usage.first and first in held:
        levels[first] = levels[first]._replace(since=max(at, levels[first].window_start))
    return MeterUsage(at, first, levels)


def spread(feature: FeatureSources, levels: Iterable[Level], usage: MeterUsage) -> MeterUsage:
    """Moves what passed the first level's limit up, as far as there is room; moves it back where that grew.

    With levels of 100 and 50, a usage of 130 is 100 and 30. After a correction to 90 it is 90 and 0.
    """
    giving = giving_levels(levels)
    if not (feature.adds_up and len(giving) > 1 and usage.first == giving[0].kind):
        return usage
    held = dict(usage.levels)
    first, *others = giving
    for level in others:
        _move_up(held, first, level, max(0, min(-_room(first, held), _room(level, held))))
    for level in reversed(others):
        _move_up(held, first, level, -max(0, min(_room(first, held), held[level.kind].moved)))
    return usage._replace(levels=held)


def _room(level: Level, held: Mapping[str, LevelUsage]) -> Number:
    """What is left in the level; negative where more was used."""
    each = held[level.kind]
    return ENDLESS if level.unlimited else subtract(level.limit + each.carried, each.used)


def _move_up(held: dict[str, LevelUsage], first: Level, other: Level, amount: Number) -> None:
    """Moves an amount from the first level to another one, or back if it is negative."""
    if not amount:
        return
    for level, change in (first, -amount), (other, amount):
        old = held[level.kind]
        held[level.kind] = old._replace(used=add(old.used, change), moved=add(old.moved, amount))


def find_earlier_turn(
    feature: FeatureSources, usage: MeterUsage, turns_on: datetime | None
) -> datetime | None:
    """When usage has to be settled next, by its present sources. None unless that is before `turns_on`.

    It is `usage.at` if other levels are held than the sources give, or if another one is first. That happens
    if a clock was ahead, and where what is never reset gets an end: then that is used first.
    """
    levels = levels_at(feature, usage.at)
    first = next((level.kind for level in giving_levels(levels)), NEVER)
    held = set(usage.levels) if levels else set()
    is_settled = first == (usage.first or NEVER) and held == {level.kind for level in levels}
    turn = next_turn(feature, usage.at) if is_settled else usage.at
    return turn if turn and (turns_on is None or turn < turns_on) else None


def sum_numbers(numbers: Iterable[Number]) -> Number:
    """The exact sum."""
    total: Number = 0
    for number in numbers:
        total = add(total, number)
    return total
