"""Late events of a window that has just ended are deducted from what was carried out of it."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from parity.core.numbers import add
from parity.metering.rules.aggregation import result
from parity.metering.rules.windows import correct_previous, feature_of, previous_period
from parity.metering.service.tallies import window_tally

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from parity.metering.rules.buckets import HourBucket
    from parity.metering.rules.counters import UsageCounter
    from parity.metering.service.counters import CountingStores


def deduct_late_events(
    stores: CountingStores,
    counter: UsageCounter,
    now: datetime,
    instead: Mapping[datetime, HourBucket] = MappingProxyType({}),
) -> UsageCounter:
    """The counter with what its previous window used by its hours.

    Hours given `instead` replace those stored. Reads nothing where nothing depends on the previous window,
    and the snapshot only if its usage is another.
    """
    previous = counter.previous
    if previous is None:
        return counter
    tally = window_tally(stores.buckets, counter, previous_period(previous), now, instead=instead)
    used = add(previous.opening, result(counter.aggregation, tally))
    if used == previous.usage.levels[counter.windows[0].kind].passed:
        return counter
    snapshot = stores.checks.read_for_check(counter.customer_id, consistent=True).snapshot
    return correct_previous(counter, feature_of(counter, snapshot), used)
