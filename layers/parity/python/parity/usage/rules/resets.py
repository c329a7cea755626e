"""Usage that an operator reset to 0."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from parity.metering.rules.counters import UsageWindow


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageReset:
    """`windows` are the current ones as they were before the reset."""

    customer_id: str
    feature: str
    at: datetime
    note: str | None
    windows: tuple[UsageWindow, ...]
