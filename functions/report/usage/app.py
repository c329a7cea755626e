"""POST /api/v1/report/usage: reports usage of a feature (docs/contract.md, "Reported usage")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parity.core.times import now
from parity.http.lean import Answer, lean_handler
from parity.usage.api.report_stores import report_stores
from parity.usage.api.reports import count_report_once

if TYPE_CHECKING:
    from parity.http.lean import Event


def report_usage(event: Event) -> Answer:
    """An answer means that the usage is counted: the next strongly consistent read has it."""
    return count_report_once(report_stores(), event, now())


handler = lean_handler(report_usage)
