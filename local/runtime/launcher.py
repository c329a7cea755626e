"""The first code in every child process.

`launcher.py [--clock FILE] MODULE ARGUMENT...` acts as `python -m MODULE` would, and
`launcher.py --program FILE ARGUMENT...` runs a program that is no Python.

It is a file of its own and imports nothing of the project, because the child runs in another venv.
"""

from __future__ import annotations

import mmap
import os
import runpy
import signal
import sys
import threading
from datetime import UTC, datetime, timedelta

STDIN = 0


def die_with_parent() -> None:
    """End this process and its children when the local cloud ends, however it ends.

    Standard input is a pipe that only the local cloud holds open: it closes even after `kill -9`, on every
    POSIX system. Linux's PR_SET_PDEATHSIG would follow the thread that started the child, not the process.
    """
    lifeline = os.dup(STDIN)
    os.dup2(os.open(os.devnull, os.O_RDONLY), STDIN)
    threading.Thread(target=_wait_for_end, args=(lifeline,), daemon=True).start()


def _wait_for_end(lifeline: int) -> None:
    os.read(lifeline, 1)
    os.killpg(os.getpgrp(), signal.SIGKILL)


def write_errors_as_lines() -> None:
    """Put line feeds into the runtime client's tracebacks, whose carriage returns are for CloudWatch."""
    from awslambdaric import bootstrap  # noqa: PLC0415 - only the venv of the functions has it

    bootstrap.ERROR_LOG_LINE_TERMINATE = "\n"
    bootstrap.ERROR_LOG_IDENT = " "


def follow_clock(file: str) -> None:
    """Let `parity.core.times.now` return the time of the local cloud's clock (`local.clock.clock`).

    It is replaced before any other module of Parity is imported, so that all of them import this one. A
    function without Parity's layer has real time.
    """
    try:
        from parity.core import times  # noqa: PLC0415 - from the function's layers
    except ModuleNotFoundError:
        return
    with open(file, "rb") as opened:  # noqa: PTH123 - as below
        memory = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)

    def now() -> datetime:
        return datetime.now(UTC) + timedelta(microseconds=int.from_bytes(memory[:], "little"))

    times.now = now


def run_program(command: list[str]) -> int:
    """The program is in this process's group, and so ends with it."""
    import subprocess  # noqa: PLC0415 - functions would pay for it with each cold start

    return subprocess.call(command)


def main() -> None:
    die_with_parent()
    sys.argv.pop(0)
    if sys.argv[0] == "--program":
        sys.exit(run_program(sys.argv[1:]))
    clock = None
    if sys.argv[0] == "--clock":
        _, clock = sys.argv.pop(0), sys.argv.pop(0)
    sys.path[0] = os.getcwd()  # noqa: PTH109 - pathlib would slow every cold start
    module = sys.argv[0]
    if module == "awslambdaric":
        write_errors_as_lines()
    if clock:
        follow_clock(clock)
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
