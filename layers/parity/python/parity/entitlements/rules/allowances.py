"""What the sources of a meter give together: those with the same windows add up (DESIGN.md section 4)."""

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
    """The sources with windows of one kind: at least one."""

    kind: str
    sources: tuple[Source, ...]

    @property
    def unlimited(self) -> bool:
        return any(source.unlimited for source in self.sources)

    @property
    def limit(self) -> int:
        """Of every window by itself, without what is carried into it."""
        return sum(source.value or 0 for source in self.sources)

    @property
    def hard_limit(self) -> bool:
        return not self.unlimited and any(source.hard_limit for source in self.sources)

    @property
    def is_overridden(self) -> bool:
        return any(source.is_override for source in self.sources)

    def window(self, at: datetime) -> Period:
        return self.sources[0].window(at)


def allowances(base: Iterable[Source], grants: Iterable[Source]) -> list[Allowance]:
    """One per window kind, by its name. A grant without windows of its own adds to all that there are."""
    groups: dict[str, list[Source]] = defaultdict(list)
    for source in base:
        groups[source.window_kind].append(source)
    models: list[Source | None] = [group[0] for group in groups.values()]
    for grant in grants:
        for source in {grant.windowed_as(model) for model in models or [None]}:
            groups[source.window_kind].append(source)
    return [Allowance(kind, tuple(group)) for kind, group in sorted(groups.items())]


def effective(valid: tuple[Source, ...]) -> tuple[tuple[Source, ...], tuple[Source, ...]]:
    """An override, with the windows of the plans, in place of what they give; and the grants."""
    by_kind = {kind: tuple(source for source in valid if source.kind is kind) for kind in SourceKind}
    plans = by_kind[SourceKind.SUBSCRIPTION]
    model = min(plans, key=lambda source: source.window_kind, default=None)
    overrides = tuple(source.windowed_as(model) for source in by_kind[SourceKind.OVERRIDE])
    return overrides or plans, by_kind[SourceKind.GRANT]


def allowances_at(known: FeatureSources, at: datetime) -> list[Allowance]:
    """What the sources of a meter that are valid at the moment give, by window kind."""
    return allowances(*effective(known.valid(at)))


def window_kinds(known: FeatureSources) -> tuple[str, ...]:
    """All kinds that the sources of a meter need at any time, sorted; NEVER if there is none.

    What is valid only changes when a source starts or ends.
    """
    moments = {moment for source in known.sources for moment in (source.valid_from, source.valid_until)}
    kinds = {each.kind for moment in moments if moment for each in allowances_at(known, moment)}
    return tuple(sorted(kinds)) or (Reset.NEVER.value,)
