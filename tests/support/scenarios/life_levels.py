"""A model of levels: what sources give at one moment, in the order in which usage fills them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from parity.core.periods import Period, Reset, window_at
from parity.entitlements.rules.sources import Rollover
from tests.support.scenarios.life_subscription import Give

NEVER, *RECURRING = Reset
LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class SourceModel:
    """A reason for an entitlement that is valid now. `begins` is since when it gives what it gives."""

    kind: str
    id: str
    give: Give
    anchor: datetime
    begins: datetime
    ends: datetime | None

    @property
    def window_kind(self) -> str:
        return self.give.window_kind(self.anchor)


@dataclass(frozen=True)
class LevelModel:
    kind: str
    sources: tuple[SourceModel, ...]
    is_replaced: bool = False

    @property
    def unlimited(self) -> bool:
        return any(each.give.value is None for each in self.sources)

    @property
    def limit(self) -> int:
        return 0 if self.is_replaced else sum(each.give.value or 0 for each in self.sources)

    @property
    def hard(self) -> bool:
        return not self.unlimited and all(each.give.hard for each in self.sources)

    @property
    def rollover(self) -> Rollover | None:
        rolling = [each.give.rollover for each in self.sources if each.give.rollover]
        if not rolling or not self.hard:
            return None
        caps = [each.limit for each in rolling]
        cap = None if None in caps else sum(each or 0 for each in caps)
        return Rollover(max(each.percentage for each in rolling), cap)

    def window(self, at: datetime) -> Period:
        return window_at(self.kind, at)


@dataclass(frozen=True)
class Offer:
    """What applies of the sources of one feature: the base is the override, or else the plans."""

    base: tuple[SourceModel, ...]
    grants: tuple[SourceModel, ...]
    replaced: tuple[SourceModel, ...]

    @property
    def all(self) -> tuple[SourceModel, ...]:
        return self.base + self.grants


def make_offer(sources: Iterable[SourceModel]) -> Offer:
    by_kind: dict[str, list[SourceModel]] = defaultdict(list)
    for source in sources:
        by_kind[source.kind].append(source)
    plans, grants = tuple(by_kind["subscription"]), tuple(by_kind["grant"])
    if not by_kind["override"]:
        return Offer(plans, grants, ())
    (override,) = by_kind["override"]
    if plans:
        override = _complete(override, min(plans, key=lambda plan: (plan.window_kind, plan.id)))
    return Offer((override,), grants, plans)


def _complete(override: SourceModel, plan: SourceModel) -> SourceModel:
    """The override with the windows and the rollover of a plan, where it has none itself."""
    give = override.give
    if give.reset is None:
        give = replace(give, reset=plan.give.reset, reset_time=plan.give.reset_time)
        override = replace(override, anchor=plan.anchor)
    return replace(override, give=replace(give, rollover=give.rollover or plan.give.rollover))


def make_levels(offer: Offer, *, adds_up: bool) -> tuple[LevelModel, ...]:
    """The levels that give something in order, then the replaced ones."""
    giving = _group(offer.base, offer.grants, offer.replaced, adds_up=adds_up)
    kept = _group(offer.replaced, (), (), adds_up=adds_up)
    known = {level.kind for level in giving}
    return giving + tuple(replace(each, is_replaced=True) for each in kept if each.kind not in known)


def _group(
    base: Sequence[SourceModel],
    grants: Sequence[SourceModel],
    replaced: Sequence[SourceModel],
    *,
    adds_up: bool,
) -> tuple[LevelModel, ...]:
    plan = min(replaced, key=lambda each: (each.window_kind, each.id), default=None)

    def name(source: SourceModel) -> str:
        """An override of what is never reset takes over the level of the plan."""
        if source.window_kind != NEVER or not adds_up:
            return source.window_kind
        owner = plan if plan and source.kind == "override" and plan.window_kind == NEVER else source
        return f"{NEVER}@{owner.kind}-{owner.id}"

    groups: dict[str, list[SourceModel]] = defaultdict(list)
    for source in base:
        groups[name(source)].append(source)
    windows = {source.window_kind for source in base}
    for grant in grants:
        if grant.give.reset or not windows:
            groups[name(grant)].append(grant)
        else:
            for kind in windows:
                groups[name(grant) if kind == NEVER else kind].append(grant)
    return tuple(
        LevelModel(kind, tuple(groups[kind])) for kind in sorted(groups, key=lambda k: _rank(k, groups[k]))
    )


def _rank(kind: str, sources: Sequence[SourceModel]) -> tuple[int, datetime, datetime, str]:
    reset = Reset(kind.partition("@")[0])
    if reset is not NEVER:
        return RECURRING.index(reset), LAST, LAST, kind
    (first, *_) = sorted(sources, key=lambda each: (each.begins, each.id))
    return len(RECURRING), first.ends or LAST, first.begins, kind
