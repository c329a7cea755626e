"""Whose usage of what: the pair that names a counter, its hours, its reservations and its alerts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class UsageKey:
    """A customer, by identifier, and a metered feature, by identifier."""

    customer_id: str
    feature: str
