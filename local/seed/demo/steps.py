"""Runs the steps of one kind of demo data, with progress."""

from __future__ import annotations

from collections.abc import Callable, Sequence

Progress = Callable[[int, int], None]
"""Gets how many steps are done, and how many there are."""


def run_steps(steps: Sequence[Callable[[], None]], progress: Progress) -> None:
    for done, step in enumerate(steps, start=1):
        step()
        progress(done, len(steps))
