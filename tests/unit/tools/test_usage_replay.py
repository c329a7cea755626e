"""`make replay` for usage, on the real engine: what was dead-lettered is counted, once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from parity.aws.event_bus import EventBus
from parity.catalog.rules.aggregation_functions import Aggregation
from parity.catalog.rules.feature_types import FeatureType
from parity.catalog.rules.features import FeatureDraft, MeterKind
from parity.catalog.service.features import create_feature
from parity.catalog.store.features import FeatureStore
from parity.catalog.store.meters import MeterStore
from parity.core.periods import Period
from parity.core.times import now
from parity.customers.store.customers import CustomerStore
from parity.entitlements.store.checks import CheckStore
from parity.metering.rules.buckets import DAY, HOUR, day_of, hour_of, total_tally
from parity.metering.rules.counters import next_version
from parity.metering.rules.events import UsageEvent
from parity.metering.rules.usage_key import UsageKey
from parity.metering.rules.windows import new_counter, settle_counter
from parity.metering.service.counters import CountingStores
from parity.metering.service.timeline import read_slots
from parity.metering.store.buckets import BucketStore
from parity.metering.store.counters import CounterStore
from parity.metering.store.events import EventStore
from parity.usage.rules.reports import Behaviour, apply_usage
from parity.usage.service.alerts import AlertStores
from parity.usage.service.stream import StreamStores, UsageRecords, process_records
from parity.usage.store.alerts import AlertStore
from parity.usage.store.ended_windows import EndedWindowStore
from parity.usage.store.listed_alerts import ListedAlertStore
from tests.support.engines.processes import needs_engine
from tests.support.engines.tables import StreamedTable
from tests.support.fakes.event_sources import TrimmedStream
from tools.usage_replay import TooOldError, UsageReplay

pytestmark = needs_engine

RETENTION = 45 * DAY
NOW = now()
AN_HOUR = hour_of(NOW - 3 * DAY)
"""Long over."""

METERS: Mapping[str, Mapping[str, Any]] = {
    "tokens": {"function": "SUM", "field": "tokens"},
    "calls": {"function": "COUNT", "field": None},
}


@dataclass
class Usage:
    """Features that are counted from events or reported, and what the replay said of them."""

    place: StreamedTable
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        table = self.place.table
        self.features = FeatureStore(table)
        self.counting = CountingStores(
            EventStore(table, RETENTION), BucketStore(table), CounterStore(table), CheckStore(table)
        )
        bus = EventBus(self.place.sqs, "nobody is told", "parity-test")
        listed = ListedAlertStore(table)
        alerts = AlertStores(AlertStore(table), listed, CustomerStore(table), self.features, bus, "org-1")
        self.stores = StreamStores(MeterStore(table).of_event, self.counting, EndedWindowStore(table), alerts)
        for name, aggregation in METERS.items():
            self._create(name, {"eventName": "completion", "aggregation": aggregation, "filters": []})
        self._create("exports", None)

    def _create(self, name: str, meter: Mapping[str, Any] | None) -> None:
        kind = MeterKind.RAW_EVENTS if meter else MeterKind.PRE_AGGREGATED_USAGE
        draft = FeatureDraft(name=name, feature_type=FeatureType.METER, meter_kind=kind, meter=meter)
        create_feature(self.features, draft, NOW - 60 * DAY, lambda _: None)

    def replay(self) -> UsageReplay:
        return UsageReplay(self.stores, self.features.all(), self.said.append)

    def run(self) -> UsageReplay:
        """What `make replay` does without arguments."""
        replay = self.replay()
        with self.place.failure_queue() as failures:
            replay.replay_batches(failures, self.place.streams)
        return replay

    def event(self, key: str, tokens: int, at: datetime = AN_HOUR, **changes: Any) -> UsageEvent:  # noqa: ANN401
        """Stored, and not counted."""
        given = {"customer_id": "acme", "name": "completion", "properties": {"tokens": tokens}, **changes}
        event = UsageEvent(idempotency_key=key, timestamp=at, resource_id=None, received_on=at, **given)
        self.counting.events.put(event)
        return event

    def count(self, event: UsageEvent) -> None:
        """As the stream function does with the last record of the stream."""
        _, number = self.place.read_records()[-1]
        process_records(self.stores, event.customer_id, UsageRecords(events=[(event, int(number))]), NOW)

    def report(self, *values: int) -> None:
        """Moves the counter of exports by these, one after the other."""
        store, key = self.counting.counters, UsageKey("acme", "exports")
        for value in values:
            counter = store.get(key) or settle_counter(
                new_counter(key, Aggregation.CHANGE, AN_HOUR), None, AN_HOUR
            )
            store.save(next_version(apply_usage(counter, Behaviour.DELTA, value), AN_HOUR))

    def in_hour(self, feature: str, hour: datetime = AN_HOUR, customer_id: str = "acme") -> object:
        """The sum of the hour's slots; None if nothing of it was counted."""
        found = self.counting.buckets.hours(UsageKey(customer_id, feature), [hour]).get(hour)
        return total_tally(found.aggregation, found.slots) if found else None

    def in_days(self, feature: str, first: datetime) -> object:
        """The sum of the day and the next one, as the graph reads it."""
        two_days = Period(first, first + 2 * DAY)
        slots = read_slots(self.counting.buckets, UsageKey("acme", feature), two_days, whole_days=True)
        return total_tally(Aggregation.SUM, slots)

    def used(self, feature: str) -> object:
        counter = self.counting.counters.get(UsageKey("acme", feature))
        return counter.windows[0].used if counter else None


@pytest.fixture
def usage(place: StreamedTable) -> Usage:
    return Usage(place)


def test_counts_the_events_of_a_failed_batch_for_every_meter_of_their_name(usage: Usage) -> None:
    usage.place.fail_batch_of(lambda: [usage.event("e-1", 5), usage.event("e-2", 7)])
    assert usage.run().failed == 0
    assert (usage.in_hour("tokens"), usage.in_hour("calls")) == (12, 2)
    assert (usage.used("tokens"), usage.used("calls")) == (12, 2)
    assert usage.in_days("tokens", day_of(AN_HOUR)) == 12
    assert usage.place.count_messages() == 0
    assert "2 hours counted again, 2 of them corrected" in usage.said[0]


def test_counts_events_although_later_ones_of_their_hour_were_counted_before(usage: Usage) -> None:
    usage.place.fail_batch_of(lambda: usage.event("given-up", 5))
    usage.count(usage.event("later", 7))
    assert usage.in_hour("tokens") == 7
    usage.run()
    assert usage.in_hour("tokens") == usage.used("tokens") == 12


def test_events_of_the_hour_that_are_on_the_stream_still_are_not_counted_twice(usage: Usage) -> None:
    usage.place.fail_batch_of(lambda: usage.event("given-up", 5))
    on_its_way = usage.event("on its way", 7)
    usage.run()
    usage.count(on_its_way)
    assert usage.in_hour("tokens") == usage.used("tokens") == 12


def test_a_batch_that_is_brought_in_twice_counts_once(usage: Usage) -> None:
    usage.event("e-1", 5)
    usage.report(4)
    usage.place.fail_batch_of(lambda: usage.event("e-2", 7))
    usage.run()
    usage.place.fail_batch(usage.place.read_records()[0][1], usage.place.read_records()[-1][1])
    assert usage.run().failed == 0
    assert usage.in_hour("tokens") == usage.used("tokens") == 12
    assert usage.in_hour("exports") == (0, 0, 1, 4)
    assert "0 of them corrected" in usage.said[-2]


def test_leaves_alone_what_lies_around_the_batch_or_does_not_count(usage: Usage) -> None:
    usage.event("before", 1, AN_HOUR - HOUR)
    usage.place.fail_batch_of(lambda: [usage.event("e-1", 5), usage.event("e-2", 9, AN_HOUR, name="else")])
    usage.event("after", 1, AN_HOUR + HOUR)
    usage.run()
    assert usage.in_hour("tokens") == 5
    assert usage.in_hour("tokens", AN_HOUR - HOUR) is None
    assert usage.in_hour("tokens", AN_HOUR + HOUR) is None


def test_records_the_changes_of_counters_as_usage_by_time(usage: Usage) -> None:
    usage.place.fail_batch_of(lambda: usage.report(4, -1, 6))
    assert usage.run().failed == 0
    assert usage.in_hour("exports") == (0, 0, 3, 9)
    assert "3 changes of counters recorded" in usage.said[0]
    usage.place.fail_batch_of(lambda: usage.report(1))
    usage.run()
    assert usage.in_hour("exports") == (0, 0, 4, 10)


def test_a_customer_who_fails_keeps_the_batch_in_the_queue_and_nobody_waiting(
    usage: Usage, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage.place.fail_batch_of(
        lambda: [usage.event("e-1", 5), usage.event("e-2", 7, AN_HOUR, customer_id="zoe")]
    )
    read = EventStore.of_hour

    def fail_for_acme(store: EventStore, customer_id: str, hour: datetime) -> list[UsageEvent]:
        if customer_id == "acme":
            raise RuntimeError("poison")
        return read(store, customer_id, hour)

    monkeypatch.setattr(EventStore, "of_hour", fail_for_acme)
    assert usage.run().failed == 1
    assert usage.said[0] == "acme: RuntimeError: poison"
    assert usage.in_hour("tokens", customer_id="zoe") == 7
    assert usage.place.count_messages() == 1


def test_says_what_else_to_do_when_the_records_are_gone(usage: Usage) -> None:
    usage.place.fail_batch("1", "2")
    usage.place.streams = TrimmedStream()
    assert usage.run().failed == 1
    assert "24 hours" in usage.said[0]
    assert "--customer acme --from" in usage.said[0]
    assert usage.place.count_messages() == 1


def test_counts_whole_days_of_a_customer_again_the_last_one_included(usage: Usage) -> None:
    first = day_of(AN_HOUR)
    moments = [first - HOUR, first, first + DAY + 23 * HOUR, first + 2 * DAY]
    for number, moment in enumerate(moments):
        usage.event(f"e-{number}", 10**number, moment)
    usage.event("e-zoe", 5, first, customer_id="zoe")
    assert usage.replay().recount_days(["acme"], first.date(), (first + DAY).date())
    assert [usage.in_hour("tokens", hour) for hour in moments] == [None, 10, 100, None]
    assert usage.in_days("tokens", first) == 110
    assert usage.used("calls") == 2
    assert usage.in_hour("tokens", first, "zoe") is None
    assert "4 hours counted again" in usage.said[0]


def test_an_hour_whose_events_do_not_count_is_set_to_nothing(usage: Usage) -> None:
    """As a bucket has it that was counted wrong."""
    usage.count(usage.event("e-1", 5))
    usage.place.table.delete({"PK": f"EVENTS#acme#{AN_HOUR:%Y-%m-%dT%H}", "SK": "e-1"})
    assert usage.replay().recount_days(["acme"], AN_HOUR.date(), AN_HOUR.date())
    assert (usage.in_hour("tokens"), usage.used("tokens")) == (None, 0)
    assert "2 of them corrected" in usage.said[0]


def test_days_whose_events_may_be_deleted_already_are_refused(usage: Usage) -> None:
    day = (NOW - RETENTION - timedelta(seconds=1)).date()
    with pytest.raises(TooOldError, match="kept for 45 days"):
        usage.replay().recount_days(["acme"], day, NOW.date())
    assert usage.said == []
