"""Builds the dashboard again when its sources change."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

from local.reload import Watcher

SOURCES = ("dashboard/src", "dashboard/public", "dashboard/index.html", "docs/openapi.json")


def watch_dashboard(root: Path, report: Callable[[str], None]) -> Watcher:
    """A started watcher, which reports each build. What the build itself generates starts no other one."""

    def build(changed: set[Path]) -> None:
        if all(path.name.endswith(".gen.ts") for path in changed):
            return
        command = ["make", "--silent", "dashboard"]
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
        if done.returncode:
            report(f"The dashboard was not rebuilt:\n{done.stdout}{done.stderr}")
        else:
            report("The dashboard was rebuilt: load the page again.")

    watcher = Watcher([root / source for source in SOURCES], build)
    watcher.start()
    return watcher
