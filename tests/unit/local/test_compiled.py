"""The compiled operations are used on this machine only if they are those of the sources."""

from __future__ import annotations

from pathlib import Path

import pytest

from local.compiled import FOLDER, LOCK, PACKAGE, describe_sources, is_compiled_from
from local.local_stack import load_local_stack
from tests.support import ROOT

MODEL = "layers/parity/python/parity/models.py"
HANDLER = "functions/customers/get/app.py"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with a model and a handler, and with what was compiled of them."""
    for name in (MODEL, HANDLER, LOCK):
        write(tmp_path / name, f"# {name}")
    compile_sources(tmp_path)
    return tmp_path


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def compile_sources(root: Path) -> None:
    write(root / FOLDER / PACKAGE / "__init__.py", describe_sources(root))


def test_what_is_compiled_is_that_of_the_sources(root: Path) -> None:
    assert is_compiled_from(root, root / FOLDER)
    assert not is_compiled_from(root, root)


@pytest.mark.parametrize("name", [MODEL, HANDLER, LOCK])
def test_a_changed_source_makes_it_stale(root: Path, name: str) -> None:
    (root / name).write_text("# changed")
    assert not is_compiled_from(root, root / FOLDER)


def test_a_new_and_a_renamed_source_make_it_stale(root: Path) -> None:
    write(root / "layers/parity/python/parity/more.py", "")
    assert not is_compiled_from(root, root / FOLDER)
    compile_sources(root)
    (root / MODEL).rename(root / MODEL.replace("models", "other_models"))
    assert not is_compiled_from(root, root / FOLDER)


@pytest.mark.parametrize("is_fresh", [True, False])
def test_functions_run_compiled_if_it_is_fresh(monkeypatch: pytest.MonkeyPatch, *, is_fresh: bool) -> None:
    monkeypatch.setattr("local.local_stack.is_compiled_from", lambda *_: is_fresh)
    for function in load_local_stack(ROOT, {}, None).functions.values():
        assert (ROOT / FOLDER in function.layers) == is_fresh
