"""Overrides and grants: what one customer has in place of its plans, or beside them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from parity.entitlements.rules.sources import SourceKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from parity.catalog.rules.feature_types import FeatureType
    from parity.core.periods import Reset, ResetTime

SEPARATOR = "."
"""Between a feature's identifier, which never contains it, and a number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """An override, which replaces what plans give, or a grant, which adds to it: `kind` says which.

    A customer has at most one override per feature, and any number of grants. Without a `reset` it has the
    windows of the plans.

    - `number`: tells the grants of a feature apart. Empty for an override, and for the one grant per feature
      that PUT sets.
    - `starts_on`: None if it is valid from its creation on.
    - `rollover` and `usage_alerts`: as a plan has them. None keeps those of the plans that it replaces.
    - `adds_up`: as a plan has it, by the feature's meter.
    - `anchor`: windows that do not follow the calendar are counted from it.
    - `changed_on`: when its value or its windows last changed; None if they never did.
    """

    kind: SourceKind
    feature: str
    feature_type: FeatureType
    value: int | None
    unlimited: bool
    hard_limit: bool
    reset: Reset | None
    reset_time: ResetTime
    note: str | None
    created_on: datetime
    modified_on: datetime
    expires_on: datetime | None
    anchor: datetime
    changed_on: datetime | None = None
    version: int = 1
    number: str = ""
    starts_on: datetime | None = None
    rollover: Mapping[str, Any] | None = None
    usage_alerts: Mapping[str, Any] | None = None
    adds_up: bool = True

    @property
    def id(self) -> str:
        """Feature and number, such as `exports.1f0c`, or the feature alone."""
        return f"{self.feature}{SEPARATOR}{self.number}" if self.number else self.feature

    @property
    def is_grant(self) -> bool:
        return self.kind is SourceKind.GRANT

    @property
    def valid_from(self) -> datetime:
        return self.starts_on or self.created_on

    @property
    def gives(self) -> tuple[int | None, bool, bool, Mapping[str, Any] | None]:
        """The value, whether it is unlimited and hard, and its rollover."""
        return self.value, self.unlimited, self.hard_limit, self.rollover

    @property
    def windows(self) -> tuple[Reset | None, ResetTime]:
        """How its windows are reset."""
        return self.reset, self.reset_time

    def has_expired(self, at: datetime) -> bool:
        return self.expires_on is not None and self.expires_on <= at


def replace_override(stored: Override | None, wanted: Override, now: datetime) -> Override:
    """What is to be stored in place of `stored`; `stored` itself if it is as wanted already.

    Usage stays: while the windows are reset in the same way, they keep their anchor. One that has expired is
    gone, so the wanted one starts anew.
    """
    if stored is None:
        return wanted
    if stored.has_expired(now):
        return replace(wanted, version=stored.version + 1)
    kept = replace(
        wanted,
        created_on=stored.created_on,
        modified_on=stored.modified_on,
        anchor=stored.anchor,
        changed_on=stored.changed_on,
        version=stored.version,
    )
    if kept == stored:
        return stored
    changed_on = max(now, stored.modified_on)  # of two requests at once, the one that came first may be last
    has_same_windows = wanted.windows == stored.windows
    is_same_source = has_same_windows and wanted.gives == stored.gives
    return replace(
        kept,
        modified_on=changed_on,
        anchor=stored.anchor if has_same_windows else changed_on,
        changed_on=stored.changed_on if is_same_source else changed_on,
        version=stored.version + 1,
    )
