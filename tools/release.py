"""Prints the hash of what is deployed, for `make build`: the parameter Release of template.yaml.

A function with an alias is called by version. The SAM transform makes a new version when this parameter
changes: with any change of code, layers, the template or the parameters in samconfig.toml. By itself it would
miss new layers and new values of parameters (docs/decisions/0054).
"""

from __future__ import annotations

import hashlib
from pathlib import Path

ROOT = Path(__file__).parent.parent
LENGTH = 10
"""As much of it as the transform puts into the logical id of a version."""


def main() -> None:
    print(name_release(ROOT / ".aws-sam/build", ROOT / "samconfig.toml"))


def name_release(build: Path, config: Path) -> str:
    """The same for the same contents, wherever the files are and however old."""
    files = {str(path.relative_to(build)): path for path in build.rglob("*") if path.is_file()}
    hashed = hashlib.sha256(config.read_bytes())
    for name, path in sorted(files.items()):
        hashed.update(f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return hashed.hexdigest()[:LENGTH]


if __name__ == "__main__":
    main()
