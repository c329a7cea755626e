"""What the sources of a meter give together: those with the same windows add up (DESIGN.md section 4)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from parity.core.periods import Period
    from parity.entitlements.rules.sources import Source


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
