from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from tests.support import ROOT
from tests.support.engines.processes import RUNTIME_PYTHON, wait_until
from tests.unit.local.runtime.functions import is_running


def test_processes_do_not_outlive_a_local_cloud_that_is_killed(code: Path, tmp_path: Path) -> None:
    script = f"""
import threading
from pathlib import Path
from local.model import Function
from local.runtime import FunctionPool, RuntimeMissingError
from local.runtime import pool as pool_module
code = Path({str(code)!r})
functions = {{"hang": Function("hang", "app.hang", code, (), {{}}, 128, 60)}}
pool = FunctionPool(functions, Path({str(RUNTIME_PYTHON)!r}), logs=code / "logs", services={{}}, report=print)
pool.invoke("hang", {{"file": {str(tmp_path / "pid")!r}}})
"""
    with subprocess.Popen([sys.executable, "-c", script], cwd=ROOT) as cloud:
        wait_until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text())
        cloud.send_signal(signal.SIGKILL)
    worker = int((tmp_path / "pid").read_text())
    wait_until(lambda: not is_running(worker))


def test_a_program_that_is_no_python_does_not_outlive_it_either(tmp_path: Path) -> None:
    script = f"""
import time
from pathlib import Path
from local.runtime import children
folder = Path({str(tmp_path)!r})
children.start_program(Path("/bin/sh"), ["-c", "echo $$ > pid; sleep 60"], folder=folder, log=folder / "log")
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", script], cwd=ROOT) as cloud:
        wait_until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text())
        cloud.send_signal(signal.SIGKILL)
    program = int((tmp_path / "pid").read_text())
    wait_until(lambda: not is_running(program))
