"""Ingesting events: each is stored once, however often it is sent."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from parity.core.errors import BusyError
from parity.metering.rules.events import UsageEvent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from parity.metering.rules.events import Outcome
    from parity.metering.store.events import EventStore

    Numbered = tuple[int, UsageEvent]
    """An event with its position among those that were sent."""

WORKERS = 16


def ingest_event(store: EventStore, event: UsageEvent) -> Outcome:
    """Stores an event.

    Raises CustomerNotFoundError, CustomerIsArchivedError, EventKeyReusedError or BusyError.
    """
    if refusal := store.refusal(event.customer_id):
        raise refusal
    return store.put(event)


def ingest_events(
    store: EventStore, events: Sequence[UsageEvent | Exception], out_of_time: Callable[[], bool]
) -> list[Outcome | Exception]:
    """Stores events; returns for each, in their order, its outcome or the error that prevented it.

    An invalid event is passed as its error, which is returned unchanged. If the time runs out, each remaining
    event gets a BusyError. After any failure the same events can be sent again, all or some of them.
    """
    checked = _refuse_events(store, events)
    with ThreadPoolExecutor(WORKERS) as workers:
        put = workers.map(partial(_put_in_order, store, out_of_time), _group_by_key(checked))
        stored = dict(chain.from_iterable(put))
    return [
        stored[number] if isinstance(event, UsageEvent) else event for number, event in enumerate(checked)
    ]


def _refuse_events(
    store: EventStore, events: Iterable[UsageEvent | Exception]
) -> list[UsageEvent | Exception]:
    """Replaces each event whose customer is archived or does not exist by the error."""
    events = list(events)
    customers = {event.customer_id for event in events if isinstance(event, UsageEvent)}
    refusals = store.refusals(customers)
    return [
        refusals.get(event.customer_id, event) if isinstance(event, UsageEvent) else event for event in events
    ]


def _group_by_key(checked: Iterable[UsageEvent | Exception]) -> list[list[Numbered]]:
    """Groups the events by customer and key, each group in their order."""
    groups: dict[tuple[str, str], list[Numbered]] = {}
    for number, event in enumerate(checked):
        if isinstance(event, UsageEvent):
            groups.setdefault((event.customer_id, event.idempotency_key), []).append((number, event))
    return list(groups.values())


def _put_in_order(
    store: EventStore, out_of_time: Callable[[], bool], group: Sequence[Numbered]
) -> list[tuple[int, Outcome | Exception]]:
    """Stores the events of one key in their order, so that only the later ones can be duplicates.

    All get the timestamp of the first one, as the table compares events of the same hour only.
    """
    _, first = group[0]
    return [
        (number, _put(store, out_of_time, replace(event, timestamp=first.timestamp)))
        for number, event in group
    ]


def _put(store: EventStore, out_of_time: Callable[[], bool], event: UsageEvent) -> Outcome | Exception:
    if out_of_time():
        return BusyError()
    try:
        return store.put(event)
    except Exception as error:  # noqa: BLE001 - what happens to one event must not happen to the others
        return error


def out_of_time_after(seconds: float) -> Callable[[], bool]:
    """A function that says whether so many seconds have passed since now."""
    end = time.monotonic() + seconds
    return lambda: time.monotonic() > end
