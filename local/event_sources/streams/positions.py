"""Where each mapping has read its stream up to, in a file that outlives the local cloud."""

from __future__ import annotations

import json
import threading
from pathlib import Path

Checkpoints = dict[str, str | None]
"""By shard, the last settled sequence number; None while no record is settled."""


class Positions:
    """Without a file nothing is kept, as then the stream is lost, too."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._kept: dict[str, dict[str, Checkpoints]] = {}
        if file and file.exists():
            self._kept = json.loads(file.read_text(encoding="utf-8"))

    def find(self, mapping: str, stream_arn: str) -> Checkpoints | None:
        """None if nothing was kept of this stream: a new table has a new one."""
        return self._kept.get(mapping, {}).get(stream_arn)

    def keep(self, mapping: str, stream_arn: str, checkpoints: Checkpoints) -> None:
        """Whoever reads the file sees all of the present positions, or all of those before."""
        with self._lock:
            if not self._file or self.find(mapping, stream_arn) == checkpoints:
                return
            self._kept[mapping] = {stream_arn: checkpoints}
            written = self._file.with_suffix(".new")
            written.write_text(json.dumps(self._kept), encoding="utf-8")
            written.replace(self._file)
