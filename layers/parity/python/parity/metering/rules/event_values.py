"""What one event adds to the usage of a feature."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from decimal import ROUND_HALF_EVEN, Context, Decimal
from hashlib import sha256
from typing import TYPE_CHECKING

from parity.catalog.rules.aggregation_functions import Aggregation
from parity.catalog.rules.event_properties import canonical_text, find_property, read_number
from parity.core.numbers import plain
from parity.core.times import to_micros
from parity.metering.rules.aggregation import DIGEST_CHARACTERS

if TYPE_CHECKING:
    from parity.catalog.rules.meters import Meter
    from parity.core.numbers import Number
    from parity.metering.rules.aggregation import Tally
    from parity.metering.rules.events import UsageEvent

VALUE_LIMIT = 10**15
SMALLEST_STEP = Decimal("1e-9")
ROUNDING = Context(prec=60, rounding=ROUND_HALF_EVEN)


def tallied(meter: Meter, event: UsageEvent) -> Tally | None:
    """What one event amounts to. None if it does not count, or not with the value that it has."""
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
    """The number that is counted, to 9 decimals; None if there is none, or none that can be counted."""
    number = read_number(value)
    if number is None or not -VALUE_LIMIT < number < VALUE_LIMIT:
        return None
    return number if isinstance(number, int) else plain(number.quantize(SMALLEST_STEP, context=ROUNDING))
