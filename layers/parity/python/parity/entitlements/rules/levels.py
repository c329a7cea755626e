"""Levels: what the sources of a meter give at a moment, in the order in which usage fills them.

Sources with the same windows share a level, and their limits add up. A source that is never reset is a
level of its own. Usage fills the first level, then the next one (docs/entitlements.md, "How a meter's
sources add up").
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from parity.core.periods import Reset
from parity.entitlements.rules.sources import Rollover, SourceKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from parity.core.periods import Period
    from parity.entitlements.rules.sources import FeatureSources, Source

END_OF_TIME = datetime.max.replace(tzinfo=UTC)
NEVER, *RECURRING = Reset
RESET_ORDER = {reset: place for place, reset in enumerate((*RECURRING, NEVER))}
"""From the shortest windows to those that never end. `Reset` has the latter first."""


class Level(NamedTuple):
    """At least one source; all have windows of the same kind.

    `is_replaced`: an override gives the limit instead. The level keeps what was used in it, and gives
    nothing.
    """

    kind: str
    sources: tuple[Source, ...]
    is_replaced: bool = False

    @property
    def unlimited(self) -> bool:
        return any(source.unlimited for source in self.sources)

    @property
    def limit(self) -> int:
        """The limit of each window, without what is carried into it."""
        return 0 if self.is_replaced else sum(source.value or 0 for source in self.sources)

    @property
    def hard_limit(self) -> bool:
        """Hard only if every source is, so that one more source never takes access away."""
        return not self.unlimited and all(source.hard_limit for source in self.sources)

    @property
    def began(self) -> datetime:
        """When the first of the sources that have such windows began.

        A grant without windows of its own is in the level only while there are others: one from 1 March adds
        to the month of a plan from 5 March on, and what happened on 3 March is not of that month.
        """
        own = [source.valid_from for source in self.sources if source.reset]
        return min(own or [source.valid_from for source in self.sources])

    @property
    def rollover(self) -> Rollover | None:
        """The greatest percentage, and the sum of the caps. Soft and unlimited levels do not roll over."""
        rolling = [source.rollover for source in self.sources if source.rollover]
        if not rolling or not self.hard_limit:
            return None
        caps = [rollover.limit for rollover in rolling if rollover.limit is not None]
        return Rollover(
            max(rollover.percentage for rollover in rolling),
            sum(caps) if len(caps) == len(rolling) else None,
        )

    def window(self, at: datetime) -> Period:
        return self.sources[0].window(at)


def levels_at(feature: FeatureSources, at: datetime) -> tuple[Level, ...]:
    """The levels of the sources valid at the moment: those that give a limit, then the replaced ones."""
    base, grants, replaced = resolve_overrides(feature.valid_at(at))
    giving = _group_sources(feature, base, grants, at)
    kinds = {level.kind for level in giving}
    kept = (level._replace(is_replaced=True) for level in _group_sources(feature, replaced, (), at))
    return (*giving, *(level for level in kept if level.kind not in kinds))


def giving_levels(levels: Iterable[Level]) -> tuple[Level, ...]:
    return tuple(level for level in levels if not level.is_replaced)


def resolve_overrides(
    valid: tuple[Source, ...],
) -> tuple[tuple[Source, ...], tuple[Source, ...], tuple[Source, ...]]:
    """Splits sources into a base, the grants that add to it, and the plans that an override replaces.

    The base is the override, or else the plans. An override takes from the plans what it does not have
    itself: windows, rollover and alerts. Of several plans, it takes them from one.
    """
    by_kind = {kind: tuple(source for source in valid if source.kind is kind) for kind in SourceKind}
    plans, grants = by_kind[SourceKind.SUBSCRIPTION], by_kind[SourceKind.GRANT]
    model = min(plans, key=lambda source: (source.window_kind, source.id), default=None)
    overrides = tuple(source.with_terms_of(model) for source in by_kind[SourceKind.OVERRIDE])
    return (overrides, grants, plans) if overrides else (plans, grants, ())


def _group_sources(
    feature: FeatureSources, base: Sequence[Source], grants: Iterable[Source], at: datetime
) -> tuple[Level, ...]:
    """One level per kind of windows, in the order in which usage fills them.

    A grant without windows of its own adds to all windows of the base: 10 more to 100 a day and 1000 a
    month makes 110 a day and 1010 a month. To what is never reset it adds as a level of its own.
    """
    groups: dict[str, list[Source]] = defaultdict(list)
    for source in base:
        groups[feature.level_kind(source)].append(source)
    windows = {source.window_kind for source in base}
    for grant in grants:
        own = feature.level_kind(grant)
        adds_to = (
            {own} if grant.reset or not windows else {own if kind == NEVER else kind for kind in windows}
        )
        for kind in adds_to:
            groups[kind].append(grant)
    ranked = sorted(groups.items(), key=lambda each: _rank(each[0], each[1], at))
    return tuple(Level(kind, tuple(group)) for kind, group in ranked)


def _rank(kind: str, sources: Iterable[Source], at: datetime) -> tuple[int, datetime, datetime, str]:
    """The shortest windows first, then what is never reset: what ends soonest before what ends later.

    The ends are those that were meant at the moment. A grant that is removed today was not used first
    yesterday.
    """
    first = min(sources, key=lambda source: (source.reset is None, source.valid_from, source.id))
    order = RESET_ORDER[first.reset or NEVER]
    if order < RESET_ORDER[NEVER]:
        return order, END_OF_TIME, END_OF_TIME, kind
    return order, first.end_meant_at(at) or END_OF_TIME, first.valid_from, kind


def next_turn(feature: FeatureSources, at: datetime) -> datetime | None:
    """When a window turns next, or a source starts or ends; None if nothing does."""
    turns = [level.window(at).end for level in levels_at(feature, at)]
    return min((moment for moment in (*turns, *feature.boundaries) if moment and moment > at), default=None)
