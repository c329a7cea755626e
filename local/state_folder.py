"""The folders that a local cloud has to itself: of logs and files that name it, and of data that stays."""

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
def claim_folder(folder: Path, variable: str) -> Iterator[None]:
    """Keeps other clouds away from the folder during the block. Raises StateError if one has it already.

    `variable` is what gives another cloud another folder. The lock ends with the process, however it ends.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StateError(
                f"Parity is running with {folder} already: "
                f"stop it, or start this one with another {variable}."
            ) from error
        yield
