"""What time it is in the local cloud."""

from __future__ import annotations

import mmap
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path

OFFSET = struct.Struct("<q")
"""How the file holds the offset: in microseconds, as `local.runtime.launcher` reads it."""


def describe_lost_offset(file: Path) -> str | None:
    """A sentence if an earlier clock, whose file this was, had been moved: a restart is at real time."""
    ahead = OFFSET.unpack(file.read_bytes())[0] if file.exists() else 0
    if not ahead:
        return None
    return (
        f"The clock was {timedelta(microseconds=ahead)} ahead when {file.parent} was last used, and is at "
        "real time again: what was done then has a date that is still to come. POST /local/clock moves it."
    )


class Clock:
    """Real time and an offset, which is zero at the start and only grows. It keeps ticking.

    The offset is in a file that the processes of the functions map into their memory, so that each of them
    has the new time at once. Deadlines, timeouts and the engine keep real time.
    """

    def __init__(self, file: Path) -> None:
        """`file` is made anew: processes of an earlier cloud keep the file that they have mapped."""
        file.parent.mkdir(parents=True, exist_ok=True)
        file.unlink(missing_ok=True)
        file.write_bytes(OFFSET.pack(0))
        self.file = file
        with file.open("r+b") as opened:
            self._memory = mmap.mmap(opened.fileno(), OFFSET.size)

    @property
    def offset(self) -> timedelta:
        return timedelta(microseconds=OFFSET.unpack_from(self._memory)[0])

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset

    def move_to(self, moment: datetime) -> None:
        """Makes it that moment now. A moment that has passed changes nothing."""
        ahead = moment - self.now()
        if ahead > timedelta(0):
            OFFSET.pack_into(self._memory, 0, (self.offset + ahead) // timedelta(microseconds=1))
