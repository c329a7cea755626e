"""Balances: the limit of a meter at a moment, how much of it is used, and what is left."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from parity.core.numbers import subtract
from parity.entitlements.rules.levels import giving_levels, levels_at
from parity.entitlements.rules.settlement import settle, spread, sum_numbers

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from parity.core.numbers import Number
    from parity.core.periods import Period
    from parity.entitlements.rules.levels import Level
    from parity.entitlements.rules.settlement import LevelUsage, MeterUsage
    from parity.entitlements.rules.sources import FeatureSources


class Balance(NamedTuple):
    """What levels give together, and what they hold in their present windows.

    `window` is that of the first level. `limit` includes what was carried in. `limit` and `remaining` mean
    nothing where it is unlimited.
    """

    levels: tuple[Level, ...]
    held: tuple[LevelUsage, ...]
    window: Period

    @property
    def kind(self) -> str:
        return self.levels[0].kind

    @property
    def unlimited(self) -> bool:
        return any(level.unlimited for level in self.levels)

    @property
    def hard_limit(self) -> bool:
        return all(level.hard_limit for level in self.levels)

    @property
    def is_revoked(self) -> bool:
        """Whether an override leaves nothing of the feature."""
        sources = [source for level in self.levels for source in level.sources]
        return any(source.is_override for source in sources) and not any(level.limit for level in self.levels)

    @property
    def carried(self) -> int:
        return sum(each.carried for each in self.held)

    @property
    def limit(self) -> int:
        return sum(level.limit for level in self.levels) + self.carried

    @property
    def used(self) -> Number:
        return sum_numbers(each.used for each in self.held)

    @property
    def remaining(self) -> Number:
        return subtract(self.limit, self.used)

    @property
    def ceiling(self) -> Number:
        """The most usage that the first level's window can have within the limit."""
        return subtract(self.limit, sum_numbers(each.used for each in self.held[1:])) + self.held[0].moved


def balances_at(feature: FeatureSources, usage: MeterUsage | None, at: datetime) -> list[Balance]:
    """One balance of all levels, or one per level where usage does not add up; none without a source."""
    settled = settle(feature, usage, at)
    levels = levels_at(feature, settled.at)
    giving = giving_levels(levels)
    spread_usage = spread(feature, levels, settled)
    groups: Sequence[tuple[Level, ...]] = [giving] if feature.adds_up else [(level,) for level in giving]
    return [
        Balance(group, tuple(spread_usage.levels[level.kind] for level in group), group[0].window(settled.at))
        for group in groups
        if group
    ]


def without_usage(usage: MeterUsage) -> MeterUsage:
    """As if nothing had been used in the first level's present window: usage that a SET replaces."""
    first = usage.levels.get(usage.first or "")
    if first is None:
        return usage
    emptied = first._replace(used=-first.moved)
    return usage._replace(levels={**usage.levels, usage.first or "": emptied})
