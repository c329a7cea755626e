"""Overrides and grants: what one customer has beside or in place of its plans."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from parity.catalog.rules.features import FeatureType
    from parity.core.periods import Reset, ResetTime
    from parity.entitlements.rules.sources import SourceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """An override or a grant: one of each per customer and feature. `reset` None is that of the plans."""

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
