"""Local clouds of a test module's own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from local.cloud import LocalCloud
from local.sign_in import SignIn
from tests.support import ROOT
from tests.support.engines.processes import ENGINE_PYTHON, RUNTIME_PYTHON

TIMEOUT_SECONDS = 300
"""A move of the clock is answered when all that it caused has run."""


@contextmanager
def start_cloud(state: Path, sign_in: SignIn | None = None) -> Iterator[LocalCloud]:
    """A cloud with an engine of its own, whose clock may be moved."""
    with LocalCloud(
        ROOT, quiet=True, python=RUNTIME_PYTHON, engine_python=ENGINE_PYTHON, state=state, sign_in=sign_in
    ) as cloud:
        yield cloud


@contextmanager
def start_command(state: Path, **variables: str) -> Iterator[subprocess.Popen[str]]:
    """`make run` in a process of its own, once it says that it is ready. `variables` are its environment's.

    It has a free port, no demo data, and the interpreters of the tests.
    """
    script = f"""
import functools, sys
from pathlib import Path
from local import __main__ as command
command.LocalCloud = functools.partial(
    command.LocalCloud,
    python=Path({str(RUNTIME_PYTHON)!r}),
    engine_python=Path({str(ENGINE_PYTHON)!r}),
    state=Path({str(state)!r}),
)
sys.exit(command.main())
"""
    environment = {**os.environ, "PORT": "0", "DEMO": "none", "PYTHONPATH": f"{ROOT}/layers/parity/python"}
    with subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=environment | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as command:
        try:
            assert command.stdout
            assert any("Ctrl-C stops it." in line for line in iter(command.stdout.readline, ""))
            yield command
        finally:
            command.kill()


def read_env(state: Path) -> dict[str, str]:
    """What a cloud has written for scripts."""
    return dict(line.split("=", 1) for line in (state / "env").read_text(encoding="utf-8").splitlines())


@contextmanager
def open_client(cloud: LocalCloud) -> Iterator[httpx.Client]:
    """Calls paths below `/api/v1` with the key that may do everything."""
    headers = {"Authorization": f"Bearer {cloud.server_key}"}
    with httpx.Client(base_url=f"{cloud.url}/api/v1", headers=headers, timeout=TIMEOUT_SECONDS) as client:
        yield client
