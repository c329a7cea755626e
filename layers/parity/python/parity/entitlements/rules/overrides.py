"""Overrides and grants: what one customer has in place of its plans, or beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from parity.catalog.rules.feature_types import FeatureType
    from parity.core.periods import Reset, ResetTime
    from parity.entitlements.rules.sources import SourceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """An override, which replaces what plans give, or a grant, which adds to it: `kind` says which.

    A customer has at most one of each kind per feature. Without a `reset` it has the windows of the plans.
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
    expires_on: datetime | None
