"""What the local cloud prints in the terminal."""

from __future__ import annotations

import sys
import threading


class Console:
    """Prints progress to standard output, unless it is `quiet`, and reports to standard error."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._lock = threading.Lock()

    def print_step(self, what: str, detail: str) -> None:
        """Print one line of the start-up."""
        if not self._quiet:
            with self._lock:
                print(f"  {what:<14}{detail}", flush=True)

    def report(self, sentence: str) -> None:
        with self._lock:
            print(f"! {sentence}", file=sys.stderr, flush=True)

    def show_progress(self, what: str, done: int, total: int) -> None:
        """Draw a bar that grows in place; without a terminal, print it when it is full."""
        if self._quiet or not (sys.stdout.isatty() or done == total):
            return
        width = 30
        filled = width * done // total
        bar = "#" * filled + "-" * (width - filled)
        with self._lock:
            print(f"\r  {what:<14}[{bar}] {done} of {total}", end="\n" if done == total else "", flush=True)
