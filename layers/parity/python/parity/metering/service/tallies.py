"""Recounting: the slots of an hour from its stored events, and the windows of a counter from their hours."""

from __future__ import annotations

from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING

from parity.catalog.rules.aggregation_functions import Aggregation
from parity.core.periods import Period
from parity.metering.rules.buckets import total_tally
from parity.metering.rules.counters import change_counting_windows
from parity.metering.rules.event_values import add_to_slots, occurrences_of
from parity.metering.rules.rollups import rollup_aggregation
from parity.metering.rules.unique_values import limit_values
from parity.metering.service.timeline import read_slots

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from parity.catalog.rules.meters import Meter
    from parity.metering.rules.aggregation import Tally
    from parity.metering.rules.buckets import HourBucket
    from parity.metering.rules.counters import UsageCounter, UsageWindow
    from parity.metering.store.buckets import BucketStore
    from parity.metering.store.events import EventStore

    Hours = Mapping[datetime, HourBucket]

AHEAD = timedelta(hours=1)
"""How far ahead of now hours are read. Events may be up to 5 minutes in the future."""


def slots_from_events(
    store: EventStore, meter: Meter, counter: UsageCounter, hour: datetime
) -> dict[datetime, Tally]:
    """The slots of an hour, from the events stored for it; one strongly consistent Query."""
    events = ((event, 0) for event in store.of_hour(counter.customer_id, hour))
    return limit_values(add_to_slots({}, counter, occurrences_of(meter, events)))


def recount_windows(
    store: BucketStore, counter: UsageCounter, now: datetime, *, instead: Hours = MappingProxyType({})
) -> UsageCounter:
    """Recounts the windows that usage counts in. Hours given `instead` replace those stored."""

    def recount(window: UsageWindow) -> UsageWindow:
        tally = window_tally(store, counter, window.counting_period, now, instead=instead)
        return window.with_tally(counter.aggregation, tally)

    return change_counting_windows(counter, recount)


def window_tally(
    store: BucketStore,
    counter: UsageCounter,
    period: Period,
    now: datetime,
    *,
    instead: Hours = MappingProxyType({}),
) -> Tally | None:
    """The tally of all hours in a period. Hours given `instead` replace those stored."""
    until = now + AHEAD
    known = Period(period.start, min(period.end or until, until))
    by_day = counter.aggregation is not Aggregation.UNIQUE  # months have no unique values
    slots = read_slots(store, counter.key, known, whole_days=by_day, instead=instead)
    return total_tally(rollup_aggregation(counter.aggregation), slots)
