"""POST /api/v1/report/usage: how much a customer used of a feature (WIRE.md section 3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parity.core.times import now
from parity.http.lean import Answer, lean_handler
from parity.usage.api.report_stores import report_stores
from parity.usage.api.reports import count_report_once

if TYPE_CHECKING:
    from parity.http.lean import Event


def report(event: Event) -> Answer:
    """What is answered is counted, and the next strongly consistent read sees it."""
    return count_report_once(report_stores(), event, now())


handler = lean_handler(report)
