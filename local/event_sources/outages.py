"""Outages of the engine, each reported once."""

from __future__ import annotations

import threading
from collections.abc import Callable


class OutageReport:
    """Reports when an outage begins, and nothing while it lasts or once `stopping` is set."""

    def __init__(self, subject: str, report: Callable[[str], None], stopping: threading.Event) -> None:
        """`subject` begins the sentence that the error ends, such as `Deliver cannot read the queue q`."""
        self._subject = subject
        self._report = report
        self._stopping = stopping
        self._lasts = False

    def begin(self, error: Exception) -> None:
        if not self._lasts and not self._stopping.is_set():
            self._report(f"{self._subject}: {error}")
        self._lasts = True

    def end(self) -> None:
        self._lasts = False
