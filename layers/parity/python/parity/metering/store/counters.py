"""Usage counters: one item per customer and feature, beside the snapshot: one Query of a check reads both.

Times are microseconds since 1970, to keep the items small.
"""

from __future__ import annotations

import json
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from parity.catalog.rules.aggregation_functions import Aggregation
from parity.core.periods import Period
from parity.core.times import from_micros, to_micros
from parity.dynamodb.items import to_json_text
from parity.dynamodb.optimistic import VersionChangedError
from parity.dynamodb.table import table
from parity.dynamodb.transactions import Transaction
from parity.entitlements.rules.settlement import LevelUsage, MeterUsage
from parity.entitlements.store import keys
from parity.entitlements.store.counter_view import FOREVER, expire_counter
from parity.metering.rules.aggregation import from_json, to_json
from parity.metering.rules.counters import PreviousWindow, UsageCounter, UsageWindow
from parity.metering.rules.usage_key import UsageKey

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from parity.core.numbers import Number
    from parity.dynamodb.items import Item
    from parity.dynamodb.table import Table


MAX_FROZEN = 70
"""A transaction has up to 100 writes, of which archiving a customer takes up to 30."""


class CounterStore:
    def __init__(self, table: Table) -> None:
        self.table = table

    def get(self, key: UsageKey) -> UsageCounter | None:
        """Strongly consistent."""
        item = self.table.get(keys.usage_counter(key.customer_id, key.feature))
        return counter_from_item(item) if item else None

    def of_customer(self, customer_id: str) -> list[UsageCounter]:
        """The customer's counters, sorted by feature; one strongly consistent Query."""
        prefix = keys.usage_counter(customer_id, "")
        items = self.table.query_all(
            "PK = :pk AND begins_with(SK, :prefix)",
            {":pk": prefix["PK"], ":prefix": prefix["SK"]},
            ConsistentRead=True,
        )
        return [counter_from_item(item) for item in items]

    def save(self, counter: UsageCounter) -> None:
        """Writes the next version of a counter. Raises VersionChangedError if it was changed in between."""
        transaction = Transaction(self.table)
        put_counter(transaction, counter)
        transaction.commit()

    def freeze(self, customer_id: str) -> None:
        """Freezes at most MAX_FROZEN of the customer's counters, in one transaction."""
        transaction = Transaction(self.table)
        freeze_counters(transaction, customer_id)
        if transaction.writes:
            transaction.commit()

    def expire(self, key: UsageKey, turn: datetime) -> None:
        """Has usage from that moment on settle the counter first."""
        transaction = Transaction(self.table)
        expire_counter(transaction, key.customer_id, key.feature, turn)
        transaction.commit()


def put_counter(transaction: Transaction, counter: UsageCounter) -> None:
    """Adds the next version of a counter. The commit may raise VersionChangedError."""
    transaction.put_next_version(_to_item(counter), counter.version)


def freeze_counters(transaction: Transaction, customer_id: str) -> None:
    """Adds writes that freeze the customer's counters.

    Reports cannot change a frozen counter until it is set up again.
    """
    active = [each for each in CounterStore(transaction.table).of_customer(customer_id) if not each.frozen]
    for counter in active[:MAX_FROZEN]:
        transaction.update(
            keys.usage_counter(customer_id, counter.feature),
            "SET frozen = :frozen ADD version :one",
            "attribute_exists(PK)",
            {":frozen": True, ":one": 1},
            refused=lambda _: VersionChangedError(),
        )


def _to_item(counter: UsageCounter) -> Item:
    first, *further = counter.windows
    raw = counter.aggregation is not Aggregation.CHANGE
    return {
        **keys.usage_counter(counter.customer_id, counter.feature),
        "kind": first.kind,
        "windowStart": to_micros(first.period.start),
        "windowEnd": to_micros(first.period.end) if first.period.end else FOREVER,
        "used": first.used,
        "since": to_micros(first.since) if first.since else None,
        "opening": first.opening or None,
        "carried": first.carried or None,
        "moved": first.moved or None,
        "tally": _tally_text(counter.aggregation, first),
        "further": to_json_text([_to_list(counter.aggregation, each) for each in further])
        if further
        else None,
        "meter": counter.aggregation.value if raw else None,
        "held": counter.held,
        "taken": first.used + counter.held,
        "earlier": counter.base,
        "changedAt": to_micros(counter.at),
        "turnsOn": to_micros(counter.turns_on) if counter.turns_on else FOREVER,
        "settled": counter.settled,
        "previous": _previous_text(counter.previous) if counter.previous else None,
        "version": counter.version,
        "frozen": counter.frozen or None,
    }


def _previous_text(previous: PreviousWindow) -> str | None:
    usage = previous.usage
    levels = [
        [
            kind,
            to_micros(each.window_start),
            _number_to_json(each.used),
            each.carried,
            _number_to_json(each.moved),
            to_micros(each.since) if each.since else None,
        ]
        for kind, each in usage.levels.items()
    ]
    return to_json_text([to_micros(usage.at), usage.first, levels, _number_to_json(previous.opening)])


def _previous_from_text(text: str) -> PreviousWindow:
    at, first, levels, opening = json.loads(text)
    held = {
        kind: LevelUsage(
            from_micros(start), _number(used), carried, _number(moved), from_micros(since) if since else None
        )
        for kind, start, used, carried, moved, since in levels
    }
    return PreviousWindow(MeterUsage(from_micros(at), first, held), _number(opening))


def _number_to_json(number: Number) -> int | str:
    return str(number) if isinstance(number, Decimal) else number


def _number(value: int | str) -> Number:
    return Decimal(value) if isinstance(value, str) else value


def _tally_text(aggregation: Aggregation, window: UsageWindow) -> str | None:
    return None if window.tally is None else to_json_text(to_json(aggregation, window.tally))


def _to_list(aggregation: Aggregation, window: UsageWindow) -> list[Any]:
    return [
        window.kind,
        to_micros(window.period.start),
        to_micros(window.period.end) if window.period.end else FOREVER,
        _number_to_json(window.used),
        window.carried,
        to_micros(window.since) if window.since else None,
        None if window.tally is None else to_json(aggregation, window.tally),
        _number_to_json(window.moved),
    ]


def counter_from_item(item: Item) -> UsageCounter:
    """From an item, or from its image in a record of the stream."""
    aggregation = Aggregation(item.get("meter", Aggregation.CHANGE))
    first = [
        item["kind"],
        item["windowStart"],
        item["windowEnd"],
        item["used"],
        item.get("carried", 0),
        item.get("since"),
        json.loads(item["tally"]) if "tally" in item else None,
        item.get("moved", 0),
        item.get("opening", 0),
    ]
    windows = [first, *json.loads(item.get("further", "[]"))]
    return UsageCounter(
        key=UsageKey(*keys.counter_of(item)),
        aggregation=aggregation,
        windows=tuple(_window(aggregation, window) for window in windows),
        held=item["held"],
        base=item["earlier"],
        at=from_micros(item["changedAt"]),
        previous=_previous_from_text(item["previous"]) if "previous" in item else None,
        turns_on=_end(item.get("turnsOn", 0)),
        settled=item.get("settled", 0),
        version=item["version"],
        frozen=item.get("frozen", False),
    )


def _window(aggregation: Aggregation, stored: Sequence[Any]) -> UsageWindow:
    """From the list that `_to_list` makes."""
    kind, start, end, used, carried, since, tally, moved, *opening = stored
    return UsageWindow(
        kind=kind,
        period=Period(from_micros(start), _end(end)),
        used=_number(used),
        since=None if since is None else from_micros(since),
        opening=opening[0] if opening else 0,
        carried=carried,
        moved=_number(moved),
        tally=None if tally is None else from_json(aggregation, tally),
    )


def _end(micros: int) -> datetime | None:
    return None if micros == FOREVER else from_micros(micros)


@cache
def counter_store() -> CounterStore:
    return CounterStore(table())
