"""One event that many report at once, each with another timestamp, on a real engine."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from parity.dynamodb.table import Table
from parity.metering.rules.events import EventKeyReusedError, Outcome
from parity.metering.store.events import EventStore
from tests.support.builders.events import make_event
from tests.support.builders.moments import DAY, HOUR, NOON
from tests.support.engines.processes import run_at_once

pytestmark = pytest.mark.slow

REPORTERS = 8
ROUNDS = 25


def make_store(table: Table) -> EventStore:
    return EventStore(table, 45 * DAY, 35 * DAY)


def list_stored(store: EventStore, key: str) -> list[timedelta]:
    """How long before noon the stored events with the key happened."""
    hours = [NOON - number * HOUR for number in range(REPORTERS)]
    return [
        NOON - event.timestamp
        for hour in hours
        for event in store.of_hour("acme", hour)
        if event.idempotency_key == key
    ]


def test_one_key_in_many_hours_at_once_is_stored_once(table: Table) -> None:
    store = make_store(table)
    for number in range(ROUNDS):
        events = [make_event(f"k-{number}", NOON - hour * HOUR, 1) for hour in range(REPORTERS)]
        outcomes = run_at_once([partial(store.put, event) for event in events])
        assert sorted(map(str, outcomes)) == [Outcome.ACCEPTED] + [Outcome.DUPLICATE] * (REPORTERS - 1)
        assert len(list_stored(store, f"k-{number}")) == 1


def test_of_many_events_under_one_key_one_is_stored_and_the_others_are_refused(table: Table) -> None:
    store = make_store(table)
    events = [make_event("k", NOON - hour * HOUR, hour) for hour in range(REPORTERS)]
    outcomes = run_at_once([partial(store.put, event) for event in events])
    assert outcomes.count(Outcome.ACCEPTED) == 1
    assert sum(isinstance(outcome, EventKeyReusedError) for outcome in outcomes) == REPORTERS - 1
    assert len(list_stored(store, "k")) == 1
