"""The folder in which a local cloud keeps its logs, failures, clock and the files that name it."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DEFAULT_PORT = 3000


class StateError(Exception):
    """Another cloud has the folder; its text is one sentence."""


def find_state_folder(root: Path, port: int) -> Path:
    """`.local` for the default port, and `.local/4000` for a cloud that runs beside it on port 4000."""
    return root / ".local" if port == DEFAULT_PORT else root / ".local" / str(port)


@contextmanager
def claim_state_folder(folder: Path) -> Iterator[None]:
    """Keeps other clouds away from the folder during the block. Raises StateError if one has it already.

    The lock ends with the process, however it ends.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StateError(
                f"Parity is running with {folder} already: stop it, or start this one with another PORT."
            ) from error
        yield
