"""What the sources of a meter give together: those with the same windows add up (docs/entitlements.md)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from parity.core.periods import Reset
from parity.entitlements.rules.sources import SourceKind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from parity.core.periods import Period
    from parity.entitlements.rules.sources import FeatureSources, Source


@dataclass(frozen=True, slots=True)
class Allowance:
    """At least one source; all have windows of the same kind."""

    kind: str
    sources: tuple[Source, ...]

    @property
    def unlimited(self) -> bool:
        return any(source.unlimited for source in self.sources)

    @property
    def limit(self) -> int:
        """The limit of each window, without what is carried into it."""
        return sum(source.value or 0 for source in self.sources)

    @property
    def hard_limit(self) -> bool:
        return not self.unlimited and any(source.hard_limit for source in self.sources)

    @property
    def is_overridden(self) -> bool:
        return any(source.is_override for source in self.sources)

    def window(self, at: datetime) -> Period:
        return self.sources[0].window(at)


def resolve_overrides(valid: tuple[Source, ...]) -> tuple[tuple[Source, ...], tuple[Source, ...]]:
    """Splits sources into a base, which is the override or else the plans, and the grants that add to it.

    An override without windows of its own takes those of the plans.
    """
    by_kind = {kind: tuple(source for source in valid if source.kind is kind) for kind in SourceKind}
    plans = by_kind[SourceKind.SUBSCRIPTION]
    model = min(plans, key=lambda source: source.window_kind, default=None)
    overrides = tuple(source.with_windows_of(model) for source in by_kind[SourceKind.OVERRIDE])
    return overrides or plans, by_kind[SourceKind.GRANT]


def group_sources(base: Iterable[Source], grants: Iterable[Source]) -> list[Allowance]:
    """One allowance per window kind, sorted by the kind's name.

    A grant without windows of its own adds to every kind that the base has: 10 more to 100 a day and 1000 a
    month makes 110 a day and 1010 a month.
    """
    groups: dict[str, list[Source]] = defaultdict(list)
    for source in base:
        groups[source.window_kind].append(source)
    models: list[Source | None] = [group[0] for group in groups.values()]
    for grant in grants:
        for source in {grant.with_windows_of(model) for model in models or [None]}:
            groups[source.window_kind].append(source)
    return [Allowance(kind, tuple(group)) for kind, group in sorted(groups.items())]


def allowances_at(feature: FeatureSources, at: datetime) -> list[Allowance]:
    """What the sources of a meter that are valid at the moment give, by window kind."""
    return group_sources(*resolve_overrides(feature.valid_at(at)))


def allowance_of_kind(feature: FeatureSources, kind: str, at: datetime) -> Allowance | None:
    """The allowance of the moment with windows of that kind; None if no valid source has them."""
    return next((each for each in allowances_at(feature, at) if each.kind == kind), None)


def window_kinds(feature: FeatureSources) -> tuple[str, ...]:
    """All window kinds that the sources of a meter need at any time, sorted; NEVER if they need none.

    Which sources are valid changes only when one starts or ends, so those moments are enough to look at.
    """
    moments = {moment for source in feature.sources for moment in (source.valid_from, source.valid_until)}
    kinds = {each.kind for moment in moments if moment for each in allowances_at(feature, moment)}
    return tuple(sorted(kinds)) or (Reset.NEVER.value,)
