"""Starts and stops the processes of the local cloud: the functions and the database engine."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

LAUNCHER = Path(__file__).with_name("launcher.py")


def start(  # noqa: PLR0913 - all but the first three are named
    python: Path,
    module: str,
    arguments: Sequence[str],
    *,
    folder: Path,
    environment: Mapping[str, str],
    log: Path,
    clock: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Run a module in `folder` and append its output to `log`. It ends when this process ends.

    `clock` is the file of the clock that the module follows; without it, it has real time.

    It gets a session of its own: Ctrl-C in the terminal then interrupts only the local cloud.
    """
    clock_option = ["--clock", str(clock)] if clock else []
    return _launch(python, [*clock_option, module, *arguments], folder, environment, log)


def start_program(
    program: Path, arguments: Sequence[str], *, folder: Path, log: Path
) -> subprocess.Popen[bytes]:
    """Run a program that is no Python in the same way. It knows nothing of the launcher that watches it."""
    return _launch(Path(sys.executable), ["--program", str(program), *arguments], folder, {}, log)


def _launch(
    python: Path, arguments: Sequence[str], folder: Path, environment: Mapping[str, str], log: Path
) -> subprocess.Popen[bytes]:
    with log.open("ab") as output:
        return subprocess.Popen(
            [str(python), str(LAUNCHER), *arguments],
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def stop(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and its own children, and wait for its end."""
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdin:
        process.stdin.close()
