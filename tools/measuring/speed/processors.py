"""CPU time of this process and of its children, by what they do. Linux only."""

from __future__ import annotations

import os
from collections import defaultdict
from pathlib import Path

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
PROCESSES = Path("/proc")


def read_cpu_seconds() -> dict[str, float]:
    """User and system time so far: of `gateway and runtime` (this process), `table`, and each function."""
    seconds: defaultdict[str, float] = defaultdict(float)
    parents = {process: _read_parent(process) for process in _list_processes()}
    for process in parents:
        if process == os.getpid():
            seconds["gateway and runtime"] += _read_seconds(process)
        elif _descends(process, parents):
            seconds[_name(process)] += _read_seconds(process)
    return seconds


def _list_processes() -> list[int]:
    return [int(entry.name) for entry in PROCESSES.iterdir() if entry.name.isdigit()]


def _descends(process: int, parents: dict[int, int]) -> bool:
    while process in parents:
        process = parents[process]
        if process == os.getpid():
            return True
    return False


def _name(process: int) -> str:
    try:
        command = (PROCESSES / str(process) / "cmdline").read_bytes()
        folder = (PROCESSES / str(process) / "cwd").readlink()
    except OSError:
        return "ended"
    if b"awslambdaric" in command:
        return f"{folder.parent.name}/{folder.name}"
    return "table"


def _read_stat(process: int) -> list[str]:
    """The fields after the name, which may have spaces. Empty for one that has ended."""
    try:
        text = (PROCESSES / str(process) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return text.rpartition(")")[2].split()


def _read_parent(process: int) -> int:
    fields = _read_stat(process)
    return int(fields[1]) if fields else 0


def _read_seconds(process: int) -> float:
    fields = _read_stat(process)
    return (int(fields[11]) + int(fields[12])) / TICKS_A_SECOND if fields else 0.0
