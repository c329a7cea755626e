"""Whose usage, and of what: the key of a counter, its hours, its reservations and its alerts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class UsageKey:
    """A customer, by identifier, and a metered feature, by identifier."""

    customer_id: str
    feature: str
