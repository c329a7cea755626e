"""Failure records: what AWS sends to an on-failure destination when a function has failed for good."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


class FailureLog:
    """Appends failure records to `<folder>/<name>.jsonl`, one JSON object a line."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()

    def path(self, name: str) -> Path:
        return self._folder / f"{name}.jsonl"

    def append(self, name: str, record: Mapping[str, Any]) -> None:
        with self._lock:
            self._folder.mkdir(parents=True, exist_ok=True)
            with self.path(name).open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(record, ensure_ascii=False) + "\n")


def failure_record(function_arn: str, condition: str, attempts: int, epoch_seconds: float) -> dict[str, Any]:
    """The fields that the failure records of batches and of asynchronous invocations share."""
    return {
        "version": "1.0",
        "timestamp": format_time(epoch_seconds),
        "requestContext": {
            "requestId": str(uuid.uuid4()),
            "functionArn": function_arn,
            "condition": condition,
            "approximateInvokeCount": attempts,
        },
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
    }


def format_time(epoch_seconds: float) -> str:
    moment = datetime.fromtimestamp(epoch_seconds, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
