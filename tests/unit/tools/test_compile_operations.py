"""What is compiled of models and operations, and what cannot be."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import AfterValidator, BaseModel

from tests.support import ROOT
from tools.compile_operations import compile_models, write_compiled

IMPORT_HANDLERS = """
import sys
from importlib.util import module_from_spec, spec_from_file_location
for path in sys.argv[1:]:
    spec = spec_from_file_location("app", path)
    spec.loader.exec_module(module_from_spec(spec))
imported = {name.split(".")[0] for name in sys.modules}
print(sorted(imported & {"aws_lambda_powertools", "parity_compiled", "pydantic"}))
"""


def test_no_handler_imports_pydantic_or_powertools_where_it_is_compiled(tmp_path: Path) -> None:
    write_compiled(tmp_path / "parity_compiled")
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_HANDLERS, *ROOT.glob("functions/*/*/app.py")],
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT / "layers/parity/python")]),
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "['parity_compiled']"


def test_the_same_sources_give_the_same_files(tmp_path: Path) -> None:
    read = {}
    for seed in ("1", "2"):
        folder = tmp_path / seed / "parity_compiled"
        subprocess.run(
            [sys.executable, "-m", "tools.compile_operations", folder],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": "layers/parity/python", "PYTHONHASHSEED": seed},
            check=True,
        )
        read[seed] = {path.relative_to(folder): path.read_text() for path in folder.rglob("*.py")}
    assert read["1"] == read["2"]


def test_a_check_without_a_name_is_refused() -> None:
    class Nameless(BaseModel):
        value: Annotated[Any, AfterValidator(lambda value: value)]

    with pytest.raises(TypeError, match="give it a name"):
        compile_models([Nameless])
