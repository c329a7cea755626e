"""What a newcomer waits for: `make newcomer` clones this repository, runs it, and asks for a first check.

Nothing is there before: no environments, and no caches of pip, uv and npm. The clone has what is committed.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tools.api_client import Api

ROOT = Path(__file__).parent.parent
READY = "Ctrl-C stops it."
STOP_SECONDS = 30


def main() -> None:
    with TemporaryDirectory() as folder:
        clone, caches = Path(folder) / "parity", Path(folder) / "caches"
        with print_seconds_of("git clone"):
            subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        with running(clone, caches, "make run, until it is ready"), print_seconds_of("the first check"):
            check(clone)
        with running(clone, caches, "make run again, until it is ready"):
            pass


@contextmanager
def print_seconds_of(what: str) -> Iterator[None]:
    started = time.monotonic()
    yield
    print(f"{time.monotonic() - started:6.1f} s  {what}", flush=True)


@contextmanager
def running(clone: Path, caches: Path, what: str) -> Iterator[None]:
    """Parity as the clone starts it, on any free port."""
    command = ["make", "--silent", "run", f"PORT={find_free_port()}"]
    environment = {**os.environ, **name_caches(caches)}
    with subprocess.Popen(
        command,
        cwd=clone,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            with print_seconds_of(what):
                wait_until_ready(process.stdout or ())
            yield
        finally:
            os.killpg(process.pid, signal.SIGINT)
            process.wait(STOP_SECONDS)


def wait_until_ready(lines: Iterable[str]) -> None:
    seen = []
    for line in lines:
        seen.append(line)
        if READY in line:
            return
    sys.exit(f"make run has ended before it was ready:\n{''.join(seen[-20:])}")


def name_caches(folder: Path) -> dict[str, str]:
    names = ("PIP_CACHE_DIR", "UV_CACHE_DIR", "npm_config_cache")
    return {name: str(folder / name) for name in names}


def check(clone: Path) -> None:
    """What somebody with a subscription of the demo data has."""
    (file,) = clone.glob(".local/*/env")
    env = dict(line.split("=", 1) for line in file.read_text(encoding="utf-8").splitlines())
    api = Api(env["PARITY_URL"], env["PARITY_SERVER_KEY"])
    customer = api.get("/subscriptions", status="active").json()["results"][0]["customerId"]
    if not api.get("/entitlements", customer_id=customer).json()["entitlements"]:
        sys.exit(f"{customer} has a subscription and no entitlement.")


def find_free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


if __name__ == "__main__":
    main()
