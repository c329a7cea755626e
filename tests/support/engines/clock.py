"""The clock of a running local cloud, moved over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import httpx

PATH = "/local/clock"


class MovableClock:
    """`url` is that of the cloud. A move returns when all that it caused has run."""

    def __init__(self, client: httpx.Client, url: str) -> None:
        self._client = client
        self._url = url + PATH

    def now(self) -> datetime:
        return datetime.fromisoformat(self._client.get(self._url).json()["now"])

    def advance(self, duration: str) -> dict[str, Any]:
        """Takes a duration of ISO 8601, such as `P1M`; returns what ran."""
        return self._move({"advance": duration})

    def move_to(self, moment: datetime) -> dict[str, Any]:
        return self._move({"to": moment.isoformat()})

    def _move(self, body: dict[str, str]) -> dict[str, Any]:
        answer = self._client.post(self._url, json=body)
        assert answer.status_code == 200, answer.text
        report: dict[str, Any] = answer.json()
        assert not [each for each in report["ran"] if each["failed"] or each["totals"].get("failed")]
        return report
