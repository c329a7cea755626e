"""The interpreters that run functions and the engine: those that `make` has set up, else what is at hand."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


def _runtime_python() -> Path:
    made = ROOT / ".venvs/runtime/bin/python"
    return made if made.exists() else Path(sys.executable)


def _engine_python() -> Path:
    made = ROOT / ".venvs/engine/bin/python"
    on_path = shutil.which("ministack")
    return Path(on_path).with_name("python") if on_path and not made.exists() else made


RUNTIME_PYTHON = _runtime_python()
ENGINE_PYTHON = _engine_python()
needs_engine = pytest.mark.skipif(
    not ENGINE_PYTHON.exists(), reason="MiniStack is not installed: make test does it"
)
