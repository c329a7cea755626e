"""Counting after the table was restored: its new stream has lower numbers than the old one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from parity.metering.rules.usage_key import UsageKey
from parity.metering.store.buckets import bucket_store
from tests.support.builders.catalog import store_meter
from tests.support.builders.events import (
    FEATURE,
    EventLog,
    aggregate_usage,
    make_event,
    used_by_kind,
)
from tests.support.builders.moments import HOUR, MINUTE, NOON
from tests.support.fakes.event_sources import STREAM, Record, close_due_hours, deliver_records

LATER_STREAM = STREAM.replace("2026-01-01", "2026-02-01")


def as_of_the_new_stream(records: Iterable[Record]) -> list[Record]:
    """The records with the lowest numbers, of the stream that the restored table has got."""
    return [
        {**record, "eventSourceARN": LATER_STREAM, "dynamodb": with_number(record["dynamodb"], number)}
        for number, record in enumerate(records, 1)
    ]


def with_number(change: dict[str, Any], number: int) -> dict[str, Any]:
    return {**change, "SequenceNumber": str(number)}


def test_events_of_an_hour_that_was_begun_before_are_counted_once(log: EventLog) -> None:
    store_meter("SUM")
    before = log.accept(make_event("a", NOON, 1), make_event("b", NOON + MINUTE, 2))
    assert deliver_records(before) == []
    after = as_of_the_new_stream(log.accept(make_event("c", NOON + 2 * MINUTE, 4)))
    for batch in (after, after, before, after):
        assert deliver_records(batch) == []
    assert used_by_kind() == {"NEVER": 7}


def test_a_late_event_of_an_hour_that_was_closed_before_opens_it_again(
    log: EventLog,
) -> None:
    store_meter("SUM")
    deliver_records(log.accept(make_event("a", NOON, 1)))
    assert close_due_hours(NOON + 2 * HOUR) == (1, 0, 0)
    (bucket,) = bucket_store().hours(UsageKey("acme", FEATURE), [NOON]).values()
    assert bucket.due is None
    late = as_of_the_new_stream(log.accept(make_event("b", NOON + MINUTE, 2)))
    assert deliver_records(late, NOON + 3 * HOUR) == []
    assert used_by_kind() == {"NEVER": 3}
    assert aggregate_usage(NOON, NOON + HOUR) == 3
