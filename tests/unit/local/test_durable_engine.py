from __future__ import annotations

import platform
from pathlib import Path

import pytest

from local.durable_engine import PROGRAM, find_program
from local.engine import EngineError


@pytest.mark.parametrize(("system", "machine"), [("Darwin", "arm64"), ("Linux", "aarch64")])
def test_a_platform_without_it_is_told_what_to_do(
    system: str, machine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platform, "system", lambda: system)
    monkeypatch.setattr(platform, "machine", lambda: machine)
    with pytest.raises(EngineError, match=r"for Linux on x86-64 only: start without DATA, or name an engine"):
        find_program(tmp_path)


def test_where_it_is_not_installed_make_installs_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    with pytest.raises(EngineError, match=r"is not there: start with `make run DATA=\.\.\.`"):
        find_program(tmp_path)


def test_it_is_where_npm_puts_it(tmp_path: Path) -> None:
    program = tmp_path / PROGRAM
    program.parent.mkdir(parents=True)
    program.touch()
    assert find_program(tmp_path) == program
