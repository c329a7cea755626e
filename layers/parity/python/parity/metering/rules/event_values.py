"""What one event adds to the slots of its hour, and to the windows of the counter."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from hashlib import sha256
from typing import TYPE_CHECKING

from parity.catalog.rules.aggregation_functions import Aggregation
from parity.catalog.rules.event_properties import canonical_text, find_property, read_number
from parity.core.numbers import normalize_number
from parity.core.periods import window_at
from parity.core.times import to_micros
from parity.metering.rules.aggregation import DIGEST_CHARACTERS, merge_all_tallies
from parity.metering.rules.buckets import merge_slots, slot_of
from parity.metering.rules.counters import change_counting_windows

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from parity.catalog.rules.meters import Meter
    from parity.core.numbers import Number
    from parity.metering.rules.aggregation import Tally
    from parity.metering.rules.buckets import Slots
    from parity.metering.rules.counters import UsageCounter, UsageWindow
    from parity.metering.rules.events import UsageEvent

    NumberedEvent = tuple[UsageEvent, int]
    """An event with its position in the table's streams."""

VALUE_LIMIT = 10**15
SMALLEST_STEP = Decimal("1e-9")
ROUNDING = Context(prec=60, rounding=ROUND_HALF_EVEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """An event that counts for a meter: when it happened, what it adds, and its position in the streams."""

    moment: datetime
    tally: Tally
    sequence: int = 0


def occurrences_of(meter: Meter, events: Iterable[NumberedEvent]) -> list[Occurrence]:
    """The events that count for the meter."""
    found = ((event.timestamp, event_tally(meter, event), sequence) for event, sequence in events)
    return [
        Occurrence(moment=moment, tally=tally, sequence=sequence)
        for moment, tally, sequence in found
        if tally is not None
    ]


def add_to_slots(
    slots: Slots, counter: UsageCounter, occurrences: Iterable[Occurrence]
) -> dict[datetime, Tally]:
    """The slots of an hour with the occurrences added to them."""
    parts = ({slot_of(each.moment, _window_starts(counter, each.moment)): each.tally} for each in occurrences)
    return merge_slots(counter.aggregation, slots, *parts)


def _window_starts(counter: UsageCounter, moment: datetime) -> set[datetime]:
    """The starts of the windows that the moment is in, and of those that the counter has."""
    return {window_at(kind, moment).start for kind in counter.kinds} | set(counter.boundaries)


def add_to_windows(counter: UsageCounter, occurrences: Iterable[Occurrence]) -> UsageCounter:
    """The counter with each occurrence added to the counting windows that contain it; others are in none."""
    occurrences = list(occurrences)

    def add(window: UsageWindow) -> UsageWindow:
        new = [each.tally for each in occurrences if each.moment in window.counting_period]
        tally = merge_all_tallies(counter.aggregation, [window.tally, *new])
        return window.with_tally(counter.aggregation, tally)

    return change_counting_windows(counter, add)


def event_tally(meter: Meter, event: UsageEvent) -> Tally | None:
    """What one event adds. None if the meter does not count the event, or cannot count its value."""
    if not meter.counts(event):
        return None
    if meter.field is None:
        return 1
    value = find_property(event.properties, meter.field)
    if meter.function is Aggregation.UNIQUE:
        return _digests(value)
    amount = _amount(value)
    return None if amount is None else _tally(meter.function, event, amount)


def _digests(value: object) -> frozenset[str] | None:
    text = canonical_text(value)
    if text is None:
        return None
    digest = urlsafe_b64encode(sha256(text.encode()).digest()[:8])
    return frozenset({digest.decode()[:DIGEST_CHARACTERS]})


def _tally(function: Aggregation, event: UsageEvent, amount: Number) -> Tally:
    if function is Aggregation.LATEST:
        return to_micros(event.timestamp), event.idempotency_key, amount
    if function is Aggregation.AVERAGE:
        return amount, 1
    return amount


def _amount(value: object) -> Number | None:
    """The number that counts, to 9 decimals; None for other values, and from 10**15 on."""
    number = read_number(value)
    if number is None or not -VALUE_LIMIT < number < VALUE_LIMIT:
        return None
    return (
        number
        if isinstance(number, int)
        else normalize_number(number.quantize(SMALLEST_STEP, context=ROUNDING))
    )
