"""What the local cloud says in the terminal."""

from __future__ import annotations

import sys
import threading


class Console:
    """Progress goes to standard output unless it is to be quiet, trouble always to standard error."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._lock = threading.Lock()

    def step(self, what: str, detail: str) -> None:
        """One line of the start-up."""
        self.say(f"  {what:<14}{detail}")

    def say(self, text: str) -> None:
        if not self._quiet:
            with self._lock:
                print(text, flush=True)

    def report(self, sentence: str) -> None:
        with self._lock:
            print(f"! {sentence}", file=sys.stderr, flush=True)

    def progress(self, what: str, done: int, total: int) -> None:
        """A bar that grows in place; without a terminal only its end is printed."""
        if self._quiet or not (sys.stdout.isatty() or done == total):
            return
        width = 30
        filled = width * done // total
        bar = "#" * filled + "-" * (width - filled)
        with self._lock:
            print(f"\r  {what:<14}[{bar}] {done} of {total}", end="\n" if done == total else "", flush=True)
