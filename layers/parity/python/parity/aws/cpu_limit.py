"""A limit of the CPU time that a piece of work may take."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class _StopWork(BaseException):
    """Raised wherever the work is. No `except Exception` on the way takes it for a failure of its own."""


class TooMuchWorkError(Exception):
    """The work took more CPU time than it may."""


@contextmanager
def limit_cpu(seconds: float) -> Iterator[None]:
    """Raises TooMuchWorkError once the block has taken so much CPU time; waiting for answers takes none.

    Python delivers signals to the main thread only. In another one there is no limit.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_: object) -> None:
        raise _StopWork

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    except _StopWork:
        raise TooMuchWorkError from None
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
