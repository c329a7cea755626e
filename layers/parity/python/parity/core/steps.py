"""Work in steps of which each is done, whatever becomes of the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Step = Callable[[], object]


def collect_failures(steps: Iterable[Step]) -> list[Exception]:
    """Does all steps, one after the other, and returns the errors of those that failed."""
    return list(filter(None, map(_run_step, steps)))


def _run_step(step: Step) -> Exception | None:
    try:
        step()
    except Exception as error:  # noqa: BLE001 - whoever asked for the steps raises it in the end
        return error
    return None
