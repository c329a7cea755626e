"""The files that say where the local cloud is: `env` for scripts, `sam.json` for `sam local`."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from local.model import Function

HOST = "host.docker.internal"
"""What a container of `sam local` calls this machine."""


def write_env(file: Path, variables: Mapping[str, str]) -> None:
    """Writes variables for scripts (`set -a; . .local/env`). They hold keys: only the owner may read them."""
    file.unlink(missing_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        opened.writelines(f"{name}={value}\n" for name, value in variables.items())


def write_sam_env(file: Path, functions: Iterable[Function], engine_url: str) -> None:
    """Writes what `sam local --env-vars` gives to all functions, so that they use the local engine.

    Without it they would have SAM's guesses of names, and the developer's own AWS account.
    """
    merged = {name: value for function in functions for name, value in function.environment.items()}
    merged["AWS_ENDPOINT_URL"] = engine_url.replace("127.0.0.1", HOST).replace("localhost", HOST)
    file.write_text(json.dumps({"Parameters": merged}, indent=2) + "\n", encoding="utf-8")
