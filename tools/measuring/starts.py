"""How much CPU a function's start takes beside that of a bare `boto3.client("dynamodb")`.

Both run where functions run: the runtime's own boto3, layers with compiled operations and bytecode, a handler
without bytecode (what Lambda unpacks cannot be written to). Handlers take turns, and the lowest of several
runs counts. It is printed as a ratio, because the time itself depends on the machine.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Mapping
from compileall import compile_dir
from pathlib import Path
from py_compile import PycInvalidationMode
from statistics import median

from local.compiled import PACKAGE
from tools.compile_operations import list_handlers, write_compiled

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venvs/runtime/bin/python"
DEPENDENCIES = ROOT / ".build/layers/dependencies/python"
RUNS = 9
BARE = 'import boto3; boto3.client("dynamodb"); import os; os._exit(0)'
HANDLER = "import app; from parity.dynamodb.table import table; table(); import os; os._exit(0)"
HOT_TARGET, TARGET = 0.75, 1.0
HOT = (
    "entitlements/check",
    "entitlements/check_batch",
    "report/usage",
    "report/event",
    "report/events",
)
SHOWN = 10
"""How many of the ordinary handlers are printed: those that take longest."""


def measure() -> None:
    ordinary = [f"{path.parent.parent.name}/{path.parent.name}" for path in list_handlers()]
    with tempfile.TemporaryDirectory() as folder:
        layer = Path(folder) / "python"
        shutil.copytree(ROOT / "layers/parity/python", layer, ignore=shutil.ignore_patterns("__pycache__"))
        write_compiled(layer / PACKAGE)
        compile_dir(layer, quiet=1, invalidation_mode=PycInvalidationMode.UNCHECKED_HASH)
        least = _least_seconds(layer, (*HOT, *ordinary))
    bare = least.pop(BARE)
    sys.stdout.write(f"bare client: {bare:.3f} s of CPU on this machine\n")
    ratios = {name: seconds / bare for name, seconds in least.items()}
    slowest = sorted(ordinary, key=lambda name: ratios[name], reverse=True)
    for name in (*HOT, *slowest[:SHOWN]):
        target = HOT_TARGET if name in HOT else TARGET
        verdict = "held" if ratios[name] <= target else "missed"
        sys.stdout.write(f"{name:<26}{ratios[name]:>6.2f} times that; target {target}: {verdict}\n")
    held = sum(ratios[name] <= TARGET for name in ordinary)
    sys.stdout.write(f"{held} of {len(ordinary)} ordinary handlers hold it; the median is ")
    sys.stdout.write(f"{median(ratios[name] for name in ordinary):.2f}\n")


def _least_seconds(layer: Path, names: Iterable[str]) -> dict[str, float]:
    """By handler, and the bare client's."""
    least: dict[str, float] = {}
    for _ in range(RUNS):
        for name in (BARE, *names):
            seconds = _bare_seconds() if name == BARE else _handler_seconds(name, layer)
            least[name] = min(seconds, least.get(name, seconds))
    return least


def _bare_seconds() -> float:
    return _cpu_seconds(BARE, {})


def _handler_seconds(name: str, layer: Path) -> float:
    path = [str(ROOT / "functions" / name), str(layer), str(DEPENDENCIES)]
    return _cpu_seconds(HANDLER, {"PYTHONPATH": os.pathsep.join(path), "TABLE_NAME": "parity"})


def _cpu_seconds(program: str, environment: Mapping[str, str]) -> float:
    """User and system time of a new process."""
    variables = {
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "PYTHONDONTWRITEBYTECODE": "1",
        **environment,
    }
    process = os.posix_spawn(PYTHON, [str(PYTHON), "-c", program], variables)
    _, status, usage = os.wait4(process, 0)
    if status:
        sys.exit(f"{program!r} failed")
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    measure()
