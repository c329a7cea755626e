"""The compiled operations beside the sources that they were made of (docs/decisions/0076)."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

PACKAGE = "parity_compiled"
FOLDER = Path(".build/compiled")
"""Where `make` puts the package for this machine."""

SOURCES = ("layers/parity/python/**/*.py", "functions/*/*/app.py", "tools/compile_operations.py")
LOCK = "requirements/dev.txt"
"""It has the versions of pydantic and Powertools, which do the compiling."""


def describe_sources(root: Path) -> str:
    """The text of the package's `__init__.py`, which is another one whenever a source is another one."""
    digest = sha256()
    for path in [root / LOCK, *sorted(path for pattern in SOURCES for path in root.glob(pattern))]:
        digest.update(f"{path.relative_to(root)}\n".encode() + path.read_bytes())
    return f'"""Compiled from the sources whose hash is {digest.hexdigest()}."""\n'


def is_compiled_from(root: Path, folder: Path) -> bool:
    """Whether the package in the folder was compiled from the sources as they are now."""
    marker = folder / PACKAGE / "__init__.py"
    return marker.is_file() and marker.read_text(encoding="utf-8") == describe_sources(root)
