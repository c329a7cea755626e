"""A customer whose usage is watched, and what the table's stream tells of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import count

import pytest

from parity.dynamodb import keys
from parity.dynamodb.items import Item, to_wire
from parity.dynamodb.table import Table
from tests.support.counted import Record, record
from tests.support.customers import items
from tests.support.entitlements import set_clock
from tests.support.events import sample_event
from tests.support.usage import set_clocks
from tests.support.watching import Watch

CLOCKED = ("report/event", "report/events", "usage/count", "usage/aggregate", "usage/query", "usage/periods")
"""What `set_clocks` does not set."""


class Stream:
    """What the table's stream tells of usage: how the table differs from what it was."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._known: dict[tuple[str, str], Item] = {}
        self._numbers = count(1)

    def news(self) -> list[Record]:
        """Of events, then of counters."""
        found = {(item["PK"], item["SK"]): item for item in items(self._table) if _is_told(item)}
        changed = {place: item for place, item in found.items() if item != self._known.get(place)}
        records = [self._record(place, item) for place, item in sorted(changed.items(), key=_events_first)]
        self._known = found
        return records

    def _record(self, place: tuple[str, str], item: Item) -> Record:
        old = self._known.get(place)
        return record(to_wire(item), to_wire(old) if old else None, next(self._numbers))


def _is_told(item: Item) -> bool:
    return keys.is_events(item["PK"]) or item["SK"].startswith(keys.COUNTER)


def _events_first(changed: tuple[tuple[str, str], Item]) -> tuple[bool, tuple[str, str]]:
    return not keys.is_events(changed[0][0]), changed[0]


@dataclass(frozen=True)
class Town:
    """Where every function is watched, and the stream is told when a test says so."""

    watch: Watch
    stream: Stream
    monkeypatch: pytest.MonkeyPatch

    def at(self, moment: datetime) -> None:
        set_clocks(self.monkeypatch, moment)
        for operation in CLOCKED:
            set_clock(self.monkeypatch, operation, moment)

    def count(self) -> None:
        """Until the stream has nothing more to tell."""
        while records := self.stream.news():
            outcome = self.watch.run("usage/count", {"Records": records})
            assert outcome == {"batchItemFailures": []}

    def aggregate(self, moment: datetime) -> None:
        self.at(moment)
        outcome = self.watch.run("usage/aggregate", {})
        assert (outcome["failed"], outcome["complete"]) == (0, True)

    def recompute(self) -> None:
        event = sample_event("entitlements_recompute")
        event["Records"][0]["dynamodb"]["Keys"]["PK"]["S"] = keys.customer("acme")["PK"]
        assert self.watch.run("entitlements/recompute", event) == {"batchItemFailures": []}
