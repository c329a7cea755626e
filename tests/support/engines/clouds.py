"""Local clouds of a test module's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from local.cloud import LocalCloud
from tests.support import ROOT
from tests.support.engines.processes import ENGINE_PYTHON, RUNTIME_PYTHON

TIMEOUT_SECONDS = 300
"""A move of the clock is answered when all that it caused has run."""


@contextmanager
def start_cloud(state: Path) -> Iterator[LocalCloud]:
    """A cloud with an engine of its own, whose clock may be moved."""
    with LocalCloud(
        ROOT, quiet=True, python=RUNTIME_PYTHON, engine_python=ENGINE_PYTHON, state=state
    ) as cloud:
        yield cloud


@contextmanager
def open_client(cloud: LocalCloud) -> Iterator[httpx.Client]:
    """Calls paths below `/api/v1` with the key that may do everything."""
    headers = {"Authorization": f"Bearer {cloud.server_key}"}
    with httpx.Client(base_url=f"{cloud.url}/api/v1", headers=headers, timeout=TIMEOUT_SECONDS) as client:
        yield client
